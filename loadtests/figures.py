"""What a run measured: figures of many measurements, numbers, and how it went from second to second. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Figure:
    """Many measurements of one kind. Times in ms; None where nothing was measured."""

    kind: str  # connect, reply, caused, push
    name: str
    count: int
    failures: int
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    max: float | None = None

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of the run. Rates are per second since the point before; None: nothing to tell."""

    at: float  # s since the start
    users: int
    commands: float
    pushes: float
    reply_p99: float | None  # ms, of the commands since the point before
    push_p99: float | None
    generator_cpu: float  # percent of one core
    server_cpu: float | None
    server_memory: float | None  # MiB


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one scenario."""

    scenario: str
    host: str
    users: int
    seconds: float
    figures: tuple[Figure, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)  # by title: "offsets gaps", "server restarts"
    points: tuple[Point, ...] = ()
    generator_cpu: float = 0.0  # percent of one core, in its busiest 5 s
    generator_lag: float | None = None  # ms, p99 of how late the generator woke up
    notes: tuple[str, ...] = ()  # what a reader has to know

    def measured(self, title: str, measure: str) -> float | None:
        """The figure of a promise. `*` in the title: the sum over, or the worst of, all that match. None: not measured."""
        if measure == "value":
            return self.numbers.get(title)
        values = [
            value
            for figure in self.figures
            if fnmatchcase(figure.title, title) and (value := getattr(figure, measure)) is not None
        ]
        if not values:
            return None
        return float(sum(values) if measure in ("count", "failures") else max(values))
