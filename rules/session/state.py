"""A workout session: the fold of its events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rules.ids import UserId
from rules.records import NOTHING, Bests, Kind, Record, with_set
from rules.session.events import PlannedExercise, PlannedSet

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Phase(StrEnum):
    """Names are public API and stored: never rename one."""

    PLANNED = "planned"
    IN_PROGRESS = "inProgress"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


RUNNING = frozenset({Phase.IN_PROGRESS, Phase.PAUSED})
ENDED = frozenset({Phase.COMPLETED, Phase.CANCELLED})


@dataclass(frozen=True, slots=True)
class Set:
    """Kilograms, seconds, metres."""

    completed_at: datetime
    weight: float | None
    reps: int | None
    seconds: float | None
    distance: float | None
    rpe: float | None
    notes: str | None
    records: tuple[Record, ...]


@dataclass(slots=True)
class Training:
    """An athlete's sets of one exercise."""

    exercise_id: str
    name: str
    planned: tuple[PlannedSet, ...] = ()
    sets: list[Set] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rest:
    started_at: datetime
    seconds: int

    @property
    def ends_at(self) -> datetime:
        return self.started_at + timedelta(seconds=self.seconds)


@dataclass(slots=True)
class Athlete:
    user_id: UserId
    name: str
    exercises: list[Training]
    current: int | None  # among their exercises
    joined_at: datetime
    joined_after: float  # active seconds of the session
    order: list[int] = field(default_factory=list)  # which exercise each of their sets is of
    rest: Rest | None = None
    left_at: datetime | None = None
    left_after: float = 0.0  # active seconds of the session, once they have left

    @property
    def here(self) -> bool:
        return self.left_at is None


@dataclass(slots=True)
class Session:
    id: str = ""  # empty: none yet
    owner_id: UserId = ""
    name: str = ""
    visibility: str = "private"
    location: str | None = None  # in words
    phase: Phase = Phase.PLANNED
    plan: tuple[PlannedExercise, ...] = ()
    athletes: dict[UserId, Athlete] = field(default_factory=dict)
    invited: set[UserId] = field(default_factory=set)
    created_at: datetime = _NEVER
    started_at: datetime | None = None
    ended_at: datetime | None = None
    active: float = 0.0  # seconds, before `active_since`
    active_since: datetime | None = None  # while it is in progress
    touched_at: datetime = _NEVER  # the last thing that anybody did in it


def active_seconds(session: Session, at: datetime) -> float:
    """Time in progress, without pauses."""
    since = session.active_since
    return session.active + (max(0.0, (at - since).total_seconds()) if since is not None else 0.0)


def session_bests(training: Training) -> Bests:
    """What the athlete's sets of this exercise come to."""
    bests = NOTHING
    for each in training.sets:
        bests = with_set(bests, each.weight, each.reps)
    return bests


def session_records(training: Training) -> tuple[Record, ...]:
    """The records that stand: of each kind the last. Repetitions are told apart by weight.

    A volume that was a record counts as what it has grown to.
    """
    standing = {(record.kind, record.at_weight): record for done in training.sets for record in done.records}
    volume = standing.get((Kind.MAX_VOLUME, None))
    if volume is not None:
        grown = session_bests(training).volume or volume.value
        standing[Kind.MAX_VOLUME, None] = Record(Kind.MAX_VOLUME, grown, volume.previous)
    return tuple(standing.values())
