"""The host: makes the challenge of a run, tells people things, and tidies up at the end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from locust import constant

from gateway.sockets.commands import Subscribe
from loadtests.user import GauntletUser
from rules.challenge import Announce, Create, Finish, Open, Start

LASTS = timedelta(days=2)


class Host(GauntletUser):
    """One of them; always there first."""

    abstract = True
    fixed_count = 1
    wait_time = constant(1)

    def on_start(self) -> None:
        super().on_start()
        self._said = count(1)
        self.challenge_id: str | None = None

    def on_stop(self) -> None:
        challenge_id: str | None = getattr(self, "challenge_id", None)
        if challenge_id is not None:
            self.do(Finish(challenge_id))  # nothing that we made goes on without us
        super().on_stop()

    def hold(self, name: str, *, ends_at: datetime | None = None, live: bool = True) -> str:
        """A challenge that people can join, live or waiting for its start; put on the stage → its id."""
        now = self.now()
        made = self._must(
            Create(
                name=f"Load test: {name}",
                metric="steps",
                mode="most",
                starts_at=now + timedelta(days=1) if ends_at is None else now + timedelta(seconds=1),
                ends_at=ends_at or now + LASTS,
                settle_minutes=0,
            )
        )
        challenge_id = self.challenge_id = str(made["id"])
        self._must(Open(challenge_id))
        self._must(Subscribe(f"challenge:{challenge_id}"))
        if live:
            self._must(Start(challenge_id))
        self.run_together.stage.put_on(challenge_id)
        return challenge_id

    def announce(self) -> None:
        """Each has its number, so that one can be told from another."""
        if self.challenge_id is not None:
            self.do(Announce(self.challenge_id, f"Announcement {next(self._said)}"))

    def _must(self, command: Any) -> Mapping[str, Any]:
        """Without this there is no scenario. Raises what went wrong."""
        return self.client.ask(command)
