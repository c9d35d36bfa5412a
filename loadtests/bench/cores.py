"""Who runs on which core: the server alone on one, the generator and PostgreSQL on the other.

PostgreSQL is put where it hurts least: on the generator's core. There it takes nothing from the server's core, whose CPU
time is the figure; the generator has time to spare, and its own waiting is in no figure but wall time and latency.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """Sets of core numbers; empty where the system cannot pin or there is one core only."""

    server: frozenset[int]
    generator: frozenset[int]

    def pin_server(self, pid: int = 0) -> None:
        _pin(pid, self.server)

    def pin_generator(self, pid: int = 0) -> None:
        _pin(pid, self.generator)

    def __str__(self) -> str:
        if not self.server:
            return "not pinned to cores: this system has one core, or cannot"
        return f"server on core {_text(self.server)}; generator and PostgreSQL on {_text(self.generator)}"


def split() -> Cores:
    """The last core of those we may use is the server's; the first ones take interrupts on most machines."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(frozenset(), frozenset())
    ours = sorted(os.sched_getaffinity(0))
    if len(ours) < 2:
        return Cores(frozenset(), frozenset())
    return Cores(frozenset(ours[-1:]), frozenset(ours[:-1]))


def _pin(pid: int, cores: frozenset[int]) -> None:
    if cores:
        os.sched_setaffinity(pid, cores)


def _text(cores: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(cores)))
