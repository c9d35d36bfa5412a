"""What happened in a challenge. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from rules.counting import Why
from rules.ids import ActivityId, ChallengeId, UserId


class Mode(StrEnum):
    """Who wins: the first to the target, the highest total, the lowest."""

    RACE = "race"
    MOST = "most"
    LEAST = "least"


class Role(StrEnum):
    COHOST = "cohost"
    JUDGE = "judge"
    ANNOUNCER = "announcer"


Visibility: TypeAlias = Literal["public", "friends", "group", "invite"]
JoinPolicy: TypeAlias = Literal["beforeStart", "anytime"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a host sets."""

    name: str
    description: str | None
    metric: str
    mode: Mode
    target: float | None
    starts_at: datetime
    ends_at: datetime
    visibility: Visibility
    group_id: str | None
    join_policy: JoinPolicy
    max_participants: int | None
    settle_minutes: int


# --- its life ---


@dataclass(frozen=True, slots=True)
class ChallengeCreated:
    at: datetime
    id: ChallengeId
    host_id: UserId
    terms: Terms
    spectator_code: str
    rule_version: str


@dataclass(frozen=True, slots=True)
class ChallengeUpdated:
    at: datetime
    by: UserId
    terms: Terms  # all of them, as they are now


@dataclass(frozen=True, slots=True)
class ChallengeOpened:
    at: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class CountdownBegan:
    at: datetime


@dataclass(frozen=True, slots=True)
class ChallengeStarted:
    """At the planned time, or by the host's hand: then the start moves here."""

    at: datetime
    by: UserId | None
    rule_version: str


@dataclass(frozen=True, slots=True)
class ChallengePaused:
    at: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class ChallengeResumed:
    at: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class ChallengeExtended:
    at: datetime
    by: UserId
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SettlingBegan:
    """At the planned end, or by the host's hand: then the end moves here."""

    at: datetime
    by: UserId | None


@dataclass(frozen=True, slots=True)
class ChallengeFinished:
    """The results are final."""

    at: datetime
    by: UserId | None


@dataclass(frozen=True, slots=True)
class ChallengeCancelled:
    at: datetime
    by: UserId


# --- its people ---


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class ParticipantIntroduced:
    """The name and zone a participant goes by, from now on."""

    at: datetime
    user_id: UserId
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class UsersInvited:
    at: datetime
    by: UserId
    user_ids: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class RoleGiven:
    at: datetime
    by: UserId
    user_id: UserId
    role: Role | None


@dataclass(frozen=True, slots=True)
class AnnouncementMade:
    at: datetime
    by: UserId
    text: str


@dataclass(frozen=True, slots=True)
class ParticipantDisqualified:
    at: datetime
    by: UserId
    user_id: UserId
    reason: str


@dataclass(frozen=True, slots=True)
class ParticipantReinstated:
    at: datetime
    by: UserId
    user_id: UserId
    reason: str


# --- its scores ---


@dataclass(frozen=True, slots=True)
class DayTallied:
    """A participant's day went from `before` to `after` in the challenge's metric."""

    at: datetime
    user_id: UserId
    date: date
    zone: str
    before: float
    after: float
    counted: bool
    why: Why  # it counted or not
    activity_id: ActivityId
    review: bool


@dataclass(frozen=True, slots=True)
class ParticipantsTold:
    """The next `count` participants, by user id, have been told that it is over."""

    at: datetime
    count: int


Event: TypeAlias = (
    ChallengeCreated
    | ChallengeUpdated
    | ChallengeOpened
    | CountdownBegan
    | ChallengeStarted
    | ChallengePaused
    | ChallengeResumed
    | ChallengeExtended
    | SettlingBegan
    | ChallengeFinished
    | ChallengeCancelled
    | ParticipantJoined
    | ParticipantIntroduced
    | ParticipantLeft
    | UsersInvited
    | RoleGiven
    | AnnouncementMade
    | ParticipantDisqualified
    | ParticipantReinstated
    | DayTallied
    | ParticipantsTold
)

EVENTS: tuple[type[Event], ...] = (
    ChallengeCreated,
    ChallengeUpdated,
    ChallengeOpened,
    CountdownBegan,
    ChallengeStarted,
    ChallengePaused,
    ChallengeResumed,
    ChallengeExtended,
    SettlingBegan,
    ChallengeFinished,
    ChallengeCancelled,
    ParticipantJoined,
    ParticipantIntroduced,
    ParticipantLeft,
    UsersInvited,
    RoleGiven,
    AnnouncementMade,
    ParticipantDisqualified,
    ParticipantReinstated,
    DayTallied,
    ParticipantsTold,
)
