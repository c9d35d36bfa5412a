"""hot-challenge: one challenge, and everybody in it syncs as often as it makes sense."""

from locust import constant, constant_pacing, task

from loadtests import host
from loadtests.walker import Walker


class Host(host.Host):
    wait_time = constant(2)

    def on_start(self) -> None:
        super().on_start()
        self.hold("a hot challenge")

    @task
    def talk(self) -> None:
        self.announce()


class Racer(Walker):
    """Every second a sync; now and then a look at their own place."""

    wait_time = constant_pacing(1)

    @task(9)
    def race(self) -> None:
        self.sync()

    @task(1)
    def look(self) -> None:
        self.look_at_my_place()
