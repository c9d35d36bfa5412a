"""What happened to a user in workout sessions. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from rules.records.bests import Bests, Record


@dataclass(frozen=True, slots=True)
class SessionEntered:
    """The user trains in it from now on."""

    at: datetime
    session_id: str


@dataclass(frozen=True, slots=True)
class SessionLeft:
    """Their part of it is over; not `kept`: nothing of it counts."""

    at: datetime
    session_id: str
    kept: bool


@dataclass(frozen=True, slots=True)
class ExerciseLifted:
    """What their sets of an exercise in a session come to, in place of what was known of it before."""

    at: datetime
    session_id: str
    exercise_id: str
    exercise: str  # its name
    bests: Bests
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class SessionForgotten:
    """The user has deleted the workout."""

    at: datetime
    session_id: str


Event: TypeAlias = SessionEntered | SessionLeft | ExerciseLifted | SessionForgotten

EVENTS: tuple[type[Event], ...] = (SessionEntered, SessionLeft, ExerciseLifted, SessionForgotten)
