"""A workout session."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Id, Time


class Set(TypedDict):
    """`index` counts the sets of its exercise from 0. Kilograms, seconds, metres."""

    index: int
    weight: NotRequired[float]
    reps: NotRequired[int]
    seconds: NotRequired[float]
    distance: NotRequired[float]
    rpe: NotRequired[float]
    notes: NotRequired[str]
    completedAt: Time
    record: NotRequired[bool]


class PlannedSet(TypedDict, total=False):
    weight: float
    reps: int


class SessionExercise(TypedDict):
    exerciseId: str
    name: str
    planned: NotRequired[list[PlannedSet]]
    sets: list[Set]


class SessionStats(TypedDict):
    """Kilograms lifted in all, kilocalories, seconds without pauses."""

    volume: float
    sets: int
    reps: int
    averageRpe: NotRequired[float]
    calories: int
    activeSeconds: int
    records: int


class Rest(TypedDict):
    startedAt: Time
    seconds: int


class Athlete(TypedDict):
    """`currentExercise` is null until one is selected; `currentSet` is the index of the set to come."""

    userId: Id
    name: str
    currentExercise: str | None
    currentSet: int
    exercises: list[SessionExercise]
    rest: NotRequired[Rest]
    stats: SessionStats
    leftAt: NotRequired[Time]


class Session(TypedDict):
    """Whoever planned it is its owner. Athletes who completed their part before the others have a `leftAt`."""

    id: Id
    name: str
    ownerId: Id
    state: Literal["planned", "inProgress", "paused", "completed", "cancelled"]
    athletes: list[Athlete]
    startedAt: NotRequired[Time]
    endedAt: NotRequired[Time]
    location: NotRequired[str]
    visibility: Literal["public", "friends", "private"]


class SessionView(TypedDict):
    session: Session


class Record(TypedDict):
    """`weight` belongs to the most repetitions at a weight. Without `previous` it is the first of its kind."""

    exerciseId: str
    kind: Literal["maxWeight", "maxReps", "maxVolume", "oneRepMax"]
    value: float
    weight: NotRequired[float]
    previous: NotRequired[float]
    improvement: NotRequired[float]


class SetDone(TypedDict):
    set: Set
    records: list[Record]


class RepsAtWeight(TypedDict):
    weight: float
    reps: int


class AchievedRecord(Record):
    sessionId: Id
    at: Time


class ExerciseRecords(TypedDict):
    """The bests, and the records that stand behind the last ones of them, newest first."""

    exerciseId: str
    name: str
    maxWeight: NotRequired[float]
    oneRepMax: NotRequired[float]
    maxVolume: NotRequired[float]
    maxReps: list[RepsAtWeight]
    records: list[AchievedRecord]


class Records(TypedDict):
    exercises: list[ExerciseRecords]
