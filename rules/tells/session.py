"""Between a workout session and its athletes."""

from dataclasses import dataclass
from datetime import datetime

from rules.ids import UserId
from rules.records import Bests, Record

# --- session → user ---


@dataclass(frozen=True, slots=True)
class SessionBegan:
    """You train in it from now on. Who is in another one already answers `Elsewhere`."""

    session_id: str


@dataclass(frozen=True, slots=True)
class SessionOver:
    """You train in it no longer. Not `kept`: it was called off, and nothing of it counts."""

    session_id: str
    kept: bool


@dataclass(frozen=True, slots=True)
class SessionInvited:
    session_id: str
    name: str
    by: UserId


@dataclass(frozen=True, slots=True)
class Lifted:
    """What your sets of an exercise come to in this session, and the records that stand: in place of all told before."""

    session_id: str
    exercise_id: str
    exercise: str  # its name
    bests: Bests
    records: tuple[Record, ...]
    private: bool = False  # the session is its athletes' alone: friends hear nothing of it


@dataclass(frozen=True, slots=True)
class WorkoutDone:
    """An athlete's part of a session is over. Kilograms, kilocalories, seconds without pauses."""

    session_id: str
    name: str
    starts_at: datetime
    ends_at: datetime
    active_seconds: float
    volume: float
    sets: int
    reps: int
    calories: float
    visibility: str


# --- user → session ---


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The user trains in another session that runs."""

    user_id: UserId


@dataclass(frozen=True, slots=True)
class Estranged:
    """Between the athlete and another user there is no friendship any more; `hidden`: there is a block."""

    owner_id: UserId
    user_id: UserId
    hidden: bool


@dataclass(frozen=True, slots=True)
class Awake:
    """An athlete is there again: after a restart, their rest ticks on from here."""
