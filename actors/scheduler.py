"""Whose turn it is. One callback of the event loop runs many actors, each for a few messages.

Tells go first: they hold the open batch open. A busy actor gets at most 64 messages a turn, and the loop may read
sockets after 512, so nobody starves.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from actors.cell import Cell, Phase

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from actors.messages import Message

MESSAGES_PER_TURN = 64
MESSAGES_PER_RUN = 512


class Scheduler:
    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        handle: Callable[[Cell, Message], None],
        held: Callable[[], bool],
        at_rest: Callable[[], None],
    ) -> None:
        """`held` says whether commands must wait; `at_rest` is called after every run, when no tell is waiting for a turn."""
        self._loop = loop
        self._handle = handle
        self._held = held
        self._at_rest = at_rest
        self._urgent: deque[Cell] = deque()  # have tells
        self._ready: deque[Cell] = deque()
        self._called = False

    @property
    def idle(self) -> bool:
        return not self._urgent and not self._ready

    def ready(self, cell: Cell) -> None:
        """The cell is live and has mail: give it a turn soon."""
        self._queue(cell)
        self.run_soon()

    def run_soon(self) -> None:
        if not self._called:
            self._called = True
            self._loop.call_soon(self._run)

    def _run(self) -> None:
        self._called = False
        left = MESSAGES_PER_RUN
        while left > 0:
            if self._urgent:
                left -= self._turn(self._urgent.popleft(), tells_only=True)
            elif self._ready and not self._held():
                cell = self._ready.popleft()
                cell.queued = False
                left -= self._turn(cell, tells_only=False)
            else:
                break
        while self._urgent:
            self._turn(self._urgent.popleft(), tells_only=True)
        self._at_rest()
        if self._ready and not self._held():
            self.run_soon()

    def _turn(self, cell: Cell, *, tells_only: bool) -> int:
        handled = 0
        while cell.phase is Phase.LIVE and handled < MESSAGES_PER_TURN:
            if cell.tells:
                message: Message = cell.tells.popleft()
            elif cell.commands and not tells_only:
                message = cell.commands.popleft()
            else:
                break
            handled += 1
            self._handle(cell, message)
        if cell.phase is Phase.LIVE and cell.has_mail:
            self._queue(cell)
        return handled or 1

    def _queue(self, cell: Cell) -> None:
        if cell.tells:
            self._urgent.append(cell)
        elif not cell.queued:
            cell.queued = True
            self._ready.append(cell)
