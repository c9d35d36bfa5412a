"""steady: a day in a few minutes. The early, the people from the office, and those of the evening come and go."""

from math import exp
from typing import Any

from locust import LoadTestShape, between, constant, task

from loadtests import host
from loadtests.walker import Walker

_PEAKS = ((7.5, 1.2, 0.7), (12.5, 0.9, 0.6), (18.5, 2.0, 1.0))  # hour, spread in hours, height
_ALWAYS = 0.2  # of all people are there at any hour
_A_DAY_UNASKED = 180.0  # s


class Host(host.Host):
    """Says something every few seconds."""

    wait_time = constant(2)

    def on_start(self) -> None:
        super().on_start()
        self.hold("a steady day")

    @task
    def talk(self) -> None:
        self.announce()


class EarlyBird(Walker):
    """Walks before work, and looks where that has brought them."""

    weight = 2
    wait_time = between(2, 5)

    @task(5)
    def walk(self) -> None:
        self.sync()

    @task(1)
    def look(self) -> None:
        self.look_at_my_place()


class OfficeWalker(Walker):
    """A few steps at a time; looks at the standings more often than it helps."""

    weight = 3
    wait_time = between(3, 8)

    @task(2)
    def walk(self) -> None:
        self.sync()

    @task(2)
    def look(self) -> None:
        self.look_at_the_top()


class EveningRunner(Walker):
    """Syncs all the time, and wants to know why it counted."""

    weight = 4
    wait_time = between(1, 3)

    @task(10)
    def run_on(self) -> None:
        self.sync()

    @task(2)
    def look(self) -> None:
        self.look_at_my_place()

    @task(1)
    def wonder(self) -> None:
        self.ask_why()


class Day(LoadTestShape):
    """How many are there at which hour. All of `--users` at the busiest one."""

    use_common_options = True

    def tick(self) -> tuple[int, float] | None:
        options: Any = self.runner.environment.parsed_options if self.runner else None
        seconds = options.run_time or _A_DAY_UNASKED
        hour = 24 * self.get_run_time() / seconds
        if hour >= 24:
            return None
        people = options.num_users or 1
        return max(2, round(people * busyness(hour))), options.spawn_rate or 50


def busyness(hour: float) -> float:
    """The share of all people who are there, at most 1."""
    peaks = sum(height * exp(-(((hour - at) / spread) ** 2)) for at, spread, height in _PEAKS)
    return min(1.0, _ALWAYS + (1 - _ALWAYS) * peaks)
