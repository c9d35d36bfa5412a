"""reconnect-storm: all sockets are cut at once. Everybody comes back at once, and must have missed nothing."""

from gevent import sleep, spawn
from locust import between, constant, task

from loadtests import host
from loadtests.walker import Walker

_EVERY = 10.0  # s


class Host(host.Host):
    """On a good network; goes on talking while the others are gone, so that there is something to miss."""

    wait_time = constant(0.2)

    def on_start(self) -> None:
        super().on_start()
        self.hold("a storm")
        self._storms = spawn(self._storm)

    def on_stop(self) -> None:
        if hasattr(self, "_storms"):
            self._storms.kill(block=False)
        super().on_stop()

    @task
    def talk(self) -> None:
        self.announce()

    def _storm(self) -> None:
        while True:
            sleep(_EVERY)
            for client in list(self.run_together.crowd):
                client.cut()


class Commuter(Walker):
    """Walks on through tunnels."""

    wait_time = between(1, 3)

    @task
    def walk(self) -> None:
        self.sync()
