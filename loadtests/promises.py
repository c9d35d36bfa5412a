"""Promises and what a run says of them. The limits are in promises.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from loadtests.figures import Result

FILE = Path(__file__).with_name("promises.toml")
MEASURES = ("count", "failures", "p50", "p95", "p99", "max", "value")


class Verdict(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    NOT_SHOWN = "not shown"  # nothing was measured that could show it
    UNSURE = "unsure"  # a time, of a generator that was too busy to tell


class Outcome(StrEnum):
    """Of a whole run."""

    PASSED = "passed"
    BROKEN = "a promise is broken"
    GENERATOR = "the generator was the bottleneck: this run says nothing about the server's speed"
    NOT_SHOWN = "a promise is not shown: nothing was measured for it"

    @property
    def exit_code(self) -> int:
        return {Outcome.PASSED: 0, Outcome.BROKEN: 1}.get(self, 3)


@dataclass(frozen=True, slots=True)
class Promise:
    says: str
    of: str
    at_most: float
    measure: str = "value"
    only: tuple[str, ...] = ()
    maybe: bool = False

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ValueError(f"the promise {self.says!r} names the measure {self.measure!r}: there are {MEASURES}")

    @property
    def is_time(self) -> bool:
        return self.measure not in ("count", "failures", "value")

    def concerns(self, scenario: str) -> bool:
        return not self.only or scenario in self.only


@dataclass(frozen=True, slots=True)
class Judged:
    promise: Promise
    measured: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Promises:
    all: tuple[Promise, ...]
    generator_cpu: float  # percent of a core
    generator_lag: float  # ms

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Raises ValueError or TypeError for a file that is none of promises."""
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        promises = (Promise(**{**each, "only": tuple(each.get("only", ()))}) for each in said["promise"])
        return cls(tuple(promises), said["generator"]["cpu_percent"], said["generator"]["late_ms"])

    def judge(self, result: Result) -> tuple[Judged, ...]:
        busy = self.too_busy(result)
        return tuple(_judged(each, result, busy=busy) for each in self.all if each.concerns(result.scenario))

    def too_busy(self, result: Result) -> bool:
        return result.generator_cpu > self.generator_cpu or (result.generator_lag or 0.0) > self.generator_lag

    def outcome(self, result: Result, judged: Sequence[Judged]) -> Outcome:
        """What is plainly wrong is wrong however busy the generator was."""
        verdicts = {each.verdict for each in judged}
        if Verdict.BROKEN in verdicts:
            return Outcome.BROKEN
        if self.too_busy(result):
            return Outcome.GENERATOR
        return Outcome.NOT_SHOWN if Verdict.NOT_SHOWN in verdicts else Outcome.PASSED


def _judged(promise: Promise, result: Result, *, busy: bool) -> Judged:
    measured = result.measured(promise.of, promise.measure)
    if measured is None:
        verdict = Verdict.KEPT if promise.maybe else Verdict.NOT_SHOWN
    elif promise.is_time and busy:
        verdict = Verdict.UNSURE
    else:
        verdict = Verdict.KEPT if measured <= promise.at_most else Verdict.BROKEN
    return Judged(promise, measured, verdict)
