"""One thing that a user did. A value: correcting it makes a new one with the same id."""

from dataclasses import dataclass, field
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
    """`metrics` is what it adds to, in the metrics' units; what is marked for `review` counts all the same."""

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
