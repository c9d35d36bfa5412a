"""What clients tell, in Locust's statistics and in a few counters: one for all users of a run."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from locust.env import Environment

from loadtests.moments import Moments

_SAME_CLOCK = 0.5  # s; further apart, the server's clock is another one


class Tally:
    """Fits `conversation.Hearer`."""

    def __init__(self, environment: Environment) -> None:
        self.wrong_counts: Counter[str] = Counter()
        self.clocks_differ = False
        self._environment = environment
        self._moments = Moments()

    def connected(self, how: str, seconds: float, problem: Exception | None) -> None:
        self._request("connect", how, seconds, 0, problem)

    def replied(self, command: str, seconds: float, size: int, problem: Exception | None, *, again: bool) -> None:
        # the reply to a command that was cut off has waited for the connection: another figure
        self._request("reply again" if again else "reply", command, seconds, size, problem)

    def pushed(self, topic: str, offset: int, type: str, data: Mapping[str, Any], since: float) -> None:
        now = time.time()  # the wall clock, as the server's stamps
        moment = self._moments.happened(topic, offset, type, data)
        if moment is None or self.clocks_differ:
            return
        # what happened before this connection was welcomed is caught up with: its age says nothing of the server
        kind = "push" if moment >= since else "caught up"
        self._time(kind, type, now - moment)

    def caused(self, command: str, seconds: float, *, again: bool) -> None:
        self._time("caused again" if again else "caused", command, seconds)

    def wrong(self, what: str, where: str) -> None:
        self.wrong_counts[what] += 1
        # an error each, so that Locust's own pages show them too
        self._request("wrong", what, None, 0, Wrong(where))

    def clocks(self, apart: float) -> None:
        self.clocks_differ |= abs(apart) > _SAME_CLOCK

    def _time(self, kind: str, name: str, seconds: float) -> None:
        """Straight into the statistics: there are too many of these for an event each."""
        self._environment.stats.log_request(kind, name, seconds * 1000, 0)  # type: ignore[arg-type] # means numbers

    def _request(self, kind: str, name: str, seconds: float | None, size: int, problem: Exception | None) -> None:
        self._environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=None if seconds is None else seconds * 1000,
            response_length=size,
            exception=problem,
            context={},
        )


class Wrong(Exception):
    """What must not happen: a push that is missing, doubled, too early or out of order; a connection that was dropped."""
