"""hot-challenge: one challenge, and everybody in it syncs as often as it makes sense."""

from gevent import sleep
from locust import constant, constant_pacing, task

from loadtests import host
from loadtests.walker import Walker

_EVERY = 1.0  # s


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

    wait_time = constant_pacing(_EVERY)

    def on_start(self) -> None:
        super().on_start()
        sleep(self.random.uniform(0, _EVERY))  # people are not in step

    @task(9)
    def race(self) -> None:
        self.sync()

    @task(1)
    def look(self) -> None:
        self.look_at_my_place()
