"""GauntletUser: a person with a socket, for Locust. A scenario's people are written below it as stories."""

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from gevent import sleep
from locust import User

import loadtests.hooks  # noqa: F401 - a locustfile that has our users has our measurements
from gateway.client.errors import Refused
from gateway.codec import Encoding
from loadtests.client import Client
from loadtests.conversation import Unanswered
from loadtests.run import Run, run_of
from rules.fields import Wire

_BATCH = 1.0  # s; Locust starts everybody of a second at once, but people come one by one


class GauntletUser(User):
    """Signs in as a guest, stays connected, resumes after a drop, and is itself again when it is started again."""

    abstract = True

    encoding: Encoding | None = None
    """None: every other user speaks MessagePack."""

    client: Client
    run_together: Run

    def on_start(self) -> None:
        self.run_together = run_of(self.environment)
        self.random = Random()
        sleep(self.random.random() * _BATCH)
        encoding = self.encoding or next(self.run_together.encodings)
        player = self.run_together.people.come()
        self.client = Client(self.environment.host or "", player, encoding, self.run_together.tally, self.random)
        self.client.start()
        self.run_together.online.add(self.client)

    def on_stop(self) -> None:
        if hasattr(self, "client"):
            self.run_together.online.discard(self.client)
            self.client.leave()
            self.run_together.people.leave(self.client.player)

    def do(self, command: Wire) -> Mapping[str, Any] | None:
        """Send a command and wait. None where it was refused or lost, which is counted already: the story goes on."""
        try:
            return self.client.ask(command)
        except (Refused, Unanswered):
            return None

    @property
    def run_seconds(self) -> float | None:
        """How long the run is to take, where that was said."""
        options = self.environment.parsed_options
        seconds = getattr(options, "run_time", None)
        return float(seconds) if seconds else None

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)
