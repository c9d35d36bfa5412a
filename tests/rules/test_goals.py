"""Goals: their periods, their progress, and when they are reached."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.activity.commands import DeleteActivity, RecordPuff
from rules.goals import decide as goals
from rules.goals.commands import CreateGoal, DeleteGoal, MarkMilestone, UpdateGoal
from rules.goals.decide import MOST_GOALS, MOST_MILESTONES
from rules.goals.events import GoalReached, GoalsSettled
from rules.goals.periods import Period, Terms, period_of, periods_between, total
from rules.goals.receipts import goal_receipts
from rules.goals.state import KEPT_PERIODS
from rules.refusal import Code, Refusal
from rules.user import alarms
from rules.user.commands import UpdateProfile
from tests.rules.goals import NOON, Player
from tests.rules.rule_sets import DEFAULT

TODAY = NOON.date()
MONDAY = date(2026, 5, 4)


def terms(type, first=date(2026, 1, 1), last=None) -> Terms:
    return Terms(type, "steps", 1.0, first, last, "")


def test_periods_are_days_weeks_from_monday_months_and_ones_own():
    assert period_of(terms("daily"), TODAY) == Period(TODAY, TODAY)
    assert period_of(terms("weekly"), TODAY) == Period(MONDAY, date(2026, 5, 10))
    assert period_of(terms("monthly"), date(2026, 2, 11)) == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert period_of(terms("monthly"), date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2026, 12, 31))
    assert period_of(terms("custom", TODAY, date(2026, 7, 1)), TODAY) == Period(TODAY, date(2026, 7, 1))
    assert period_of(terms("custom", TODAY), TODAY) == Period(TODAY, None)


def test_periods_end_where_their_goal_does():
    week = terms("weekly", TODAY, date(2026, 5, 12))
    assert period_of(week, TODAY) == Period(TODAY, date(2026, 5, 10))
    assert period_of(week, date(2026, 5, 12)) == Period(date(2026, 5, 11), date(2026, 5, 12))
    assert period_of(week, date(2026, 1, 1)) == period_of(week, TODAY)
    assert period_of(week, date(2026, 9, 1)) == period_of(week, date(2026, 5, 12))


@given(
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.integers(0, 100),
    st.integers(0, 400),
)
def test_the_periods_of_a_stretch_follow_each_other_without_gap_or_overlap(type, since, length, ahead):
    goal = terms(type, since, since + timedelta(length))
    periods = list(periods_between(goal, since, since + timedelta(ahead)))
    for one, other in pairwise(periods):
        assert one.last + timedelta(1) == other.first
    assert all(period.first <= period.last < since + timedelta(ahead) for period in periods)
    if periods:
        assert periods[0].first == since
    if ahead > length:
        assert periods[-1].last == goal.last


def test_a_daily_goal_is_reached_once_a_day():
    player = Player()
    goal_id = player.goal(type="daily", metric="steps", target=5000.0)
    player.sync(4999)
    assert player.achieved == []
    player.sync(5000)
    player.sync(9000)
    assert [(each.title, each.target) for each in player.achieved] == [("5,000 steps a day", 5000)]
    player.later(days=1)
    assert (player.seen(goal_id)["progress"], player.seen(goal_id)["achieved"]) == (0, False)
    player.sync(6000)
    assert len(player.achieved) == 2
    assert player.seen(goal_id)["periodsAchieved"] == 2


def test_a_weekly_goal_adds_up_the_days_from_monday():
    player = Player()
    player.sync(3000, MONDAY)
    player.sync(8000, MONDAY - timedelta(days=1))
    goal_id = player.goal(type="weekly", metric="steps", target=10_000.0)
    shown = player.seen(goal_id)
    assert (shown["progress"], shown["period"]) == (3000, {"from": "2026-05-04", "to": "2026-05-10"})
    player.sync(7000)
    assert player.seen(goal_id)["achieved"]
    assert len(player.achieved) == 1


def test_a_goal_may_be_reached_already_when_it_is_set():
    player = Player()
    player.sync(5000)
    player.goal(type="daily", metric="steps", target=5000.0)
    assert len(player.achieved) == 1


def test_what_is_taken_back_takes_progress_back_and_the_second_time_is_no_news():
    player = Player()
    goal_id = player.goal(type="daily", metric="steps", target=5000.0)
    player.sync(6000)
    player.sync(4000)
    shown = player.seen(goal_id)
    assert (shown["progress"], shown["achieved"], shown["periodsAchieved"]) == (4000, False, 1)
    player.sync(6000)
    assert player.seen(goal_id)["achieved"]
    assert len(player.achieved) == 1


def test_late_data_reaches_the_goal_of_its_own_day():
    player = Player()
    player.goal(type="daily", metric="steps", target=5000.0)
    player.later(days=3)
    player.sync(5000, TODAY)
    assert len(player.achieved) == 1
    player.sync(5500, TODAY)
    assert len(player.achieved) == 1
    player.sync(9000, TODAY - timedelta(days=1))  # before the goal was set
    assert len(player.achieved) == 1


def test_only_so_many_past_periods_are_kept_and_none_comes_back():
    player = Player()
    goal_id = player.goal(type="daily", metric="steps", target=5000.0)
    player.happens(
        GoalReached(NOON, goal_id, TODAY + timedelta(days=n)) for n in range(-1, KEPT_PERIODS)
    )  # one too many
    goal = player.user.goals.by_id[goal_id]
    assert (len(goal.reached), goal.times) == (KEPT_PERIODS, KEPT_PERIODS + 1)
    assert not goal.is_news(Period(TODAY - timedelta(days=1), TODAY - timedelta(days=1)))
    assert goal.is_news(Period(TODAY + timedelta(days=100), TODAY + timedelta(days=100)))


def test_fewer_puffs_are_better_and_judged_when_the_day_is_over():
    player = Player("Europe/Berlin")
    goal_id = player.goal(type="daily", metric="puffs", target=1.0)
    player.do(RecordPuff())
    assert player.achieved == []
    assert not player.seen(goal_id)["achieved"]
    assert alarms(player.user)["goals"] == datetime(2026, 5, 6, 22, tzinfo=UTC)
    player.later(days=1)
    assert [each.title for each in player.achieved] == ["At most 1 puffs a day"]
    for n in range(2):
        player.do(RecordPuff(client_id=f"puff {n}"))
    player.later(days=1)
    assert len(player.achieved) == 1


def test_a_puff_taken_back_later_still_saves_the_day():
    player = Player()
    player.goal(type="daily", metric="puffs", target=0.0)
    player.do(RecordPuff())
    (puff,) = player.user.activities
    player.later(days=1)
    assert player.achieved == []
    player.do(DeleteActivity(puff))
    assert len(player.achieved) == 1


def test_after_days_without_a_server_every_day_is_judged():
    player = Player()
    player.goal(type="daily", metric="puffs", target=0.0)
    player.now += timedelta(days=3)
    player.do(RecordPuff(at=NOON + timedelta(days=1)))
    player.happens(goals.settle(player.user, player.now))
    assert len(player.achieved) == 2  # of three days
    assert alarms(player.user)["goals"] > player.now


def test_a_goal_of_puffs_that_is_over_waits_for_nothing():
    player = Player()
    player.goal(type="custom", metric="puffs", target=3.0, to=TODAY + timedelta(days=1))
    player.later(days=1)
    assert player.achieved == []
    player.later(days=1)
    assert len(player.achieved) == 1
    assert "goals" not in alarms(player.user)


def test_the_end_of_the_day_follows_the_time_zone():
    player = Player()
    player.goal(type="daily", metric="puffs", target=3.0)
    player.do(UpdateProfile(timezone="America/New_York"))
    assert alarms(player.user)["goals"] == datetime(2026, 5, 7, 4, tzinfo=UTC)


def test_travelling_west_gives_no_day_twice():
    player = Player("Pacific/Auckland")  # the 7th has begun there
    goal_id = player.goal(type="daily", metric="steps", target=1000.0)
    player.sync(1000, date(2026, 5, 7))
    player.do(UpdateProfile(timezone="America/Los_Angeles"))
    assert player.seen(goal_id)["period"]["from"] == "2026-05-07"
    player.later(hours=20)
    assert player.seen(goal_id)["achieved"]
    player.sync(2000, date(2026, 5, 7))
    assert len(player.achieved) == 1


def test_a_week_in_which_the_clock_is_set_has_its_seven_days():
    player = Player("Europe/Berlin")
    player.now = datetime(2026, 3, 29, 12, tzinfo=UTC)  # the Sunday on which it is set forward
    goal_id = player.goal(type="weekly", metric="steps", target=100.0)
    player.sync(60, date(2026, 3, 23))
    player.sync(50, date(2026, 3, 29))
    assert player.seen(goal_id)["progress"] == 110
    player.now = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert player.seen(goal_id)["progress"] == 0


def test_milestones_are_marked_by_themselves_once_a_period():
    player = Player()
    goal_id = player.goal(type="weekly", metric="steps", target=10_000.0)
    assert player.do(MarkMilestone(goal_id, "Half way", share=0.5)) is None
    assert player.do(MarkMilestone(goal_id, "First thousand", value=1000.0)) is None
    player.sync(1500)
    half, first = player.seen(goal_id)["milestones"]
    assert (half["value"], half["reached"]) == (5000, False)
    assert (first["reached"], first["reachedAt"]) == (True, "2026-05-06T12:00:00Z")
    player.sync(500)
    assert not player.seen(goal_id)["milestones"][1]["reached"]
    player.later(hours=1).sync(1500)
    assert player.seen(goal_id)["milestones"][1]["reachedAt"] == "2026-05-06T12:00:00Z"
    player.later(days=7)
    assert "reachedAt" not in player.seen(goal_id)["milestones"][1]
    assert player.do(MarkMilestone(goal_id, "Half way", value=4000.0)) is None
    assert player.do(MarkMilestone(goal_id, "First thousand", remove=True)) is None
    (half,) = player.seen(goal_id)["milestones"]
    assert half["value"] == 4000


def test_a_changed_target_counts_for_the_period_as_it_is():
    player = Player()
    goal_id = player.goal(type="daily", metric="steps", target=5000.0)
    player.sync(4000)
    player.do(UpdateGoal(goal_id, target=3000.0))
    assert [each.title for each in player.achieved] == ["3,000 steps a day"]
    player.do(UpdateGoal(goal_id, target=4500.0, title="A walk"))
    player.sync(4500)
    assert (player.seen(goal_id)["achieved"], player.seen(goal_id)["title"]) == (True, "A walk")
    assert len(player.achieved) == 1
    player.do(UpdateGoal(goal_id, target=100.0))
    assert player.seen(goal_id)["title"] == "A walk"


def test_what_a_goal_was_given_beyond_need_can_be_taken_back():
    player = Player()
    first, last = TODAY - timedelta(days=2), TODAY + timedelta(days=2)
    goal_id = player.goal(type="weekly", metric="steps", target=5000.0, from_=first, to=last, title="A walk")
    player.do(UpdateGoal(goal_id, to=None, title=None))
    shown = player.seen(goal_id)
    assert ("to" in shown, shown["title"], shown["from"]) == (False, "5,000 steps a week", first.isoformat())
    player.do(UpdateGoal(goal_id, from_=None))
    monday = TODAY - timedelta(days=TODAY.weekday())
    assert player.seen(goal_id)["from"] == monday.isoformat()


def test_a_goal_of_long_ago_may_get_another_end():
    player = Player()
    goal_id = player.goal(type="weekly", metric="steps", target=5000.0)
    began = player.seen(goal_id)["from"]
    player.now += timedelta(days=400)
    assert not isinstance(player.do(UpdateGoal(goal_id, to=player.now.date() + timedelta(days=7))), Refusal)
    assert player.seen(goal_id)["from"] == began
    assert player.do(UpdateGoal(goal_id, from_=TODAY)).details["fields"][0]["path"] == "from"


def test_without_goals_nothing_is_kept():
    player = Player()
    goal_id = player.goal(type="daily", metric="puffs", target=5.0)
    player.do(DeleteGoal(goal_id))
    assert player.user.goals is None
    assert "goals" not in alarms(player.user)


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ({"type": "daily", "metric": "steps", "target": 0.0}, "target"),
        ({"type": "custom", "metric": "puffs", "target": 0.0}, "to"),
        ({"type": "custom", "metric": "steps", "target": 5.0, "to": TODAY - timedelta(days=1)}, "to"),
        (
            {
                "type": "custom",
                "metric": "steps",
                "target": 5.0,
                "from_": TODAY + timedelta(days=3),
                "to": TODAY + timedelta(days=2),
            },
            "to",
        ),
        ({"type": "daily", "metric": "steps", "target": 5.0, "from_": date(1, 1, 1)}, "from"),
        ({"type": "monthly", "metric": "steps", "target": 5.0, "to": date(9999, 12, 31)}, "to"),
    ],
)
def test_goals_that_make_no_sense_are_refused(wanted, path):
    refusal = Player().do(CreateGoal(**wanted))
    assert (refusal.code, refusal.details["fields"][0]["path"]) == (Code.VALIDATION_FAILED, path)


def test_there_are_only_so_many_goals_and_milestones():
    player = Player()
    for _ in range(MOST_GOALS):
        goal_id = player.goal(type="daily", metric="steps", target=1.0)
    assert player.do(CreateGoal("daily", "steps", 1.0)).code is Code.CONFLICT
    for n in range(MOST_MILESTONES):
        assert player.do(MarkMilestone(goal_id, f"{n}", value=1.0 + n)) is None
    assert player.do(MarkMilestone(goal_id, "more", value=1.0)).code is Code.CONFLICT
    assert player.do(MarkMilestone(goal_id, "0", value=9.0)) is None


def test_milestones_need_a_place_and_goals_that_are_there():
    player = Player()
    goal_id = player.goal(type="daily", metric="steps", target=10.0)
    fewer = player.goal(type="daily", metric="puffs", target=10.0)
    both = player.do(MarkMilestone(goal_id, "x", value=1.0, share=0.5))
    assert both.code is player.do(MarkMilestone(goal_id, "x")).code is Code.VALIDATION_FAILED
    assert player.do(MarkMilestone(fewer, "x", value=1.0)).code is Code.VALIDATION_FAILED
    nowhere = "00000000-0000-0000-0000-0000000000ff"
    for command in (UpdateGoal(nowhere), DeleteGoal(nowhere), MarkMilestone(nowhere, "x", value=1.0)):
        assert player.do(command).code is Code.NOT_FOUND


def test_receipts_say_which_days_reached_a_goal_or_do_not():
    player = Player()
    player.goal(type="weekly", metric="steps", target=5000.0, title="Walk")
    player.sync(3000)
    (receipt,) = goal_receipts(player.user, TODAY, DEFAULT)
    assert (receipt["counted"], receipt["amount"]) == (False, 3000)
    assert receipt["text"] == "3,000 steps from 2026-05-04 to 2026-05-10 are not enough yet for the goal Walk."
    player.sync(6000)
    (receipt,) = goal_receipts(player.user, TODAY, DEFAULT)
    assert receipt["counted"]
    assert receipt["because"]["window"] == "2026-05-04/2026-05-10"
    assert receipt["id"] == player.achieved[0].receipt_id
    player.sync(1000)
    (receipt,) = goal_receipts(player.user, TODAY, DEFAULT)
    assert "before a correction" in receipt["text"]


@given(st.lists(st.tuples(st.integers(-20, 0), st.integers(0, 20_000)), max_size=30), st.integers(0, 20))
def test_the_sum_of_a_stretch_is_the_same_however_it_is_added_up(syncs, length):
    player = Player()
    for back, steps in syncs:
        if back >= -14:
            player.sync(steps, TODAY + timedelta(days=back))
    period = Period(TODAY - timedelta(days=length), TODAY)
    whole = sum(day.devices["phone"].steps for date, day in player.user.days.items() if date in period)
    assert total(player.user.days, "steps", period) == whole
    assert total(player.user.days, "steps", Period(period.first, None)) == whole


def test_settling_again_judges_nothing_twice():
    player = Player()
    player.goal(type="daily", metric="puffs", target=3.0)
    player.later(days=2)
    assert len(player.achieved) == 2
    assert goals.settle(player.user, player.now) == [GoalsSettled(player.now, TODAY + timedelta(days=2))]
