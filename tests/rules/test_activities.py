"""What users say they did: what is taken, what is refused, and what follows from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from persistence.codec import dump
from rules.activity import told, views
from rules.activity.commands import DeleteActivity, FreezeStreak, LogRun, LogWalk, RecordPuff
from rules.activity.decide import MOST_FACTS, MOST_PUFFS
from rules.activity.events import ActivityLogged, ActivityRemoved, StepsRemoved, StreakFrozen
from rules.activity.fact import Kind
from rules.activity.found import as_dated, fact_of, steps_of
from rules.activity.sealing import SEALED_AFTER
from rules.asked import Asked
from rules.changes import ActivityChanged, DayChanged, StreakChanged, XpChanged
from rules.day import steps_activity_id, totals
from rules.days import stamp
from rules.refusal import Code, Refusal
from rules.rewards import BadgeEarned
from rules.route.encoded import decode
from rules.route.points import RoutePoint
from rules.route.recorded import RecordedRoute
from rules.tells.group import CheckedIn
from rules.tells.session import WorkoutDone
from rules.user import User, alarms, evolve, today_of
from rules.user import receipts as user_receipts
from rules.user import views as user_views
from rules.user.commands import Explain, SyncSteps, UpdatePreferences, UpdateProfile
from rules.user.decide import decide
from rules.user.events import DayTurned
from tests.rules import routes
from tests.rules.rule_sets import DEFAULT
from tests.rules.test_user import NOON, TODAY, Player

HOUR = timedelta(hours=1)


class Active(Player):
    """A player who does more than walk their steps."""

    def __init__(self, zone: str = "UTC") -> None:
        super().__init__(zone)
        self.ids = 0
        self.changes: list[object] = []

    def happens(self, *events: object) -> list[object]:
        self.changes = [change for event in events for change in evolve(self.user, event, DEFAULT)]
        return self.changes

    def do(self, command, device: str = "phone"):
        self.ids = getattr(self, "ids", 0) + 1
        decision = decide(self.user, command, Asked(self.now, device, DEFAULT, lambda: f"new-{self.ids}"))
        if not isinstance(decision, Refusal):
            self.happens(*decision)
        return decision

    def runs(self, km: float, minutes: float = 60, *, client: str | None = None, ago: timedelta = HOUR, kind=LogRun):
        start = self.now - ago
        end = start + timedelta(minutes=minutes)
        return self.do(kind(start, client, end_time=end, distance_meters=km * 1000))

    def walks(self, km: float, minutes: float = 60, **more):
        return self.runs(km, minutes, kind=LogWalk, **more)

    def told(self, fact) -> None:
        fact = as_dated(self.user, fact)
        if not fact.says_as(fact_of(self.user, fact.id)):
            self.happens(ActivityLogged(self.now, fact))

    def works_out(self, session: str = "s", sets: int = 10, ago: timedelta = HOUR) -> None:
        ends = self.now - ago
        done = WorkoutDone(session, "Legs", ends - HOUR, ends, 3000.0, 2500.0, sets, 80, 210.0, "friends")
        self.told(told.workout(self.user, done, self.now))

    def checks_in(self, first: date, group: str = "g", care: int = 4, frequency: str = "daily", days: int = 1) -> None:
        period = (first, first + timedelta(days=days - 1))
        said = CheckedIn(
            f"{group}{first}", group, "Us", period, frequency, self.now, 7, 6, 5, care, "ok", None, 3, private=True
        )
        self.told(told.check_in(self.user, said, self.now))

    def next_day(self) -> list[object]:
        self.now = max(self.now, alarms(self.user)["day"])
        return self.happens(DayTurned(self.now, today_of(self.user, self.now)))

    @property
    def xp(self) -> int:
        return self.user.rewards.xp

    def streak(self, kind: str) -> dict:
        today = today_of(self.user, self.now)
        return next(each for each in user_views.streaks(self.user, today) if each["kind"] == kind)


def refused(decision) -> Code:
    assert isinstance(decision, Refusal), decision
    return decision.code


# --- walks and runs ---


def test_a_run_counts_its_distance_time_and_energy():
    player = Active()
    (event,) = player.runs(10, 55)
    fact = event.activity
    assert fact.metrics == {"distance": 10_000, "duration": 3300, "calories": 700, "runs": 1}
    assert (fact.date, fact.zone, fact.review) == (TODAY, "UTC", False)
    assert player.xp == 100
    today = player.today()
    assert (today["distance"], today["duration"], today["steps"]) == (10_000, 3300, 0)
    assert player.streak("active")["current"] == 1
    assert {type(change) for change in player.changes} >= {ActivityChanged, DayChanged, XpChanged, StreakChanged}
    assert "first-run" in player.user.rewards.badges


def test_a_route_says_more_than_its_owner():
    player = Active()
    start = routes.START
    player.now = start + 2 * HOUR
    points = [
        RoutePoint(point.lat, point.lon, point.at, point.ele)
        for point in routes.steady(5000, 9, every=10, ele=lambda along: 100 + along / 50)
    ]
    end = start + timedelta(seconds=2000)
    route = RecordedRoute.of(points)
    (event,) = player.do(LogRun(start, "r", end_time=end, distance_meters=5200.0, route=route, name="Hill"))
    fact = event.activity
    assert fact.metrics["distance"] == pytest.approx(5000, abs=1)
    assert fact.metrics["elevationGain"] == pytest.approx(100, abs=3)
    assert fact.metrics["duration"] == 2000
    assert fact.details["name"] == "Hill"
    assert fact.details["saidMeters"] == 5200
    assert len(fact.details["paces"]) == 5
    assert all(pace == pytest.approx(400, abs=2) for pace in fact.details["paces"])
    assert fact.details["route"]["points"] == len(points)
    (segment,) = decode(event.route)
    assert len(segment) == len(points)


def test_the_same_client_id_corrects_also_from_another_device_and_as_another_kind():
    player = Active()
    (first,) = player.runs(10, client="morning")
    assert player.runs(10, client="morning") == []
    (again,) = player.runs(5, client="morning")
    assert again.activity.id == first.activity.id
    assert (player.xp, player.today()["distance"]) == (50, 5000)
    (walked,) = player.walks(5, client="morning")
    assert (walked.activity.id, walked.activity.kind) == (first.activity.id, Kind.WALK)
    assert player.xp == 30
    assert player.user.rewards.stats.totals["runs"] == 0


def test_without_a_client_id_every_log_is_another_activity():
    player = Active()
    player.runs(3)
    player.runs(3)
    assert player.today()["distance"] == 6000


def test_a_walk_that_has_begun_counts_nothing_until_it_is_over():
    player = Active()
    assert refused(player.do(LogWalk(player.now))) is Code.VALIDATION_FAILED
    (begun,) = player.do(LogWalk(player.now, "w", name="Out"))
    assert begun.activity.going_on
    assert player.user.rewards.stats.totals.get("walks", 0) == 0
    assert player.streak("active")["current"] == 0
    shown = views.activity("ann", begun.activity)
    assert "endTime" not in shown
    player.later(hours=1)
    (over,) = player.do(LogWalk(begun.activity.starts_at, "w", end_time=player.now, distance_meters=4000.0))
    assert over.activity.id == begun.activity.id
    assert player.user.rewards.stats.totals["walks"] == 1
    # a device that has not heard of its end changes nothing
    assert player.do(LogWalk(begun.activity.starts_at, "w", name="Out")) == []


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        (timedelta(minutes=6), timedelta(minutes=9), 100.0),  # not yet
        (-HOUR, -2 * HOUR, 100.0),  # backwards
        (-HOUR, timedelta(0), 60_000.0),  # by car
    ],
)
def test_what_nobody_can_run_is_refused(start, end, metres):
    player = Active()
    decision = player.do(LogRun(player.now + start, end_time=player.now + end, distance_meters=metres))
    assert refused(decision) is Code.IMPLAUSIBLE_ACTIVITY
    assert player.user.activities == {}


def test_what_is_only_unlikely_counts_and_is_marked():
    player = Active()
    (event,) = player.runs(22, 60)
    assert event.activity.review
    assert views.activity("ann", event.activity)["status"] == "review"
    assert player.xp == 220


def test_two_weeks_back_and_no_further():
    player = Active()
    assert not isinstance(player.runs(5, ago=14 * 24 * HOUR), Refusal)
    assert refused(player.runs(5, ago=15 * 24 * HOUR)) is Code.VALIDATION_FAILED
    assert refused(player.do(RecordPuff(player.now - 15 * 24 * HOUR))) is Code.VALIDATION_FAILED


def test_walks_and_runs_earn_so_much_a_day_together():
    player = Active()
    player.runs(42, 200, ago=timedelta(hours=11))
    player.runs(5, 30, ago=timedelta(hours=5))
    player.walks(10, 100, ago=timedelta(hours=3))
    assert player.xp == 420 + 50 + 30
    player.do(DeleteActivity(next(iter(player.user.activities))))  # the long one: now the others have room
    assert player.xp == 50 + 60


def test_a_day_takes_so_many_activities_and_no_more():
    player = Active()
    for n in range(MOST_FACTS):
        assert not isinstance(player.walks(1, client=f"{n}"), Refusal)
    decision = player.walks(1, client="more")
    assert refused(decision) is Code.CONFLICT
    assert decision.details == {"limit": MOST_FACTS}
    assert player.walks(1, client="7") == []  # one it knows


def test_puffs_leave_room_for_a_walk():
    """Who vapes all day long has hundreds of them; none of those keeps a walk out, nor the other way round."""
    player = Active()
    for n in range(MOST_PUFFS):
        assert not isinstance(player.do(RecordPuff(client_id=f"{n}")), Refusal)
    decision = player.do(RecordPuff(client_id="more"))
    assert refused(decision) is Code.CONFLICT
    assert decision.details == {"limit": MOST_PUFFS}
    assert player.do(RecordPuff(client_id="7")) == []
    assert not isinstance(player.walks(1), Refusal)
    assert player.today()["puffs"] == MOST_PUFFS > MOST_FACTS


# --- days and zones ---


def test_an_activity_counts_for_the_day_it_happened_on_where_the_user_is():
    player = Active("America/Los_Angeles")
    player.now = datetime(2026, 5, 4, 5, tzinfo=UTC)  # ten in the evening of the 3rd
    (event,) = player.runs(5)
    assert event.activity.date == date(2026, 5, 3)


def test_a_correction_from_elsewhere_leaves_the_day():
    player = Active("America/Los_Angeles")
    player.now = datetime(2026, 5, 4, 5, tzinfo=UTC)
    start = player.now - HOUR
    player.do(LogRun(start, "r", end_time=player.now, distance_meters=5000.0))
    player.do(UpdateProfile(timezone="Europe/Berlin"))
    (event,) = player.do(LogRun(start, "r", end_time=player.now, distance_meters=6000.0))
    assert (event.activity.date, event.activity.zone) == (date(2026, 5, 3), "America/Los_Angeles")


def test_who_travels_west_goes_on_with_the_day_they_were_on():
    player = Active("Pacific/Auckland")
    player.now = datetime(2026, 5, 4, 13, tzinfo=UTC)  # the 5th there
    player.do(RecordPuff())
    player.do(UpdateProfile(timezone="America/Los_Angeles"))  # the 4th there
    (event,) = player.do(RecordPuff())
    assert event.activity.date == date(2026, 5, 5)


def test_a_correction_can_move_an_activity_to_another_day():
    player = Active()
    player.runs(10, client="r")
    player.runs(10, client="r", ago=25 * HOUR)
    assert player.today()["distance"] == 0
    assert player.user.rewards.stats.totals["distance"] == 10_000
    assert player.xp == 100


# --- taking back ---


def test_a_deleted_activity_leaves_no_trace():
    player = Active()
    (event,) = player.runs(10)
    assert player.do(DeleteActivity(event.activity.id)) == [ActivityRemoved(player.now, event.activity.id)]
    assert (player.xp, player.today()["distance"], player.streak("active")["longest"]) == (0, 0, 0)
    assert "first-run" not in player.user.rewards.badges
    assert refused(player.do(DeleteActivity(event.activity.id))) is Code.NOT_FOUND


def test_a_devices_steps_of_a_day_can_be_deleted():
    player = Active()
    player.sync(5000)
    player.sync(8000, device="watch")
    watch = steps_activity_id(player.user.id, TODAY, "watch")
    assert steps_of(player.user, watch) == (TODAY, "watch")
    assert player.do(DeleteActivity(watch)) == [StepsRemoved(player.now, TODAY, "watch")]
    assert player.today()["steps"] == 5000
    assert player.xp == 50


# --- workouts and check-ins ---


def test_a_workout_earns_by_its_sets_and_told_twice_is_one():
    player = Active()
    player.works_out(sets=10)
    player.works_out(sets=10)
    assert player.xp == 70
    today = player.today()
    assert (today["workouts"], today["volume"], today["duration"]) == (1, 2500, 3000)
    player.works_out(sets=90)
    assert player.xp == 150


def test_a_check_in_counts_and_its_correction_replaces_it():
    player = Active()
    player.checks_in(TODAY)
    assert (player.xp, player.today()["checkIns"]) == (20, 1)
    assert player.user.rewards.stats.totals["huCaresScore"] == 7 + 6 + 5 - 4
    player.checks_in(TODAY, care=1)
    assert (player.xp, player.user.rewards.stats.totals["huCaresScore"]) == (20, 17)


def test_every_group_has_its_own_check_in_streak():
    player = Active()
    for n in range(4):
        player.now = NOON + timedelta(days=n)
        player.checks_in(TODAY + timedelta(days=n))
        if n != 2:
            player.checks_in(TODAY + timedelta(days=n), group="h")
    shown = {
        each["groupId"]: each["current"]
        for each in user_views.streaks(player.user, today_of(player.user, player.now))
        if "groupId" in each
    }
    assert shown == {"g": 4, "h": 1}
    assert "checking-in" in player.user.rewards.badges
    weekly = Active()
    for n in range(3):
        weekly.now = NOON + timedelta(days=7 * n + n)
        weekly.checks_in(TODAY + timedelta(days=7 * n), frequency="weekly", days=7)
    assert weekly.streak("checkIn")["current"] == 3


def test_weeks_begin_on_monday_and_keep_the_target_they_had():
    player = Active()  # NOON is a Monday
    for week in range(4):
        for n in range(3):
            player.now = NOON + timedelta(days=7 * week + 2 * n)
            player.works_out(f"{week}{n}")
    assert player.streak("workoutWeek") | {"lastDay": None} == {
        "kind": "workoutWeek",
        "current": 4,
        "longest": 4,
        "frozenDays": [],
        "lastDay": None,
    }
    assert "four-strong-weeks" in player.user.rewards.badges
    player.do(UpdatePreferences(weekly_workouts=4))
    assert player.streak("workoutWeek")["current"] == 3  # of this week one is missing
    player.works_out("one more")
    assert player.streak("workoutWeek")["current"] == 4


def test_hours_of_the_day_are_the_users():
    player = Active("Europe/Berlin")
    for n in range(5):
        player.now = datetime(2026, 5, 4 + n, 4, 30, tzinfo=UTC)
        player.do(LogRun(player.now - HOUR, end_time=player.now, distance_meters=5000.0))
    assert "early-bird" in player.user.rewards.badges  # begun at half past five in Berlin


# --- puffs ---


def test_a_puff_is_counted_and_earns_nothing():
    player = Active()
    (event,) = player.do(RecordPuff(client_id="p"), device="watch")
    assert (event.activity.details, event.activity.starts_at) == ({"device": "watch"}, player.now)
    player.later(minutes=3)
    assert player.do(RecordPuff(client_id="p"), device="watch") == []
    assert (player.xp, player.today()["puffs"], player.streak("active")["current"]) == (0, 1, 0)
    early = player.do(RecordPuff(player.now + timedelta(minutes=5, seconds=1)))
    assert refused(early) is Code.IMPLAUSIBLE_ACTIVITY
    assert early.details == {
        "limit": stamp(player.now + timedelta(minutes=5)),
        "got": stamp(player.now + timedelta(minutes=5, seconds=1)),
        "retryAfter": 1,
    }


def test_puffs_of_long_ago_are_kept_as_a_number():
    player = Active()
    first = player.now.date()
    player.do(SyncSteps(first, 4000))
    events = [player.do(RecordPuff()) for _ in range(3)]
    (run,) = player.do(LogRun(player.now - HOUR, end_time=player.now, distance_meters=5000.0))
    xp, recorded = player.xp, stamp(player.now)
    player.later(hours=24 * SEALED_AFTER).do(RecordPuff())
    assert len(player.user.activities) == 5
    player.later(hours=24).do(RecordPuff())
    day = player.user.days[first]
    assert (totals(day)["puffs"], len(day.facts), player.xp) == (3, 1, xp)
    assert set(player.user.activities) == {run.activity.id, *list(player.user.activities)[1:]}
    assert len(player.user.activities) == 3
    refusal = player.do(DeleteActivity(events[0][0].activity.id))
    assert refused(refusal) is Code.NOT_FOUND
    assert f"{SEALED_AFTER} days" in refusal.message
    asked = Explain(date=first, subject="xp")
    (told_of,) = [
        each
        for each in user_receipts.explain(player.user, asked, player.now.date(), DEFAULT)
        if each["rule"] == "xp.puff"
    ]
    assert (told_of["at"], told_of["amount"], told_of["counted"]) == (recorded, 0, False)
    assert told_of["text"].startswith("No XP for 3 puffs")
    player.do(DeleteActivity(run.activity.id))
    player.do(SyncSteps(first + timedelta(days=31), 100))
    assert totals(player.user.days[first])["puffs"] == 3


def test_equal_parts_of_puffs_are_kept_once():
    """Also when they come out of a snapshot."""
    player = Active()
    for n in range(2):
        player.do(RecordPuff(player.now - timedelta(minutes=n)))
    (day,) = TypeAdapter(User).validate_json(dump(player.user)).days.values()
    one, other = day.facts
    assert one.metrics is other.metrics
    assert one.details is other.details
    assert (one.date is other.date, one.zone is other.zone, one.ends_at is one.starts_at) == (True, True, True)


def test_whole_days_without_a_puff_count_at_their_end():
    player = Active()
    assert alarms(player.user) == {}
    player.do(UpdatePreferences(track_puffs=True))
    assert player.next_day() == []  # the day it was switched on is no whole one
    changes = player.next_day()
    assert [(change.rule, change.amount) for change in changes if isinstance(change, XpChanged)] == [
        ("xp.puffFree", 30)
    ]
    assert player.streak("puffFree")["current"] == 1
    player.later(hours=3).do(RecordPuff())
    player.next_day()
    assert (player.streak("puffFree")["current"], player.xp) == (0, 30)
    for _ in range(7):
        player.next_day()
    assert player.streak("puffFree")["current"] == 7
    assert "clear-air" in player.user.rewards.badges
    assert player.xp == 30 + 7 * 30 + 100


def test_a_late_puff_takes_its_day_back_and_deleting_it_gives_it_again():
    player = Active()
    player.do(UpdatePreferences(track_puffs=True))
    for _ in range(4):
        player.next_day()
    assert (player.streak("puffFree")["current"], player.xp) == (3, 90)
    (event,) = player.do(RecordPuff(player.now - 30 * HOUR))
    assert (player.streak("puffFree")["current"], player.xp) == (1, 60)
    player.do(DeleteActivity(event.activity.id))
    assert (player.streak("puffFree")["current"], player.xp) == (3, 90)


def test_days_are_whole_only_while_puffs_are_tracked():
    player = Active()
    player.do(UpdatePreferences(track_puffs=True))
    for _ in range(3):
        player.next_day()
    player.do(UpdatePreferences(track_puffs=False))
    player.next_day()
    assert player.streak("puffFree")["longest"] == 2
    assert player.streak("puffFree")["current"] == 0


# --- freezes ---


def test_a_freeze_is_used_by_hand_for_today_or_a_day_that_broke_a_streak():
    player = Active()
    for n in range(12, 0, -1):
        if n != 5:
            player.sync(1200, TODAY - timedelta(days=n))
    assert refused(player.do(FreezeStreak("active", TODAY))) is Code.CONFLICT  # no freeze was earned
    player.sync(1200, TODAY - timedelta(days=13))
    player.sync(1200, TODAY - timedelta(days=14))
    assert player.streak("active")["current"] == 4
    player.sync(1200, TODAY - timedelta(days=5))
    assert player.streak("active")["current"] == 14
    assert refused(player.do(FreezeStreak("active", TODAY - timedelta(days=3)))) is Code.CONFLICT  # it counts already
    assert refused(player.do(FreezeStreak("active", TODAY + timedelta(days=1)))) is Code.VALIDATION_FAILED
    (event,) = player.do(FreezeStreak("active", TODAY))
    assert event == StreakFrozen(player.now, "active", TODAY)
    assert player.streak("active")["frozenDays"] == [TODAY.isoformat()]
    assert player.do(FreezeStreak("active", TODAY)) == []  # it is so already
    player.later(days=1)
    assert player.do(FreezeStreak("active", TODAY + timedelta(days=1))).code is Code.CONFLICT  # no second one is held
    assert player.streak("active")["current"] == 14


def test_the_streak_to_freeze_must_be_there_and_be_named():
    player = Active()
    assert refused(player.do(FreezeStreak("checkIn", TODAY))) is Code.NOT_FOUND
    assert refused(player.do(FreezeStreak("active", TODAY, "g"))) is Code.VALIDATION_FAILED
    player.checks_in(TODAY)
    player.checks_in(TODAY, group="h")
    assert refused(player.do(FreezeStreak("checkIn", TODAY))) is Code.VALIDATION_FAILED
    assert refused(player.do(FreezeStreak("checkIn", TODAY, "g"))) is Code.CONFLICT


def test_a_group_period_is_frozen_by_any_of_its_days():
    player = Active()
    for n in range(10):
        player.now = NOON + timedelta(days=7 * n)
        player.checks_in(TODAY + timedelta(days=7 * n), frequency="weekly", days=7)
    player.now = NOON + timedelta(days=7 * 10 + 3)
    (event,) = player.do(FreezeStreak("checkIn", today_of(player.user, player.now)))
    assert event.date == TODAY + timedelta(days=70)


@pytest.mark.parametrize(("frequency", "days"), [("daily", 1), ("weekly", 7)])
def test_a_group_period_that_was_frozen_shows_at_once_and_is_told_once(frequency, days):
    player = Active()
    for n in range(10):
        player.now = NOON + timedelta(days=days * n)
        player.checks_in(TODAY + timedelta(days=days * n), frequency=frequency, days=days)
    player.now = NOON + timedelta(days=days * 10)
    frozen = str(TODAY + timedelta(days=days * 10))
    player.do(FreezeStreak("checkIn", today_of(player.user, player.now)))
    heard = [change.what for change in player.changes if isinstance(change, StreakChanged) and change.group_id]
    assert heard == ["frozen"]
    assert (player.streak("checkIn")["current"], player.streak("checkIn")["frozenDays"]) == (10, [frozen])
    for _ in range(days + 1):
        player.later(days=1)
        player.happens(DayTurned(player.now, today_of(player.user, player.now)))
        heard = [change.what for change in player.changes if isinstance(change, StreakChanged) and change.group_id]
        assert heard == []
    assert (player.streak("checkIn")["current"], player.streak("checkIn")["frozenDays"]) == (10, [frozen])


# --- receipts ---


def explained(player: Active, **asked) -> list[dict]:
    return user_receipts.explain(player.user, Explain(**asked), today_of(player.user, player.now), DEFAULT)


def test_every_activity_says_why_it_counted_or_not():
    player = Active()
    (long,) = player.runs(42, 200, ago=timedelta(hours=11))
    (capped,) = player.runs(15, 90, ago=timedelta(hours=5))
    (puff,) = player.do(RecordPuff())
    (begun,) = player.do(LogWalk(player.now, "w"))
    (marked,) = player.runs(22, 60)
    assert [
        (each["rule"], each["amount"]) for each in explained(player, activity_id=long.activity.id, subject="xp")
    ] == [("xp.run", 420)]
    told = {each["rule"]: each for each in explained(player, activity_id=capped.activity.id)}
    assert (told["xp.run"]["amount"], told["xp.run.cap"]["amount"], told["xp.run.cap"]["counted"]) == (80, 70, False)
    assert told["xp.run"]["because"]["cap"] == 500
    (nothing,) = explained(player, activity_id=puff.activity.id)
    assert not nothing["counted"]
    (nothing,) = explained(player, activity_id=begun.activity.id, subject="xp")
    assert "not over" in nothing["text"]
    assert "run.review" in {each["rule"] for each in explained(player, activity_id=marked.activity.id)}


def test_every_push_of_xp_names_a_receipt_and_they_add_up():
    player = Active()
    changes: list[object] = []
    player.do(UpdatePreferences(track_puffs=True))
    player.works_out()
    changes += player.changes
    player.runs(10)
    changes += player.changes
    player.checks_in(TODAY)
    changes += player.changes
    for _ in range(8):
        changes += player.next_day()
    known = {each["id"]: each for each in explained(player)}
    awarded = [change for change in changes if isinstance(change, XpChanged)]
    assert {change.receipt_id for change in awarded} <= known.keys()
    xp = sum(each["amount"] for each in known.values() if each["subject"] == "xp" and each["counted"])
    assert xp == player.xp == sum(change.amount for change in awarded)
    assert any(isinstance(change, BadgeEarned) for change in changes)
