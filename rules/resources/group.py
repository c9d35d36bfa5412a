"""A group, its members, its messages and its check-ins."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.activity import Activity
from rules.resources.texts import Day, Id, Time

Frequency = Literal["daily", "weekly", "biweekly"]
RoleName = Literal["admin", "moderator", "member"]

# functional form, because `from` is a Python keyword
CheckInPeriod = TypedDict("CheckInPeriod", {"from": Day, "to": Day})
GroupMessage = TypedDict("GroupMessage", {"messageId": Id, "number": int, "from": Id, "text": str, "at": Time})


class Group(TypedDict):
    id: Id
    name: str
    description: NotRequired[str]
    accessCode: NotRequired[str]
    isPrivate: bool
    maxMembers: int
    whoInvites: Literal["admins", "members"]
    checkInFrequency: Frequency
    timezone: str
    memberCount: int
    role: NotRequired[RoleName]


class Member(TypedDict):
    userId: Id
    name: str
    role: RoleName
    status: Literal["active", "banned"]
    joinedAt: Time
    presence: Literal["online", "away", "offline"]


class Members(TypedDict):
    members: list[Member]
    memberCount: int
    next: NotRequired[int]


class Posted(TypedDict):
    messageId: Id
    at: Time


class Messages(TypedDict):
    messages: list[GroupMessage]
    next: NotRequired[int]


class CheckIn(TypedDict):
    userId: Id
    name: str
    huCaresScore: int
    at: Time


class CheckIns(TypedDict):
    period: CheckInPeriod
    checkIns: list[CheckIn]
    next: NotRequired[int]


class Averages(TypedDict):
    productive: float
    satisfied: float
    body: float
    care: float
    huCaresScore: float


class PeriodParticipation(TypedDict):
    period: CheckInPeriod
    frequency: Frequency
    endsAt: Time
    members: int
    checkIns: int
    rate: float
    averages: NotRequired[Averages]


class Participation(TypedDict):
    periods: list[PeriodParticipation]
    next: NotRequired[Day]


class CheckedIn(TypedDict):
    activity: Activity
    period: CheckInPeriod


class Corrected(TypedDict):
    activity: Activity


class GroupView(TypedDict):
    group: Group
    members: list[Member]
    messages: list[GroupMessage]
    participation: PeriodParticipation
    checkInId: NotRequired[Id]
