"""Idempotency keys: a command whose key has been used gets the first one's reply, from memory or from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.cell import Phase
from actors.refusals import AWAY, BROKEN, KEY_REUSED

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from actors.cell import Cell
    from actors.messages import Address, Command, Key
    from actors.ports import Journal, Observer
    from actors.stage import Stage


class Repeats:
    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        journal: Journal,
        stage: Stage,
        observer: Observer,
        resume: Callable[[Cell, Command | None], None],
        done: Callable[[], None],
    ) -> None:
        """`resume` goes on with a cell that was paused for a lookup: with the command, when its key turned out to be new."""
        self._loop = loop
        self._journal = journal
        self._stage = stage
        self._observer = observer
        self._resume = resume
        self._done = done
        self._lookups: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        return not self._lookups

    def is_repeat(self, cell: Cell, command: Command, key: Key, keeper: Cell) -> bool:
        """Answer a repeated key with its first reply; False when the key is new. `keeper` has the key."""
        if keeper.in_flight_keys and key.digest in keeper.in_flight_keys:
            first, reply, batch = keeper.in_flight_keys[key.digest]
            self._stage.repeat(cell, command.reply, reply if first == key else KEY_REUSED, batch)
            return True
        if keeper.keys is not None and key.digest not in keeper.keys:
            return False
        cell.phase = Phase.PAUSED  # later messages wait, so that replies keep their order
        lookup = self._loop.create_task(self._look_up(cell, command, key, keeper.address))
        self._lookups.add(lookup)
        lookup.add_done_callback(self._looked_up)
        return True

    async def _look_up(self, cell: Cell, command: Command, key: Key, keeper: Address) -> None:
        is_new = False
        try:
            found = await self._journal.first_reply(keeper, key.user_id, key.key)
        except ConnectionError:
            self._stage.deliver(command.reply, AWAY)
        except Exception as error:  # noqa: BLE001 - the actor goes on; nobody may wait for ever
            self._observer.failed(cell.address, command, error)
            self._stage.deliver(command.reply, BROKEN)
        else:
            if found is None:
                is_new = True
            else:
                fingerprint, reply = found
                self._stage.reply(cell, command.reply, reply if fingerprint == key.fingerprint else KEY_REUSED)
        self._resume(cell, command if is_new else None)

    def _looked_up(self, lookup: asyncio.Task[None]) -> None:
        self._lookups.discard(lookup)
        self._done()
