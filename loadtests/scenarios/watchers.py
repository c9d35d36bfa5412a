"""watchers: few act, many watch. What counts is how soon each of them sees it."""

from gevent import sleep
from locust import constant, constant_pacing, task

from gateway.sockets.commands import Subscribe
from loadtests import host
from loadtests.user import GauntletUser
from loadtests.walker import Walker
from rules.challenge import Leaderboard


class Host(host.Host):
    wait_time = constant(1)

    def on_start(self) -> None:
        super().on_start()
        self.hold("a race to watch")

    @task
    def talk(self) -> None:
        self.announce()


class Racer(Walker):
    """One in twenty."""

    weight = 1
    wait_time = constant_pacing(1)

    @task
    def race(self) -> None:
        self.sync()


class Spectator(GauntletUser):
    """Takes no part. Reads the standings once, and follows them from then on."""

    weight = 19
    wait_time = constant(30)

    def on_start(self) -> None:
        super().on_start()
        self.challenge_id = self.run_together.stage.challenge()
        self.do(Subscribe(f"challenge:{self.challenge_id}"))
        self.run_together.crowd.add(self.client)

    def on_stop(self) -> None:
        if hasattr(self, "client"):
            self.run_together.crowd.discard(self.client)
        super().on_stop()

    @task
    def look(self) -> None:
        sleep(self.random.uniform(0, 10))  # not all at once
        self.do(Leaderboard(self.challenge_id, limit=100))
