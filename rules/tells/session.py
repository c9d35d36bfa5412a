"""Between a workout session and its athletes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkoutDone:
    """An athlete's part of a session is over. Kilograms, kilocalories, seconds without pauses and rests' ends."""

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


@dataclass(frozen=True, slots=True)
class RecordSet:
    """A set of this session beat the athlete's best."""

    session_id: str
    exercise_id: str
    exercise: str  # its name
    kind: str  # of record
    set_index: int
    value: float
    previous: float | None
    at_weight: float | None  # for the most repetitions at a weight


@dataclass(frozen=True, slots=True)
class RecordsTakenBack:
    """The set that they were made with was undone."""

    session_id: str
    exercise_id: str
    set_index: int
