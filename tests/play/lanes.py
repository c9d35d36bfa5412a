"""The machinery of a crowd: what is said in lanes, one command after the other, and what was answered.

A command with a key is sent until it is answered. One without is sent once: where the connection goes before the answer,
it is `lost`, and has happened once or not at all.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from gateway.client.errors import Closed, ConnectionLost, Refused
from gateway.client.http import Session
from gateway.client.socket import GauntletSocket
from tests.play.players import stubborn


@dataclass(slots=True)
class Said:
    """A command that was sent. `ok` is the reply; None while there is none."""

    user: str
    type: str
    data: dict[str, Any]
    key: str | None
    ok: dict[str, Any] | None = None
    lost: bool = False


@dataclass
class Lanes(ABC):
    random: Random
    players: int
    said: list[Said] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    answered: int = 0
    over: bool = False

    @abstractmethod
    async def begin(self, stack: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        """The lanes, each of which ends soon after it is `over`; their sockets close with the stack."""

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Everyone plays until they `rest`, at the end at the latest."""
        self.over = False
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        async with AsyncExitStack() as stack:
            self._lanes = [asyncio.create_task(lane) for lane in await self.begin(stack)]
            try:
                yield
            finally:
                await self.rest()

    async def rest(self) -> None:
        """Everyone stops, as soon as what they said last is answered."""
        self.over = True
        async with asyncio.timeout(90):
            await asyncio.gather(*self._lanes)

    async def more_answers(self, many: int) -> None:
        """Wait until so many more commands have been answered."""
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self.answered + many, reached))
        async with asyncio.timeout(60):
            await reached

    def socket(self, session: Session, device: str) -> GauntletSocket:
        encoding = self.random.choice(("json", "msgpack"))
        return stubborn(session, device=device, encoding=encoding, random=self.random, patience=120)

    async def say(
        self, socket: GauntletSocket, user: str, type: str, data: dict[str, Any], *, keyed: bool = True
    ) -> Said:
        """Send it. That it is refused is a problem."""
        said = Said(user, type, data, f"{len(self.said)}" if keyed else None)
        self.said.append(said)
        try:
            said.ok = await socket.request(said.type, said.data, said.key)
        except ConnectionLost:
            said.lost = True
        except (Refused, Closed) as refusal:
            self.problems.append(f"{said}: {refusal!r}")
        self.answered += 1
        for entry in [entry for entry in self._waiting if entry[0] <= self.answered]:
            self._waiting.remove(entry)
            if not entry[1].done():
                entry[1].set_result(None)
        return said

    @property
    def acknowledged(self) -> list[Said]:
        return [said for said in self.said if said.ok is not None]

    def keys(self) -> dict[tuple[str, str], int]:
        """(user, key) → how often it must be stored."""
        return {(said.user, said.key): 1 for said in self.acknowledged if said.key is not None}
