"""Between a group and its members."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from rules.ids import UserId

# --- group → user ---


@dataclass(frozen=True, slots=True)
class GroupJoined:
    group_id: str
    name: str


@dataclass(frozen=True, slots=True)
class GroupLeft:
    group_id: str
    name: str
    why: Literal["left", "removed", "banned", "deleted"]


@dataclass(frozen=True, slots=True)
class GroupInvited:
    group_id: str
    name: str
    by: UserId
    by_name: str


@dataclass(frozen=True, slots=True)
class CheckInDue:
    """You have not checked in yet, and the period ends soon."""

    group_id: str
    name: str
    until: datetime


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


# --- user → group ---


@dataclass(frozen=True, slots=True)
class MemberIntroduced:
    """A member has another name."""

    user_id: UserId
    name: str
    username: str
