"""What every figure is handed: where things run, how big and how often."""

import sys
from dataclasses import dataclass

from loadtests.bench.cores import Cores
from loadtests.bench.postgres import Postgres


@dataclass(frozen=True, slots=True)
class Run:
    cores: Cores
    postgres: Postgres
    quick: bool

    @property
    def repetitions(self) -> range:
        """After one that warms up."""
        return range(1 if self.quick else 3)

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def seconds(self, full: float) -> float:
        return 0.5 if self.quick else full

    def say(self, text: str) -> None:
        """Progress, for whoever waits; the table goes to standard output."""
        print(f"  … {text}", file=sys.stderr, flush=True)


def per(total: float, units: int, scale: float = 1e6) -> float:
    """Seconds over units, in microseconds."""
    return total / units * scale
