"""Goals in any order of days, corrections, journeys and deaths of the server, against sums made from scratch."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from persistence.codec import EventCodec, SnapshotCodec, dump
from rules.activity.commands import DeleteActivity, RecordPuff
from rules.day import whole_totals
from rules.goals import decide as goals
from rules.goals.commands import DeleteGoal, MarkMilestone, UpdateGoal
from rules.goals.events import GoalReached, MilestoneReached
from rules.goals.state import today_for
from rules.user import EVENTS, User, alarms, blank, evolve
from rules.user.commands import UpdateProfile
from tests.rules.goals import Player
from tests.rules.rule_sets import DEFAULT

JOURNAL, SNAPSHOTS = EventCodec(EVENTS), SnapshotCodec(User)
ZONES = ["UTC", "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"]
values = st.sampled_from([0, 1, 99, 100, 101, 250, 500])
back = st.integers(0, 13)


def named(type: str, day: date) -> object:
    """What the days of a period have in common."""
    return {"daily": day, "weekly": day.isocalendar()[:2], "monthly": (day.year, day.month), "custom": None}[type]


@dataclass
class Wanted:
    """The model of a goal."""

    type: str
    metric: str
    target: float
    first: date
    last: date | None
    judged: date  # periods that were over before are none of its business
    said: set[date] = field(default_factory=set)

    def counts(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def is_met_by(self, value: int) -> bool:
        return value <= self.target if self.metric == "puffs" else value >= self.target

    def days(self, day: date) -> list[date]:
        """Those of the period that `day` is in, or the first or last one."""
        day = max(day, self.first) if self.last is None else min(max(day, self.first), self.last)
        if self.type == "custom":
            ahead = 60 if self.last is None else (self.last - self.first).days
            return [self.first + timedelta(n) for n in range(ahead + 1)]
        around = [day + timedelta(n) for n in range(-31, 32)]
        return [each for each in around if self.counts(each) and named(self.type, each) == named(self.type, day)]


class Goals(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.player = Player()
        self.wanted: dict[str, Wanted] = {}

    @property
    def today(self) -> date:
        return today_for(self.player.user, self.player.now)

    def value(self, goal: Wanted, day: date) -> int:
        known = self.player.user.days
        return sum(whole_totals(known[each]).get(goal.metric, 0) for each in goal.days(day) if each in known)

    def expect(self, day: date | None = None) -> None:
        """What must have been announced by now: of the present period, and of that of a day which has changed."""
        for goal in self.wanted.values():
            looked_at = [self.today] if day is None or not goal.counts(day) else [self.today, day]
            for each in looked_at:
                period = goal.days(each)
                over = period[-1] < goal.judged
                if goal.is_met_by(self.value(goal, each)) and (over or goal.metric != "puffs"):
                    goal.said.add(period[0])

    # --- what happens ---

    @precondition(lambda self: len(self.wanted) < 6)
    @rule(
        type=st.sampled_from(["daily", "weekly", "monthly", "custom"]),
        metric=st.sampled_from(["steps", "puffs"]),
        amount=st.sampled_from([1.0, 2.0, 100.0, 500.0]),
        begins=st.none() | st.integers(-20, 5),
        lasts=st.none() | st.integers(0, 20),
    )
    def create(self, type, metric, amount, begins, lasts):
        today = self.today
        first = None if begins is None else today + timedelta(begins)
        last = None if lasts is None else max(today, first or today) + timedelta(lasts)
        if type == "custom" and metric == "puffs" and last is None:
            last = max(today, first or today) + timedelta(3)
        goal_id = self.player.goal(type=type, metric=metric, target=amount, from_=first, to=last)
        terms = self.player.user.goals.by_id[goal_id].terms
        self.wanted[goal_id] = Wanted(type, metric, amount, terms.first, last, today)
        if first is not None:
            assert terms.first == first
        self.expect()

    def one(self, data) -> str:
        return data.draw(st.sampled_from(sorted(self.wanted)))

    @precondition(lambda self: self.wanted)
    @rule(data=st.data(), amount=st.sampled_from([1.0, 3.0, 99.0, 600.0]))
    def update(self, data, amount):
        goal_id = self.one(data)
        assert self.player.do(UpdateGoal(goal_id, target=amount)) is None
        self.wanted[goal_id].target = amount
        self.expect()

    @precondition(lambda self: self.wanted)
    @rule(data=st.data())
    def delete(self, data):
        goal_id = self.one(data)
        assert self.player.do(DeleteGoal(goal_id)) is None
        del self.wanted[goal_id]

    @precondition(lambda self: any(goal.metric == "steps" for goal in self.wanted.values()))
    @rule(data=st.data(), value=st.sampled_from([1.0, 50.0, 300.0]), name=st.sampled_from("ab"))
    def milestone(self, data, value, name):
        steps = sorted(id for id, goal in self.wanted.items() if goal.metric == "steps")
        goal_id = data.draw(st.sampled_from(steps))
        assert self.player.do(MarkMilestone(goal_id, name, value=value)) is None

    @rule(days=back, steps=values)
    def sync(self, days, steps):
        day = self.today - timedelta(days)
        self.player.sync(steps, day)
        self.expect(day)

    @rule(hours=st.integers(0, 13 * 24))
    def puff(self, hours):
        before = set(self.player.user.activities)
        client_id = str(len(self.player.events))
        assert self.player.do(RecordPuff(at=self.player.now - timedelta(hours=hours), client_id=client_id)) is None
        (new,) = set(self.player.user.activities) - before
        self.expect(self.player.user.activities[new])

    @precondition(lambda self: self.player.user.activities)
    @rule(data=st.data())
    def take_a_puff_back(self, data):
        activity_id = data.draw(st.sampled_from(sorted(self.player.user.activities)))
        day = self.player.user.activities[activity_id]
        if self.player.do(DeleteActivity(activity_id)) is None:
            self.expect(day)

    @rule(hours=st.integers(1, 80))
    def time_passes(self, hours):
        until = self.player.now + timedelta(hours=hours)
        while alarms(self.player.user).get("goals", until) < until:
            self.player.now = max(alarms(self.player.user)["goals"], self.player.now)
            self.judge()
        self.player.now = until

    @rule(hours=st.integers(1, 80))
    def nobody_is_there(self, hours):
        """The server is down; what was due meanwhile comes late."""
        self.player.now += timedelta(hours=hours)
        if alarms(self.player.user).get("goals", self.player.now) < self.player.now:
            self.judge()

    def judge(self) -> None:
        self.player.happens(goals.settle(self.player.user, self.player.now))
        today = self.today
        for goal in self.wanted.values():
            if goal.metric == "puffs":
                day = goal.judged
                while day < today:
                    period = goal.days(day)
                    if goal.judged <= period[-1] < today and goal.is_met_by(self.value(goal, day)):
                        goal.said.add(period[0])
                    day += timedelta(1)
            goal.judged = today

    @rule(zone=st.sampled_from(ZONES))
    def travel(self, zone):
        assert self.player.do(UpdateProfile(timezone=zone)) is None
        self.expect()

    # --- what must be so ---

    @invariant()
    def the_sums_are_those_of_the_days(self):
        for goal_id, goal in self.wanted.items():
            seen = self.player.seen(goal_id)
            assert seen["progress"] == self.value(goal, self.today)
            assert seen["period"]["from"] == goal.days(self.today)[0].isoformat()

    @invariant()
    def each_period_is_announced_once_and_only_when_it_was_reached(self):
        events = [each for each in self.player.events if isinstance(each, GoalReached) and each.goal_id in self.wanted]
        announced = [(each.goal_id, each.period) for each in events]
        assert len(announced) == len(set(announced))
        assert set(announced) == {(id, first) for id, goal in self.wanted.items() for first in goal.said}

    @invariant()
    def a_milestone_is_marked_once_in_a_period_unless_it_is_moved(self):
        reached = [each for each in self.player.events if isinstance(each, MilestoneReached)]
        for each in reached:
            assert each.period <= each.at.date() + timedelta(1)
        goals = self.player.user.goals
        for goal in goals.by_id.values() if goals is not None else ():
            for milestone in goal.milestones.values():
                assert goal.sum < milestone.value or milestone.period == goal.period.first

    @rule()
    def killed(self):
        """Back from the journal, and from a snapshot, it is the same."""
        again = blank(self.player.user.id)
        for event in self.player.events:
            stored = dump(event).decode()
            evolve(again, JOURNAL.decode(type(event).__name__, 1, stored), DEFAULT)
        assert again == self.player.user
        assert SNAPSHOTS.decode(dump(again)) == again
        self.player.user = SNAPSHOTS.decode(dump(again))

    @invariant()
    def a_goal_that_waits_for_its_end_is_judged_then(self):
        """Or the reminder would come again and again."""
        due = alarms(self.player.user).get("goals")
        if due is not None:
            assert today_for(self.player.user, due) > min(
                goal.judged for goal in self.wanted.values() if goal.metric == "puffs"
            )


TestGoals = Goals.TestCase
TestGoals.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
