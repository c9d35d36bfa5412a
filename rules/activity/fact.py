"""One thing that a user did. A value: correcting it makes a new one with the same id."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from rules.ids import ActivityId
from rules.metrics import PUFFS


class Kind(StrEnum):
    """Names are public API and stored: never rename one."""

    STEPS = "steps"
    WALK = "walk"
    RUN = "run"
    WORKOUT = "workout"
    PUFF = "puff"
    CHECK_IN = "checkIn"


ONE_PUFF = {PUFFS: 1.0}

_T = TypeVar("_T")
_set = object.__setattr__


@lru_cache(maxsize=4096)
def counted_by(device: str) -> dict[str, Any]:
    """The details of a puff."""
    return {"device": device}


@lru_cache(maxsize=4096)
def _one(value: _T) -> _T:
    return value


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

    def __post_init__(self) -> None:
        """There may be thousands: what is equal is kept once. Neither metrics nor details are ever changed in place."""
        _set(self, "date", _one(self.date))
        _set(self, "zone", _one(self.zone))
        if self.ends_at == self.starts_at:
            _set(self, "ends_at", self.starts_at)
        if self.recorded_at == self.starts_at:
            _set(self, "recorded_at", self.starts_at)
        if self.kind is Kind.PUFF:
            if self.metrics == ONE_PUFF:
                _set(self, "metrics", ONE_PUFF)
            if len(self.details) == 1 and isinstance(device := self.details.get("device"), str):
                _set(self, "details", counted_by(device))

    @property
    def going_on(self) -> bool:
        """A walk or run that has begun, and adds to nothing until it is over."""
        return "inProgress" in self.details

    def says_as(self, other: "Fact | None") -> bool:
        """Is it the same but for when it was recorded?"""
        return other is not None and replace(self, recorded_at=other.recorded_at) == other
