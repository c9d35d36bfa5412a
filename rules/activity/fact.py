"""One thing that a user did. A value: correcting it makes a new one with the same id."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from rules.ids import ActivityId


class Kind(StrEnum):
    """Names are public API and stored: never rename one."""

    STEPS = "steps"
    WALK = "walk"
    RUN = "run"
    WORKOUT = "workout"
    PUFF = "puff"
    CHECK_IN = "checkIn"


@dataclass(frozen=True, slots=True)
class Fact:
    """`metrics` is what it adds to, in the metrics' units; what is marked for `review` counts all the same.

    `details` is plain JSON: what was read back from a snapshot must equal what was there before.
    """

    id: ActivityId
    kind: Kind
    date: date  # the user's day that it counts for
    zone: str  # the user's, then
    starts_at: datetime
    ends_at: datetime  # the same for what takes no time
    metrics: dict[str, float]
    recorded_at: datetime  # game time
    review: bool = False
    details: dict[str, Any] = field(default_factory=dict)  # by kind, as the wire shows them

    @property
    def going_on(self) -> bool:
        """A walk or run that has begun, and adds to nothing until it is over."""
        return "inProgress" in self.details

    def says_as(self, other: "Fact | None") -> bool:
        """Is it the same but for when it was recorded?"""
        return other is not None and replace(self, recorded_at=other.recorded_at) == other
