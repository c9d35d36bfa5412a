"""Between a group and its members."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A member's answers for a period of the group; told again when they are corrected."""

    activity_id: str
    group_id: str
    group: str  # its name
    period: tuple[date, date]  # first and last day, in the group's zone
    frequency: str  # daily, weekly, biweekly
    at: datetime
    productive: int
    satisfied: int
    body: int
    care: int
    note: str | None
    mood: str | None
    energy: int | None
    private: bool


@dataclass(frozen=True, slots=True)
class CheckInRemoved:
    activity_id: str
    group_id: str
