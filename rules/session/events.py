"""What happened in a workout session. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

from rules.ids import UserId
from rules.records import Record


@dataclass(frozen=True, slots=True)
class PlannedSet:
    weight: float | None
    reps: int | None


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    exercise_id: str
    name: str
    sets: tuple[PlannedSet, ...]


@dataclass(frozen=True, slots=True)
class SessionPlanned:
    VERSION: ClassVar[int] = 2

    at: datetime
    id: str
    owner_id: UserId
    owner_name: str
    name: str
    visibility: str
    exercises: tuple[PlannedExercise, ...]
    location: str | None


@dataclass(frozen=True, slots=True)
class SessionStarted:
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionPaused:
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionResumed:
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionCompleted:
    """`abandoned`: nobody did anything for so long that it ended by itself, as of the last thing done in it."""

    at: datetime
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    at: datetime


@dataclass(frozen=True, slots=True)
class UsersInvited:
    at: datetime
    by: UserId
    user_ids: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class AthleteJoined:
    at: datetime
    user_id: UserId
    name: str


@dataclass(frozen=True, slots=True)
class AthleteLeft:
    """`kept`: with what they had done. Otherwise it is as if they had never been there."""

    at: datetime
    user_id: UserId
    kept: bool


@dataclass(frozen=True, slots=True)
class ExerciseSelected:
    at: datetime
    user_id: UserId
    exercise_id: str
    name: str


@dataclass(frozen=True, slots=True)
class SetCompleted:
    """Of the athlete's current exercise. Kilograms, seconds, metres."""

    at: datetime
    user_id: UserId
    exercise_id: str
    weight: float | None
    reps: int | None
    seconds: float | None
    distance: float | None
    rpe: float | None
    notes: str | None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class SetUndone:
    """The athlete's last one."""

    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class RestStarted:
    at: datetime
    user_id: UserId
    seconds: int


@dataclass(frozen=True, slots=True)
class RestEnded:
    at: datetime
    user_id: UserId
    skipped: bool


Event: TypeAlias = (
    SessionPlanned
    | SessionStarted
    | SessionPaused
    | SessionResumed
    | SessionCompleted
    | SessionCancelled
    | UsersInvited
    | AthleteJoined
    | AthleteLeft
    | ExerciseSelected
    | SetCompleted
    | SetUndone
    | RestStarted
    | RestEnded
)

EVENTS: tuple[type[Event], ...] = (
    SessionPlanned,
    SessionStarted,
    SessionPaused,
    SessionResumed,
    SessionCompleted,
    SessionCancelled,
    UsersInvited,
    AthleteJoined,
    AthleteLeft,
    ExerciseSelected,
    SetCompleted,
    SetUndone,
    RestStarted,
    RestEnded,
)

UPCASTS = {("SessionPlanned", 1): lambda said: {**said, "location": None}}
