"""A group: the fold of its events."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from rules.group.events import Role, Settings
from rules.group.periods import Period
from rules.ids import ActivityId, UserId

MESSAGES_IN_MEMORY = 200  # the table has all of them
MOST_INVITED = 1_000
MOST_BANNED = 1_000

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = Settings("", None, True, 0, "admins", "weekly", "UTC")
_NO_PERIOD = Period(date(1970, 1, 1), date(1970, 1, 1), "daily", "UTC", _NEVER, _NEVER)


@dataclass(slots=True)
class Member:
    user_id: UserId
    name: str
    username: str
    role: Role
    joined_at: datetime
    number: int  # in the order of joining; no number comes twice


@dataclass(frozen=True, slots=True)
class Ban:
    """Of whom, as they were; `number` as it was, or a new one for those who were only invited."""

    user_id: UserId
    name: str
    username: str
    joined_at: datetime  # of those who never were members: when they were banned
    number: int


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    number: int
    by: UserId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckIn:
    activity_id: ActivityId
    name: str  # of the member, then
    at: datetime
    productive: int
    satisfied: int
    body: int
    care: int
    private: bool

    @property
    def score(self) -> int:
        """huCaresScore."""
        return self.productive + self.satisfied + self.body - self.care


@dataclass(slots=True)
class Group:
    id: str = ""
    settings: Settings = _BLANK
    access_code: str = ""
    created_at: datetime = _NEVER
    deleted_at: datetime | None = None
    members: dict[UserId, Member] = field(default_factory=dict)  # in the order of joining
    numbered: int = 0  # numbers given to members so far
    invited: dict[UserId, UserId] = field(default_factory=dict)  # → by whom
    banned: dict[UserId, Ban] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)  # the last ones, oldest first
    said: int = 0  # messages ever
    period: Period = _NO_PERIOD
    check_ins: dict[UserId, CheckIn] = field(default_factory=dict)  # of the present period: tables have the others
    nudged: int = 0  # members up to this number have been reminded in this period
    nudged_all: bool = False

    @property
    def open(self) -> bool:
        """Is it there, and not deleted?"""
        return self.id != "" and self.deleted_at is None

    @property
    def admins(self) -> int:
        return sum(member.role is Role.ADMIN for member in self.members.values())

    @property
    def expected(self) -> int:
        """How many check-ins the present period can have: who has checked in and left is still one of them."""
        return len(self.members.keys() | self.check_ins.keys())

    def is_open_to(self, user_id: UserId) -> bool:
        """May they see it, and join it by its id?"""
        if user_id in self.members:
            return True
        return user_id not in self.banned and (user_id in self.invited or not self.settings.is_private)
