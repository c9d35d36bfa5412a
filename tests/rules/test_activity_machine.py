"""A user's activities against a simple model, whatever comes in which order: late, corrected, deleted, on the road."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from persistence.codec import EventCodec, dump
from rules import rewards as rewarding
from rules.activity import told
from rules.activity.commands import DeleteActivity, FreezeStreak, LogRun, LogWalk, RecordPuff
from rules.activity.events import ActivityLogged, ActivityRemoved, StreakFrozen
from rules.activity.fact import Kind
from rules.activity.found import as_dated, fact_of
from rules.activity.sealing import SEALED_AFTER
from rules.asked import Asked
from rules.day import steps_activity_id
from rules.day import totals as day_totals
from rules.fields import UNSET, Unset
from rules.ids import derived
from rules.recompute import recompute
from rules.refusal import Code, Refusal
from rules.streaks import DAY
from rules.tells.group import CheckedIn
from rules.tells.session import WorkoutDone
from rules.user import EVENTS, User, alarms, blank, evolve, today_of
from rules.user.commands import SyncSteps, UpdatePreferences, UpdateProfile
from rules.user.decide import decide
from rules.user.events import DayTurned, UserRegistered
from rules.workout_weeks import monday_of
from tests.rules.rule_sets import SMALL

START = datetime(2026, 3, 20, 9, tzinfo=UTC)  # the clocks of Europe and America change around then
USER = TypeAdapter(User)
CODEC = EventCodec(EVENTS)
ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "Pacific/Kiritimati"]
LENGTH = {"daily": 1, "weekly": 7, "biweekly": 14}

client_ids = st.sampled_from(["a", "b", "c"])
hours_back = st.one_of(st.integers(0, 30), st.integers(0, 14 * 24))


class Activities(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.user = blank("00000000-0000-0000-0000-000000000001")
        self.now = START
        self.events: list[object] = []
        self.ids = 0
        # the model
        self.facts: dict[str, dict[str, float]] = {}  # id → metrics
        self.puffed: dict[str, date] = {}  # puffs that can be taken back → their day
        self.sealed: dict[date, list[str]] = {}  # those that can't any more, by day
        self.steps: dict[tuple[date, str], int] = {}
        self.whole: set[date] = set()  # days on which puffs were tracked from beginning to end
        self.tracks = self.tracked_since_morning = False
        self.today: date | None = None
        self.targets: list[tuple[date, int]] = []
        self.manual: dict[str, tuple[date, ...]] = {}

    # --- how it is played ---

    @initialize(zone=st.sampled_from(ZONES))
    def register(self, zone: str) -> None:
        self.happens(UserRegistered(self.now, "ann", "Ann", zone))

    def new_id(self) -> str:
        self.ids += 1
        return derived("fresh", self.ids)

    def does(self, command: object) -> list[object] | Refusal:
        decision = decide(self.user, command, Asked(self.now, "phone", SMALL, self.new_id))
        if not isinstance(decision, Refusal):
            self.happens(*decision)
        return decision

    def happens(self, *events: object) -> None:
        for event in events:
            self.events.append(event)
            evolve(self.user, event, SMALL)
        self.calendar()

    def calendar(self) -> None:
        """Whole days of tracking, read off the days that pass."""
        day = self.user.today
        if day is None or day == self.today:
            return
        for activity_id, puffed in list(self.puffed.items()):
            if puffed < day - timedelta(days=SEALED_AFTER):
                self.sealed.setdefault(self.puffed.pop(activity_id), []).append(activity_id)
                del self.facts[activity_id]
        if self.today is not None:
            if self.tracked_since_morning:
                self.whole.add(self.today)
            passed = self.today + DAY
            while passed < day:
                if self.tracks:
                    self.whole.add(passed)
                passed += DAY
            self.tracked_since_morning = self.tracks
        self.today = day

    @rule(hours=st.sampled_from([1, 5, 12, 24, 24, 24, 60, 20 * 24]), punctual=st.booleans())
    def time_passes(self, hours: int, punctual: bool) -> None:
        """Reminders come when they are due, or the server was down and they come late, or something else comes first."""
        until = self.now + timedelta(hours=hours)
        while punctual and (due := alarms(self.user).get("day")) is not None and due <= until:
            self.now = max(self.now, due)
            self.happens(DayTurned(self.now, today_of(self.user, self.now)))
        self.now = until

    @rule(zone=st.sampled_from(ZONES))
    def travels(self, zone: str) -> None:
        self.does(UpdateProfile(timezone=zone))

    @rule(
        back=st.integers(0, 14), device=st.sampled_from(["phone", "watch"]), steps=st.sampled_from([0, 900, 1200, 6000])
    )
    def syncs(self, back: int, device: str, steps: int) -> None:
        day = today_of(self.user, self.now) - timedelta(back)
        if not isinstance(self.does(SyncSteps(day, steps, device=device)), Refusal):
            self.steps[day, device] = steps

    @rule(client_id=st.none() | client_ids, back=hours_back)
    def puffs(self, client_id: str | None, back: int) -> None:
        before = set(self.user.activities)
        decision = self.does(RecordPuff(self.now - timedelta(hours=back), client_id=client_id))
        if isinstance(decision, Refusal):
            return
        for event in decision:
            self.facts[event.activity.id] = {"puffs": 1}
            self.puffed[event.activity.id] = event.activity.date
        assert len(self.user.activities) - len(before) <= 1

    @rule(
        runs=st.booleans(),
        client_id=client_ids,
        back=hours_back,
        minutes=st.sampled_from([None, 10, 60, 90]),
        metres_a_minute=st.sampled_from([None, 50, 75]),
    )
    def goes_out(self, runs: bool, client_id: str, back: int, minutes: int | None, metres_a_minute: int | None) -> None:
        start = self.now - timedelta(hours=back, minutes=minutes or 0)
        metres = None if metres_a_minute is None or minutes is None else float(metres_a_minute * minutes)
        end = None if minutes is None else start + timedelta(minutes=minutes)
        command = (LogRun if runs else LogWalk)(start, client_id, end_time=end, distance_meters=metres)
        decision = self.does(command)
        if isinstance(decision, Refusal):
            return
        for event in decision:
            over = {"runs" if runs else "walks": 1, "distance": metres or 0, "duration": (minutes or 0) * 60}
            self.facts[event.activity.id] = over if minutes is not None else {}

    @rule(session=client_ids, back=st.integers(0, 48), sets=st.integers(0, 8))
    def works_out(self, session: str, back: int, sets: int) -> None:
        ends = self.now - timedelta(hours=back)
        done = WorkoutDone(
            derived(session), "Legs", ends - timedelta(hours=1), ends, 3000, 500 * sets, sets, 5 * sets, 200, "friends"
        )
        fact = told.workout(self.user, done, self.now)
        self.told(fact)
        self.facts[fact.id] = {"workouts": 1, "sets": sets, "volume": 500 * sets, "reps": 5 * sets}

    @rule(group=st.sampled_from("gh"), frequency=st.sampled_from(["daily", "daily", "weekly"]), care=st.integers(1, 10))
    def checks_in(self, group: str, frequency: str, care: int) -> None:
        days = LENGTH[frequency]
        first = self.now.date().toordinal() // days * days
        period = (date.fromordinal(first), date.fromordinal(first + days - 1))
        activity_id = derived(group, first, days)
        said = CheckedIn(
            activity_id, group, "G", period, frequency, self.now, 1, 2, 3, care, None, None, None, private=False
        )
        self.told(told.check_in(self.user, said, self.now))
        self.facts[activity_id] = {"checkIns": 1, "huCaresScore": 6 - care}

    def told(self, fact) -> None:
        """As the user's actor hears it."""
        fact = as_dated(self.user, fact)
        if not fact.says_as(fact_of(self.user, fact.id)):
            self.happens(ActivityLogged(self.now, fact))

    @precondition(lambda self: self.facts or self.steps)
    @rule(data=st.data())
    def deletes(self, data) -> None:
        steps = {steps_activity_id(self.user.id, *key): key for key in self.steps}
        activity_id = data.draw(st.sampled_from(sorted(self.facts | steps)))
        if fact := fact_of(self.user, activity_id):
            del self.facts[activity_id]
            self.puffed.pop(activity_id, None)  # before it happens: the day may turn with it, and seal the others
            if fact.kind is Kind.CHECK_IN:
                self.happens(ActivityRemoved(self.now, activity_id))
            else:
                assert len(self.does(DeleteActivity(activity_id))) == 1
        else:
            assert len(self.does(DeleteActivity(activity_id))) == 1
            del self.steps[steps[activity_id]]

    @precondition(lambda self: self.sealed)
    @rule(data=st.data())
    def deletes_a_puff_of_long_ago(self, data) -> None:
        activity_id = data.draw(st.sampled_from(sorted(chain.from_iterable(self.sealed.values()))))
        if activity_id not in self.facts:  # its client id was not used again
            refusal = self.does(DeleteActivity(activity_id))
            assert refusal.code is Code.NOT_FOUND
            assert f"{SEALED_AFTER} days" in refusal.message

    @rule(
        track=st.just(UNSET) | st.booleans(),
        weekly=st.just(UNSET) | st.integers(1, 3),
        goal=st.just(UNSET) | st.sampled_from([1000, 5000]),
    )
    def prefers(self, track: bool | Unset, weekly: int | Unset, goal: int | Unset) -> None:
        self.does(UpdatePreferences(track_puffs=track, weekly_workouts=weekly, daily_step_goal=goal))
        if track is not UNSET and track != self.tracks:
            self.tracks, self.tracked_since_morning = track, False
        if weekly is not UNSET:
            self.targets.append((monday_of(today_of(self.user, self.now)), weekly))

    @rule(kind=st.sampled_from(["active", "stepsGoal", "workoutWeek", "puffFree", "checkIn"]), back=st.integers(0, 5))
    def freezes(self, kind: str, back: int) -> None:
        day = today_of(self.user, self.now) - timedelta(back)
        decision = self.does(FreezeStreak(kind, day, "g" if kind == "checkIn" else None))
        for event in [] if isinstance(decision, Refusal) else decision:
            assert isinstance(event, StreakFrozen)
            self.manual[event.streak] = (*self.manual.get(event.streak, ()), event.date)

    # --- what always holds ---

    @invariant()
    def every_activity_counts_once_in_the_days_and_in_all(self) -> None:
        user = self.user
        assert set(user.activities) == set(self.facts)
        assert {fact.id: day.date for day in user.days.values() for fact in day.facts} == user.activities
        assert {
            (d.date, name): kept.steps for d in user.days.values() for name, kept in d.devices.items()
        } == self.steps
        sealed = {day.date: day.sealed.puffs for day in user.days.values() if day.sealed is not None}
        assert sealed == {day: len(ids) for day, ids in self.sealed.items()}
        totals = user.rewards.stats.totals
        puffs = sum(map(len, self.sealed.values())) + len(self.puffed)
        assert totals.get("puffs", 0) == puffs
        assert sum(day_totals(day).get("puffs", 0) for day in user.days.values()) == puffs
        for metric in ("walks", "runs", "workouts", "sets", "volume", "reps", "checkIns", "huCaresScore"):
            assert totals.get(metric, 0) == sum(metrics.get(metric, 0) for metrics in self.facts.values()), metric
        assert all(day <= self.today for day in user.days)

    @invariant()
    def rewards_are_what_the_facts_come_to(self) -> None:
        rewards, today = self.user.rewards, self.user.rewards.today
        if today is None:
            return
        scratch = recompute(
            rewards.user_id,
            self.user.days.values(),
            (),
            (),
            today,
            self.now,
            SMALL,
            level=rewards.level,
            watched=[(day, day) for day in sorted(self.whole) if day < today],
            targets=self.targets,
            manual=self.manual,
        )
        for key in {*rewards.streaks, *scratch.streaks}:
            assert rewarding.streak(rewards, key, today) == rewarding.streak(scratch, key, today), key
        assert told_of(rewards) == told_of(scratch)

    def teardown(self) -> None:
        """Killed, and come back from the journal, or from a snapshot."""
        again = blank(self.user.id)
        for event in self.events:
            evolve(again, CODEC.decode(type(event).__name__, 1, dump(event)), SMALL)
        assert again == self.user
        assert USER.validate_json(dump(self.user)) == self.user


def told_of(rewards):
    stats = rewards.stats
    return {
        "xp": rewards.xp,
        "badges": {badge: held.times for badge, held in rewards.badges.items()},
        "stats": [
            {name: value for name, value in numbers.items() if value}
            for numbers in (stats.totals, stats.days, stats.streaks, stats.counts, stats.hours)
        ],
    }


Activities.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestActivities = Activities.TestCase
