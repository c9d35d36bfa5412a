"""finish-line: a quiet challenge, whose last minute everybody remembers. It ends by itself, at its time."""

import time
from datetime import timedelta

from gevent import sleep
from locust import constant, task

from loadtests import host
from loadtests.walker import Walker

_UNASKED = 120.0  # s
_LATE = 30.0  # s that the end may be late
_AFTER = 0.15  # of the run is left for what comes after the end
_RUSH = 60.0  # s; at most half of the time until the end


class Host(host.Host):
    wait_time = constant(0)

    def on_start(self) -> None:
        super().on_start()
        self._lasts = (self.run_seconds or _UNASKED) * (1 - _AFTER)
        self.hold("a finish line", ends_at=self.now() + timedelta(seconds=self._lasts))

    @task
    def watch(self) -> None:
        """The end comes by itself."""
        if self.client.until(_is_over, self._lasts + _LATE):
            self.challenge_id = None
        sleep(_UNASKED)  # nothing more to host


def _is_over(type: str, _data: object) -> bool:
    return type == "challenge:finished"


class LastMinuteWalker(Walker):
    """Syncs now and then, and all the time near the end."""

    wait_time = constant(0)

    def on_start(self) -> None:
        super().on_start()
        lasts = (self.run_seconds or _UNASKED) * (1 - _AFTER)
        self._end = time.monotonic() + lasts
        self._rush = self._end - min(_RUSH, lasts / 2)

    @task
    def walk(self) -> None:
        now = time.monotonic()
        if now < self._end:
            self.sync()
        self.rest(1 if self._rush <= now < self._end else 6)
        if now >= self._end:
            sleep(1)
