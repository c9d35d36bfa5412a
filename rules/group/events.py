"""What happened in a group. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias

from rules.group.periods import Frequency, Period
from rules.ids import ActivityId, UserId


class Role(StrEnum):
    """Names are public API: never rename one."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Settings:
    name: str
    description: str | None
    is_private: bool
    max_members: int
    who_invites: Literal["admins", "members"]
    frequency: Frequency  # from the next period on
    timezone: str  # from the next period on


@dataclass(frozen=True, slots=True)
class GroupCreated:
    """Its founder is the first member, and an admin."""

    at: datetime
    id: str
    by: UserId
    name: str  # the founder's
    username: str
    settings: Settings
    access_code: str
    period: Period


@dataclass(frozen=True, slots=True)
class GroupUpdated:
    """The settings as they are now."""

    at: datetime
    by: UserId
    settings: Settings


@dataclass(frozen=True, slots=True)
class AccessCodeChanged:
    at: datetime
    by: UserId
    access_code: str


@dataclass(frozen=True, slots=True)
class GroupDeleted:
    at: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class MembersDismissed:
    """The next so many members know that the group is no more."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class MemberJoined:
    at: datetime
    user_id: UserId
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class MemberRenamed:
    at: datetime
    user_id: UserId
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """Or the invitation of someone who was no member yet."""

    at: datetime
    by: UserId
    user_id: UserId
    banned: bool


@dataclass(frozen=True, slots=True)
class BansLifted:
    at: datetime
    by: UserId
    user_ids: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class RoleGiven:
    at: datetime
    by: UserId
    user_id: UserId
    role: Role


@dataclass(frozen=True, slots=True)
class UsersInvited:
    at: datetime
    by: UserId
    user_ids: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class MessagePosted:
    at: datetime
    id: str
    number: int  # 1, 2, 3, … in this group
    by: UserId
    text: str


@dataclass(frozen=True, slots=True)
class PeriodBegan:
    """The one `before` is over; so many `members` could have checked in in it."""

    VERSION: ClassVar[int] = 2

    at: datetime
    period: Period
    before: Period | None  # None: of a time when that was not written down
    members: int


@dataclass(frozen=True, slots=True)
class MembersNudged:
    """Members up to this number who have not checked in were reminded; `all`: nobody is left in this period."""

    at: datetime
    up_to: int
    all: bool


@dataclass(frozen=True, slots=True)
class CheckInSubmitted:
    """In the present period. Notes and moods are the member's own: they are kept there."""

    at: datetime
    user_id: UserId
    activity_id: ActivityId
    productive: int
    satisfied: int
    body: int
    care: int
    private: bool


@dataclass(frozen=True, slots=True)
class CheckInCorrected:
    """The present period's check-in of the member as it is now."""

    at: datetime
    user_id: UserId
    productive: int
    satisfied: int
    body: int
    care: int
    private: bool


@dataclass(frozen=True, slots=True)
class CheckInWithdrawn:
    at: datetime
    user_id: UserId
    activity_id: ActivityId


Event: TypeAlias = (
    GroupCreated
    | GroupUpdated
    | AccessCodeChanged
    | GroupDeleted
    | MembersDismissed
    | MemberJoined
    | MemberRenamed
    | MemberLeft
    | MemberRemoved
    | BansLifted
    | RoleGiven
    | UsersInvited
    | MessagePosted
    | PeriodBegan
    | MembersNudged
    | CheckInSubmitted
    | CheckInCorrected
    | CheckInWithdrawn
)

EVENTS: tuple[type[Event], ...] = (
    GroupCreated,
    GroupUpdated,
    AccessCodeChanged,
    GroupDeleted,
    MembersDismissed,
    MemberJoined,
    MemberRenamed,
    MemberLeft,
    MemberRemoved,
    BansLifted,
    RoleGiven,
    UsersInvited,
    MessagePosted,
    PeriodBegan,
    MembersNudged,
    CheckInSubmitted,
    CheckInCorrected,
    CheckInWithdrawn,
)

UPCASTS = {("PeriodBegan", 1): lambda said: {**said, "before": None, "members": 0}}
