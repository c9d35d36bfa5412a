"""Brings actors back from snapshot and journal: those asked for in one turn of the loop share a query."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from actors.digests import Digests
from actors.stage import staged_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from actors.cell import Cell
    from actors.messages import Outcome
    from actors.ports import Journal, Recorded
    from actors.runtime import Deps, JournalledActor

AT_ONCE = 500  # actors per query
RETRY = 0.25  # s


class Loader:
    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        journal: Journal,
        loaded: Callable[[Cell, Recorded | Exception], None],
        unavailable: Callable[[Cell], bool],
        done: Callable[[], None],
    ) -> None:
        """`unavailable` is told of a cell that can't be loaded now, and says whether to go on trying."""
        self._loop = loop
        self._journal = journal
        self._loaded = loaded
        self._unavailable = unavailable
        self._done = done
        self._waiting: list[Cell] = []
        self._called = False
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        return not self._waiting and not self._tasks

    def load(self, cell: Cell) -> None:
        self._waiting.append(cell)
        if not self._called:
            self._called = True
            self._loop.call_soon(self._start)

    def _start(self) -> None:
        self._called = False
        waiting, self._waiting = self._waiting, []
        for first in range(0, len(waiting), AT_ONCE):
            task = self._loop.create_task(self._load(waiting[first : first + AT_ONCE]))
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._done()

    async def _load(self, cells: list[Cell]) -> None:
        while cells:
            try:
                found = await self._journal.load([cell.address for cell in cells])
            except ConnectionError:
                cells = [cell for cell in cells if self._unavailable(cell)]
                await asyncio.sleep(RETRY)
                continue
            except Exception as error:  # noqa: BLE001 - nobody may wait for ever for an actor that can't be read
                found = [error] * len(cells)
            for cell, recorded in zip(cells, found, strict=True):
                self._loaded(cell, recorded)
            return


def restore(
    cell: Cell, recorded: Recorded | Exception, kind: type[JournalledActor], deps: Deps, now: datetime
) -> Outcome | None:
    """Put the actor into its cell, with what is stored of it and what is staged on top; `now` is game time.

    → what it makes of being awake. Raises what an actor or a journal that can't be read does, and `recorded` if it is that.
    """
    if isinstance(recorded, Exception):
        raise recorded
    actor = kind(cell, deps)
    if recorded.state is not None:
        actor.state = recorded.state
    for event in recorded.events:
        actor.evolve(event)
    seq = recorded.snapshot_seq + len(recorded.events)
    for event in staged_after(cell, seq):
        actor.evolve(event)
        seq += 1
    for _, change in cell.staged or ():
        change.state = actor.state
    cell.actor = actor
    cell.seq = seq
    cell.snapshot_seq = recorded.snapshot_seq
    in_flight = cell.in_flight_keys or ()
    cell.keys = None if recorded.keys is None else Digests([*map(hash, recorded.keys), *in_flight])
    return actor.on_awake(now)
