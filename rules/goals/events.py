"""What happened to a user's goals. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from rules.goals.periods import Terms


@dataclass(frozen=True, slots=True)
class GoalCreated:
    at: datetime
    goal_id: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class GoalUpdated:
    """The terms as they are now."""

    at: datetime
    goal_id: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class GoalDeleted:
    at: datetime
    goal_id: str


@dataclass(frozen=True, slots=True)
class MilestoneSet:
    at: datetime
    goal_id: str
    milestone_id: str
    title: str
    value: float  # in the metric's unit


@dataclass(frozen=True, slots=True)
class MilestoneRemoved:
    at: datetime
    goal_id: str
    milestone_id: str


@dataclass(frozen=True, slots=True)
class GoalReached:
    """For the first time in its period; `period` is that one's first day."""

    at: datetime
    goal_id: str
    period: date


@dataclass(frozen=True, slots=True)
class MilestoneReached:
    """For the first time in its period."""

    at: datetime
    goal_id: str
    milestone_id: str
    period: date


@dataclass(frozen=True, slots=True)
class GoalsSettled:
    """Of goals of which less is better: every period that was over before `date` has been judged."""

    at: datetime
    date: date


Event: TypeAlias = (
    GoalCreated
    | GoalUpdated
    | GoalDeleted
    | MilestoneSet
    | MilestoneRemoved
    | GoalReached
    | MilestoneReached
    | GoalsSettled
)

EVENTS: tuple[type[Event], ...] = (
    GoalCreated,
    GoalUpdated,
    GoalDeleted,
    MilestoneSet,
    MilestoneRemoved,
    GoalReached,
    MilestoneReached,
    GoalsSettled,
)
