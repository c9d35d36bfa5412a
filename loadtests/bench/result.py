"""What a figure says: lines of the table, each with its floor or peer, its goal and whether it is met."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from loadtests.bench.sample import Sample

Of: TypeAlias = Literal["value", "ratio"]


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    NONE = ""  # there is no goal, or nothing to hold it against


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the median of the value itself, or on its ratio to the floor."""

    bound: Literal["at most", "at least"]
    limit: float
    of: Of = "value"

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.bound == "at most" else value >= self.limit


def at_most(limit: float, of: Of = "value") -> Goal:
    return Goal("at most", limit, of)


def at_least(limit: float, of: Of = "value") -> Goal:
    return Goal("at least", limit, of)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `against` is the floor or peer of the same run, in the same unit."""

    figure: str
    what: str
    ours: Sample
    against: Sample | None = None
    against_name: str = ""
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        if self.against is None or not self.against.median:
            return None
        return self.ours.median / self.against.median

    @property
    def verdict(self) -> Verdict:
        if self.goal is None:
            return Verdict.NONE
        value = self.ours.median if self.goal.of == "value" else self.ratio
        if value is None:
            return Verdict.NONE
        return Verdict.MET if self.goal.holds(value) else Verdict.NOT_MET

    def as_json(self) -> dict[str, Any]:
        return {
            "figure": self.figure,
            "what": self.what,
            "unit": self.ours.unit,
            "ours": _numbers(self.ours),
            "against": None if self.against is None else {"name": self.against_name, **_numbers(self.against)},
            "ratio": self.ratio,
            "goal": None
            if self.goal is None
            else {"bound": self.goal.bound, "limit": self.goal.limit, "of": self.goal.of},
            "verdict": self.verdict.value or None,
        }


def _numbers(sample: Sample) -> dict[str, Any]:
    return {"median": sample.median, "min": sample.low, "max": sample.high, "repetitions": list(sample.values)}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A figure or a part of one that could not be measured here, and why."""

    figure: str
    what: str
    why: str


Said: TypeAlias = Line | Skipped
