"""What the sockets need from the game, by shape. HTTP uses the same."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from actors.messages import Caller, Reply
from rules.refusal import Refusal
from rules.resources import Me


class Backend(Protocol):
    def now(self) -> datetime:
        """Game time, for `serverTime`."""

    async def sign_in(self, token: str, device: str) -> Caller | Refusal:
        """Who holds this access token. UNAUTHENTICATED, or FORBIDDEN with details {"reason": "disabled"}."""

    def expires_at(self, token: str) -> datetime:
        """When an access token that `sign_in` has just accepted ends, in real time, aware."""

    async def me(self, caller: Caller) -> tuple[Me, list[str]] | Refusal:
        """The caller's live state, and the topics that their connections watch, the user's own first."""

    def view(self, topic: str, caller: Caller, code: str | None, reply: Callable[[Reply], None]) -> None:
        """The state behind a topic, or NOT_FOUND for those who may not watch it. `reply` once, maybe at once."""

    def send(self, name: str, data: Any, caller: Caller, key: str | None, reply: Callable[[Reply], None]) -> None:
        """A command of the catalogue. `reply` once, maybe at once, and before any push that the command causes."""
