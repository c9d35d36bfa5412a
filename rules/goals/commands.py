"""What a user wants of their goals. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal

from rules.fields import MAX_COUNT, UNSET, Amount, Day, Flag, Id, Limits, Name, Patch, Wire

GoalMetric = Literal[
    "steps",
    "distance",
    "calories",
    "activeMinutes",
    "duration",
    "elevationGain",
    "walks",
    "runs",
    "workouts",
    "volume",
    "sets",
    "reps",
    "puffs",
    "checkIns",
    "huCaresScore",
]
Share = Annotated[float, Limits((("gt", 0), ("le", 1), ("allow_inf_nan", False)))]
Value = Annotated[float, Limits((("gt", 0), ("le", MAX_COUNT), ("allow_inf_nan", False)))]


@dataclass(frozen=True, slots=True)
class CreateGoal(Wire):
    """So much of a metric in each period. Of puffs fewer are better: no more than that, judged when the period is over."""

    type: Literal["daily", "weekly", "monthly", "custom"]
    """Weeks begin on Mondays. A custom goal has one period, from its first to its last day."""
    metric: GoalMetric
    target: Amount
    """In the metric's unit: metres, seconds, kilograms, kilocalories, counts."""
    from_: Day | None = None
    """Days before it don't count. Without it: from the first day of the present period; a custom goal: from today."""
    to: Day | None = None
    """The last day that counts. Without it: for good."""
    title: Name | None = None


@dataclass(frozen=True, slots=True)
class UpdateGoal(Wire):
    """What is left out stays as it is, null is as at first. A period in which it was achieved is not announced again."""

    goal_id: Id
    target: Patch[Amount] = UNSET
    from_: Patch[Day | None] = UNSET
    to: Patch[Day | None] = UNSET
    title: Patch[Name | None] = UNSET


@dataclass(frozen=True, slots=True)
class DeleteGoal(Wire):
    goal_id: Id


@dataclass(frozen=True, slots=True)
class MarkMilestone(Wire):
    """A value on the way that has a name. It counts as reached once the progress of the period is there.

    One with the same title is moved. Give `value` or `share`, or `remove`.
    """

    goal_id: Id
    title: Name
    value: Value | None = None
    """In the metric's unit."""
    share: Share | None = None
    """Of the target as it is now: 0.5 is half of it."""
    remove: Flag = False


# --- reads ---


@dataclass(frozen=True, slots=True)
class ListGoals(Wire):
    """All of your goals, the oldest first."""
