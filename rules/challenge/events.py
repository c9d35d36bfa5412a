"""What happened in a challenge. Journalled by class name: never rename one."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from rules.counting import Why
from rules.ids import ActivityId, ChallengeId, TeamId, UserId


class Mode(StrEnum):
    """Who wins: names are public API and stored, never rename one."""

    RACE = "race"  # the first to the target
    MOST = "most"  # the highest total
    LEAST = "least"  # the lowest
    COLLECTIVE = "collective"  # all together, by reaching the target
    TEAMS = "teams"  # the team with the highest score
    STREAK = "streak"  # the most consecutive days with at least the target
    ELIMINATION = "elimination"  # the last who has not dropped out


class Role(StrEnum):
    COHOST = "cohost"
    JUDGE = "judge"
    ANNOUNCER = "announcer"


Visibility: TypeAlias = Literal["public", "friends", "group", "invite"]
JoinPolicy: TypeAlias = Literal["beforeStart", "anytime"]
Fairness: TypeAlias = Literal["raw", "weighted", "baseline"]
TeamScore: TypeAlias = Literal["sum", "average", "best"]


@dataclass(frozen=True, slots=True)
class Team:
    id: TeamId
    name: str


@dataclass(frozen=True, slots=True)
class Rounds:
    """Each round, the `lowest` so many drop out."""

    every: Literal["day", "week"]
    lowest: int


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
    teams: tuple[Team, ...] = ()
    team_score: TeamScore = "sum"
    team_best: int = 0  # how many members count, where the best do
    fairness: Fairness = "raw"
    eliminate: Rounds | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """What a challenge counts by, of the rule set that was in force when it started."""

    active_steps: int = 1000  # make a day a streak day
    weights: dict[str, tuple[str, float]] = field(default_factory=dict)  # kind → (metric of the activity, factor)
    usual: float = 0.0  # an ordinary day
    least_share: float = 1.0  # of an ordinary day, that a baseline is at least


# --- its life ---


@dataclass(frozen=True, slots=True)
class ChallengeCreated:
    at: datetime
    id: ChallengeId
    host_id: UserId
    terms: Terms
    spectator_code: str
    rule_version: str
    zone: str = "UTC"  # the host's: rounds end at its midnights


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
    scoring: Scoring = Scoring()


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


@dataclass(frozen=True, slots=True)
class RoundEnded:
    """Round `number` (from 1) of an elimination is decided."""

    at: datetime
    number: int
    dropped: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class SoonBegan:
    """The start or end, at `when`, is near: participants are to be told."""

    at: datetime
    what: Literal["start", "end"]
    when: datetime


# --- its people ---


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    at: datetime
    user_id: UserId
    team_id: TeamId | None = None


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
class ActivityTallied:
    """An activity with a time of its own; `amount` is what it adds now, in the challenge's metric and weights."""

    at: datetime
    user_id: UserId
    activity_id: ActivityId
    kind: str
    date: date
    zone: str
    starts_at: datetime
    ends_at: datetime
    amount: float
    counted: bool
    why: Why  # it counted or not
    review: bool


@dataclass(frozen=True, slots=True)
class BaselineFixed:
    """A participant's usual day before the start, by which their amounts are divided."""

    at: datetime
    user_id: UserId
    baseline: float


@dataclass(frozen=True, slots=True)
class ParticipantsWarned:
    """Those up to `last`, by user id, have been told that it starts or ends soon; None: all of them."""

    at: datetime
    last: UserId | None


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
    | ActivityTallied
    | BaselineFixed
    | RoundEnded
    | SoonBegan
    | ParticipantsWarned
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
    ActivityTallied,
    BaselineFixed,
    RoundEnded,
    SoonBegan,
    ParticipantsWarned,
    ParticipantsTold,
)
