"""A user's goals: the fold of their events, and of the days that change.

Progress is what the days of the present period come to, so whatever is taken back leaves no trace. It is kept as a running
sum, so that a step sync costs the same in a goal of a day and of a year.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

from rules.changes import Change, DayChanged, GoalAchieved, GoalsChanged
from rules.day import DayFacts, whole_totals
from rules.days import midnight_after, today_in
from rules.goals.events import (
    Event,
    GoalCreated,
    GoalDeleted,
    GoalReached,
    GoalsSettled,
    GoalUpdated,
    MilestoneReached,
    MilestoneRemoved,
    MilestoneSet,
)
from rules.goals.periods import Period, Terms, period_of, total
from rules.ids import UserId, derived
from rules.metrics import PUFFS

if TYPE_CHECKING:
    from rules.ruleset import RuleSet
    from rules.user.state import User

KEPT_PERIODS = 60  # that a goal was reached in; none before the oldest of so many is reached any more

_NO_VALUES: Mapping[str, int] = {}


@dataclass(slots=True)
class Milestone:
    title: str
    value: float
    reached_at: datetime | None = None  # for the first time in `period`
    period: date | None = None


@dataclass(slots=True)
class Goal:
    terms: Terms
    created_at: datetime
    period: Period  # the present one
    settled: date  # where less is better: periods that were over before this day have been judged
    sum: int = 0  # of it, in whole units
    reached: dict[date, datetime] = field(default_factory=dict)  # first day of the period → when it was
    times: int = 0  # periods ever reached
    milestones: dict[str, Milestone] = field(default_factory=dict)

    @property
    def fewer(self) -> bool:
        """Is less better? Then it is achieved at the end of a period, if at all."""
        return self.terms.metric == PUFFS

    def meets(self, sum: float) -> bool:
        return sum <= self.terms.target if self.fewer else sum >= self.terms.target

    def is_news(self, period: Period) -> bool:
        """May it still be reached there for the first time?"""
        if period.first in self.reached:
            return False
        return len(self.reached) < KEPT_PERIODS or period.first > min(self.reached)


@dataclass(slots=True)
class Goals:
    today: date  # the day that the present periods are of
    by_id: dict[str, Goal] = field(default_factory=dict)
    settles_at: datetime | None = None  # when the next period is over of a goal of which less is better


def goal_receipt_id(user_id: UserId, goal_id: str, period: date) -> str:
    return derived(user_id, "goal", goal_id, period.isoformat())


def deltas(change: DayChanged) -> dict[str, int]:
    """metric → by how much its value of the day is higher now; unchanged ones are left out."""
    old = whole_totals(change.before) if change.before is not None else _NO_VALUES
    new = whole_totals(change.after)
    found = {metric: value - old.get(metric, 0) for metric, value in new.items() if value != old.get(metric, 0)}
    found.update({metric: -value for metric, value in old.items() if value and metric not in new})
    return found


# --- evolve ---


def evolve(user: "User", event: Event, rules: "RuleSet") -> list[Change]:  # noqa: ARG001 (as its siblings)
    """Apply what happened, in place. Returns what it changed."""
    goals = user.goals
    if goals is None:
        goals = user.goals = Goals(_today(user, event.at, None))
    follow(user, goals, event.at, ())  # the day may have turned since anything happened
    return _EVOLVE[type(event)](user, goals, event)


def follow(user: "User", goals: Goals, at: datetime, changes: Iterable[Change]) -> None:
    """Keep step with the calendar, and with the days that have just changed."""
    today = _today(user, at, goals.today)
    turned = today != goals.today
    goals.today = today
    moved = [each for each in changes if type(each) is DayChanged]
    if not turned and not moved:
        return
    differences = [(change.after.date, deltas(change)) for change in moved]
    for goal in goals.by_id.values():
        period = period_of(goal.terms, today) if turned else goal.period
        if period != goal.period:
            _measure(goal, period, user.days)
            continue
        for day, delta in differences:
            if goal.terms.metric in delta and day in period:
                goal.sum += delta[goal.terms.metric]


def plan(user: "User", goals: Goals) -> None:
    """When is the next period over of a goal of which less is better? By the user's time zone as it is now."""
    ends = [
        last
        for goal in goals.by_id.values()
        if goal.fewer and (last := period_of(goal.terms, goal.settled).last) is not None and last >= goal.settled
    ]
    goals.settles_at = midnight_after(min(ends), user.timezone) if ends else None


def today_for(user: "User", at: datetime) -> date:
    """The day that goals are on at that moment."""
    return _today(user, at, user.goals.today if user.goals is not None else None)


def _today(user: "User", at: datetime, last: date | None) -> date:
    """Never back, like the user's own."""
    known = [day for day in (user.today, last) if day is not None]
    return today_in(user.timezone, at, max(known, default=None))


def _measure(goal: Goal, period: Period, days: Mapping[date, DayFacts]) -> None:
    goal.period, goal.sum = period, total(days, goal.terms.metric, period)


def _created(user: "User", goals: Goals, event: GoalCreated) -> list[Change]:
    period = period_of(event.terms, goals.today)
    goal = goals.by_id[event.goal_id] = Goal(event.terms, event.at, period, goals.today)
    _measure(goal, period, user.days)
    plan(user, goals)
    return [GoalsChanged((event.goal_id,))]


def _updated(user: "User", goals: Goals, event: GoalUpdated) -> list[Change]:
    goal = goals.by_id[event.goal_id]
    goal.terms = event.terms
    _measure(goal, period_of(event.terms, goals.today), user.days)
    plan(user, goals)
    return [GoalsChanged((event.goal_id,))]


def _deleted(user: "User", goals: Goals, event: GoalDeleted) -> list[Change]:
    del goals.by_id[event.goal_id]
    if goals.by_id:
        plan(user, goals)
    else:
        user.goals = None
    return [GoalsChanged((event.goal_id,))]


def _milestone_set(user: "User", goals: Goals, event: MilestoneSet) -> list[Change]:  # noqa: ARG001
    goals.by_id[event.goal_id].milestones[event.milestone_id] = Milestone(event.title, event.value)
    return [GoalsChanged((event.goal_id,))]


def _milestone_removed(user: "User", goals: Goals, event: MilestoneRemoved) -> list[Change]:  # noqa: ARG001
    del goals.by_id[event.goal_id].milestones[event.milestone_id]
    return [GoalsChanged((event.goal_id,))]


def _reached(user: "User", goals: Goals, event: GoalReached) -> list[Change]:
    goal = goals.by_id[event.goal_id]
    goal.reached[event.period] = event.at
    goal.times += 1
    if len(goal.reached) > KEPT_PERIODS:
        del goal.reached[min(goal.reached)]
    terms, receipt_id = goal.terms, goal_receipt_id(user.id, event.goal_id, event.period)
    return [
        GoalAchieved(event.goal_id, terms.title, terms.metric, terms.target, receipt_id),
        GoalsChanged((event.goal_id,)),
    ]


def _milestone_reached(user: "User", goals: Goals, event: MilestoneReached) -> list[Change]:  # noqa: ARG001
    milestone = goals.by_id[event.goal_id].milestones[event.milestone_id]
    milestone.reached_at, milestone.period = event.at, event.period
    return [GoalsChanged((event.goal_id,))]


def _settled(user: "User", goals: Goals, event: GoalsSettled) -> list[Change]:
    for goal in goals.by_id.values():
        goal.settled = event.date
    plan(user, goals)
    return []


_Evolve: TypeAlias = Callable[..., list[Change]]  # (user, goals, event)

_EVOLVE: Mapping[type, _Evolve] = {
    GoalCreated: _created,
    GoalUpdated: _updated,
    GoalDeleted: _deleted,
    MilestoneSet: _milestone_set,
    MilestoneRemoved: _milestone_removed,
    GoalReached: _reached,
    MilestoneReached: _milestone_reached,
    GoalsSettled: _settled,
}
