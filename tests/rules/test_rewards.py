from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rules import rewards as rewarding
from rules.day import DayFacts, DeviceDay, with_device
from rules.levels import level_of
from rules.receipt_ids import badge_receipt_id, xp_receipt_id
from rules.rewards import BadgeEarned, BadgeLost, LevelReached, Rewards, StreakChanged, XpChanged
from rules.stats import Count
from rules.tells import ChallengeEnded
from tests.rules.rule_sets import DEFAULT, SMALL

START = date(2026, 1, 1)
AT = datetime(2026, 2, 1, tzinfo=UTC)


class Player:
    """A user who syncs: the facts, and the rewards that follow them."""

    def __init__(self, rules=SMALL, goal=4000):
        self.rules, self.goal = rules, goal
        self.rewards = Rewards("user")
        self.days: dict[date, DayFacts] = {}
        self.today = START

    def syncs(self, number, steps, device="phone", distance=0.0, today=None):
        day = START + timedelta(number)
        self.today = max(self.today, day if today is None else START + timedelta(today))
        before = self.days.get(day)
        synced = DeviceDay(steps, AT, distance)
        after = self.days[day] = with_device(before or DayFacts(day, self.goal, "UTC"), device, synced)
        return rewarding.day_changed(self.rewards, before, after, AT, self.today, self.rules)

    def sets_goal(self, number, goal):
        day = START + timedelta(number)
        before = self.days.get(day)
        if before is not None:
            after = self.days[day] = DayFacts(day, goal, "UTC", before.devices)
            rewarding.day_changed(self.rewards, before, after, AT, self.today, self.rules)

    def turns(self, number):
        self.today = max(self.today, START + timedelta(number))
        return rewarding.day_turned(self.rewards, self.today, AT, self.rules)

    def ends(self, challenge, rank, ranked=True, reached=False, outcome="finished"):
        ended = ChallengeEnded(challenge, f"Race {challenge}", outcome, ranked, rank, reached, "small")
        return rewarding.challenge_ended(self.rewards, ended, AT, self.rules)

    def streak(self, kind="active"):
        return rewarding.streak(self.rewards, kind, self.today)


def of(kind, changes):
    return [change for change in changes if isinstance(change, kind)]


def test_a_day_brings_xp_a_level_a_streak_and_badges():
    player = Player()
    changes = player.syncs(0, 5000)
    assert [(change.rule, change.amount, change.xp) for change in of(XpChanged, changes)] == [
        ("xp.steps", 50, 50),
        ("xp.dailyGoal", 50, 100),
    ]
    assert of(LevelReached, changes) == [LevelReached(2, 100, 300)]
    assert [(change.kind, change.what) for change in of(StreakChanged, changes)] == [
        ("active", "extended"),
        ("stepsGoal", "extended"),
    ]
    earned = {change.badge.id: change.times for change in of(BadgeEarned, changes)}
    assert earned == {"day": 1, "every-day": 1, "every-total": 2}
    assert changes[0].receipt_id == xp_receipt_id("user", "xp.steps", "2026-01-01")
    assert of(BadgeEarned, changes)[0].receipt_id == badge_receipt_id("user", "day")


def test_the_same_sync_twice_changes_nothing():
    player = Player()
    player.syncs(0, 5000)
    assert player.syncs(0, 5000) == []


def test_what_is_taken_back_leaves_no_trace_but_the_level():
    player = Player()
    player.syncs(0, 5000)
    changes = player.syncs(0, 0)
    assert sum(change.amount for change in of(XpChanged, changes)) == -100
    assert {(change.badge_id, change.times) for change in of(BadgeLost, changes)} == {
        ("day", 0),
        ("every-day", 0),
        ("every-total", 0),
    }
    assert [change.what for change in of(StreakChanged, changes)] == ["broken", "broken"]
    assert (player.rewards.xp, player.rewards.level, player.rewards.badges) == (0, 2, {})
    assert player.streak().longest == 0


def test_a_repeatable_badge_is_earned_again_and_keeps_its_first_time():
    player = Player()
    player.syncs(0, 4000)
    first = player.rewards.badges["every-day"].earned_at
    (again,) = [change for change in of(BadgeEarned, player.syncs(1, 4000)) if change.badge.id == "every-day"]
    assert again.times == 2
    assert player.rewards.badges["every-day"].earned_at == first


def test_a_missed_day_freezes_a_streak_and_the_next_one_breaks_it():
    player = Player(goal=10**6)
    for day in range(3):
        player.syncs(day, 1000)
    assert player.turns(3) == []  # today may still qualify
    (frozen,) = player.turns(4)
    assert (frozen.what, frozen.view.current, frozen.view.frozen_days) == ("frozen", 3, (START + timedelta(3),))
    (broken,) = player.turns(5)
    assert (broken.what, broken.view.current, broken.view.longest) == ("broken", 0, 3)
    assert player.turns(6) == []


def test_late_data_mends_a_streak_and_pays_what_it_has_become():
    player = Player(goal=10**6)
    for day in (0, 1, 3, 4):
        player.syncs(day, 1000)
    assert player.streak().current == 2
    changes = player.syncs(2, 1000, today=4)
    (mended,) = of(StreakChanged, changes)
    assert (mended.what, mended.view.current) == ("mended", 5)
    # two runs of two had paid 10 XP each; one of five pays 10 and 100
    assert {change.rule: change.amount for change in of(XpChanged, changes)} == {
        "xp.steps": 10,
        "xp.streak.active.2": -10,
        "xp.streak.active.4": 100,
    }


def test_taking_the_newest_day_back_shortens_a_streak_and_taking_an_inner_one_breaks_it():
    player = Player(goal=10**6)
    for day in range(5):
        player.syncs(day, 1000)
    (shortened,) = of(StreakChanged, player.syncs(4, 0))
    assert (shortened.what, shortened.view.current) == ("shortened", 4)
    (broken,) = of(StreakChanged, player.syncs(2, 0))
    assert (broken.what, broken.view.current) == ("broken", 1)


def test_a_sync_after_days_away_first_says_what_became_of_the_streak():
    player = Player(goal=10**6)
    player.syncs(0, 1000)
    assert [change.what for change in of(StreakChanged, player.syncs(5, 1000))] == ["broken", "extended"]


def test_a_finished_challenge_pays_once_however_often_it_is_told():
    player = Player()
    changes = player.ends("c", 1, reached=True)
    assert {change.rule: change.amount for change in of(XpChanged, changes)} == {
        "xp.challenge.finished": 50,
        "xp.challenge.target": 100,
        "xp.challenge.podium": 500,
    }
    assert [change.badge.id for change in of(BadgeEarned, changes)] == ["level", "won"]
    assert player.ends("c", 1, reached=True) == []
    assert player.rewards.xp == 650


def test_a_corrected_result_replaces_the_first():
    player = Player()
    player.ends("c", 1)
    player.ends("c", 2)
    assert player.rewards.xp == 350
    assert "won" not in player.rewards.badges


@pytest.mark.parametrize(("ranked", "outcome"), [(False, "finished"), (True, "cancelled")])
def test_who_is_not_ranked_or_was_cancelled_earns_nothing(ranked, outcome):
    player = Player()
    player.ends("c", None, ranked=ranked, outcome=outcome)
    assert player.rewards.xp == 0


def test_leaving_a_challenge_takes_the_joining_back():
    player = Player()
    for challenge in "ab":
        changes = rewarding.challenge_joined(player.rewards, challenge, AT, SMALL)
    assert [change.badge.id for change in changes] == ["joined"]
    assert rewarding.challenge_joined(player.rewards, "b", AT, SMALL) == []
    assert rewarding.challenge_left(player.rewards, "b", AT, SMALL) == [BadgeLost("joined", 0)]


def test_friends_are_counted():
    player = Player()
    (earned,) = rewarding.count_changed(player.rewards, Count.FRIENDS, 3, AT, SMALL)
    assert earned.badge.id == "friends"
    assert rewarding.count_changed(player.rewards, Count.FRIENDS, 2, AT, SMALL) == [BadgeLost("friends", 0)]


def test_what_other_parts_give_counts_once_and_can_be_taken_back():
    player = Player()
    for _ in range(2):
        changes = rewarding.award(player.rewards, "xp.record", "squat", 25, "a personal record: Squat", AT, SMALL)
    assert changes == []
    assert player.rewards.xp == 25
    (more,) = rewarding.award(player.rewards, "xp.record", "squat", 40, "a personal record: Squat", AT, SMALL)
    assert (more.amount, more.xp) == (15, 40)
    (less,) = rewarding.take_back(player.rewards, "xp.record", "squat", AT, SMALL)
    assert (less.amount, less.receipt_id) == (-40, more.receipt_id)
    assert rewarding.take_back(player.rewards, "xp.record", "squat", AT, SMALL) == []


def test_half_a_kilometre_here_and_there_adds_up_exactly():
    """Rewards count whole metres, so no order of syncs leaves a rounding error behind."""
    player = Player(DEFAULT)
    for day, distance in enumerate((0.1, 1000.7, 0.2, 3.3)):
        player.syncs(day, 1, distance=distance)
    assert player.rewards.stats.totals["distance"] == 1003
    for day in range(4):
        player.syncs(day, 1, distance=0.0)
    assert player.rewards.stats.totals["distance"] == 0


steps_of_the_game = st.one_of(
    st.tuples(
        st.just("syncs"),
        st.integers(0, 12),
        st.sampled_from([0, 500, 999, 1000, 2999, 3000, 4000, 5000, 9000]),
        st.sampled_from(["phone", "watch"]),
        st.sampled_from([0.0, 0.4, 499.9, 500.0, 950.5]),
    ),
    st.tuples(st.just("sets_goal"), st.integers(0, 12), st.sampled_from([0, 1000, 4000])),
    st.tuples(st.just("turns"), st.integers(0, 14)),
    st.tuples(st.just("ends"), st.sampled_from("abc"), st.integers(1, 4)),
)


@settings(max_examples=300)
@given(st.lists(steps_of_the_game, max_size=30))
def test_every_change_says_what_it_did(steps):
    """XP changes add up, levels only rise, and a user told of every badge knows the badges they hold."""
    player = Player()
    xp, level, badges, views = 0, 1, {}, {}
    for name, *arguments in steps:
        for change in getattr(player, name)(*arguments) or ():
            match change:
                case XpChanged():
                    xp += change.amount
                    assert change.amount != 0
                    assert change.xp == xp
                case LevelReached():
                    assert change.level > level
                    assert change.next_level_at > xp
                    level = change.level
                case BadgeEarned():
                    assert change.times > badges.get(change.badge.id, 0)
                    badges[change.badge.id] = change.times
                case BadgeLost():
                    assert change.times < badges[change.badge_id]
                    badges[change.badge_id] = change.times
                case StreakChanged():
                    views[change.kind] = change.view
        if name == "sets_goal":  # tells nothing here
            xp, level = player.rewards.xp, player.rewards.level
            badges = {badge: held.times for badge, held in player.rewards.badges.items()}
            views = {}
    assert (player.rewards.xp, player.rewards.level) == (xp, level)
    assert level >= level_of(xp)
    assert {badge: held.times for badge, held in player.rewards.badges.items()} == {
        b: n for b, n in badges.items() if n
    }
    for kind, view in views.items():
        assert (player.streak(kind).current, player.streak(kind).longest) == (view.current, view.longest)


def test_rewards_survive_being_stored():
    player = Player()
    for day in (0, 1, 2, 4, 8):
        player.syncs(day, 5000, distance=12.5)
    player.ends("c", 1)
    stored = TypeAdapter(Rewards)
    assert stored.validate_json(stored.dump_json(player.rewards)) == player.rewards
