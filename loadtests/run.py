"""What the users of one run share. A new one for each start of the test."""

from itertools import cycle

from locust.env import Environment

from gateway.codec import Encoding
from loadtests.client import Client
from loadtests.people import People
from loadtests.stage import Stage
from loadtests.tally import Tally

_RUNS: dict[int, "Run"] = {}


class Run:
    def __init__(self, environment: Environment) -> None:
        self.people = People()
        self.stage = Stage()
        self.tally = Tally(environment)
        self.crowd: set[Client] = set()
        """Whose networks may fail."""
        self.online: set[Client] = set()
        self.encodings = cycle(Encoding)


def begin(environment: Environment) -> Run:
    run = _RUNS[id(environment)] = Run(environment)
    return run


def run_of(environment: Environment) -> Run:
    return _RUNS[id(environment)]
