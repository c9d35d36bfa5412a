"""To those who train in a session or watch it, and to its athletes themselves."""

from typing import Literal, NotRequired, TypedDict

from gateway.pushes.entry import PushEntry
from rules.resources import Id, Session, SessionStats, Set, Time


class SessionChanged(TypedDict):
    session: Session


class AthleteLeft(TypedDict):
    userId: Id
    session: Session


class WorkoutInvited(TypedDict):
    sessionId: Id
    name: str
    by: Id


class WorkoutNow(TypedDict):
    """`sessionId` is null for none."""

    sessionId: Id | None


class ExerciseSelected(TypedDict):
    userId: Id
    exerciseId: str


class SetChanged(TypedDict):
    userId: Id
    exerciseId: str
    set: Set


class RestTimer(TypedDict):
    userId: Id
    remaining: int


class RecordAchieved(TypedDict):
    """`userId` is whose it is, on the topic of a session. `weight` belongs to the most repetitions at a weight."""

    userId: NotRequired[Id]
    exerciseId: str
    kind: Literal["maxWeight", "maxReps", "maxVolume", "oneRepMax"]
    value: float
    weight: NotRequired[float]
    previous: NotRequired[float]
    improvement: NotRequired[float]


class WorkoutStats(TypedDict):
    userId: Id
    stats: SessionStats


class LivePoint(TypedDict):
    lat: float
    lon: float
    ele: NotRequired[float]
    time: Time


class LocationUpdated(TypedDict):
    userId: Id
    points: list[LivePoint]


ENTRIES = (
    PushEntry("workout:started", ("session",), "It goes on from now on.", SessionChanged),
    PushEntry("workout:paused", ("session",), "The clock stands still.", SessionChanged),
    PushEntry("workout:resumed", ("session",), "The clock runs again.", SessionChanged),
    PushEntry("workout:completed", ("session",), "It is over.", SessionChanged),
    PushEntry("workout:cancelled", ("session",), "It was called off.", SessionChanged),
    PushEntry("workout:joined", ("session",), "Somebody trains along.", SessionChanged),
    PushEntry("workout:left", ("session",), "An athlete has ended their part, or left.", AthleteLeft),
    PushEntry("workout:invited", ("user",), "Somebody asks you to train along.", WorkoutInvited),
    PushEntry("sync:workout", ("user",), "You are in this session now, or in none.", WorkoutNow),
    PushEntry("exercise:selected", ("session",), "An athlete goes on with this exercise.", ExerciseSelected),
    PushEntry("set:completed", ("session",), "An athlete has done a set.", SetChanged),
    PushEntry("set:undone", ("session",), "An athlete has taken a set back.", SetChanged),
    PushEntry(
        "rest:timer",
        ("session",),
        "Seconds of rest that are left. Only the 0 at the end is repeated to those who missed it.",
        RestTimer,
    ),
    PushEntry("pr:achieved", ("session", "user"), "A personal record.", RecordAchieved),
    PushEntry(
        "workout:stats", ("session",), "An athlete's numbers, when they changed; at most once a second.", WorkoutStats
    ),
    PushEntry("location:updated", ("session",), "Where an athlete is.", LocationUpdated, ephemeral=True),
)
