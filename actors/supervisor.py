"""What happens when an actor fails: its message is noted, and it is rebuilt, at most 5 times in 60 s and with growing delay.

Past that it is quarantined: its callers are refused and its tells buried, until an operator decides.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from actors.cell import Phase
from actors.messages import Command, Message, Tell
from actors.ports import DeadLetter
from actors.refusals import BROKEN, QUARANTINED

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from actors.cell import Cell
    from actors.ports import Observer, Timers
    from actors.stage import Stage

WINDOW = 60.0  # s
MAX_RESTARTS = 5
_FIRST_DELAY = 0.1  # s, doubled each time; the first restart is at once


class Supervisor:
    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        timers: Timers,
        stage: Stage,
        observer: Observer,
        rebuild: Callable[[Cell], None],
        done: Callable[[], None],
    ) -> None:
        """`rebuild` makes a cell's actor anew from what is stored and staged."""
        self._loop = loop
        self._timers = timers
        self._stage = stage
        self._observer = observer
        self._rebuild = rebuild
        self._done = done

    def failed(self, cell: Cell, message: Message, error: Exception) -> None:
        """The actor raised `error` on this message: it counts as not handled, and the actor's memory is gone."""
        self._observer.failed(cell.address, message, error)
        if isinstance(message, Command):
            self._stage.reply(cell, message.reply, BROKEN)
        elif isinstance(message, Tell):
            self._bury(cell, message, repr(error))
        cell.actor = None
        if cell.failures is None:
            cell.failures = []
        delay = _delay_before_restart(cell.failures, self._loop.time())
        if delay is None:
            if isinstance(message, Command):
                self._stage.bury(DeadLetter(cell.address, message.command, repr(error), message.at))
            if self._stage.is_open_for(cell):
                cell.condemned = error  # but first rebuilt once more, for the rows of what it did before
                self._rebuild(cell)
            else:
                self.quarantine(cell, error)
            return
        self._observer.restarted(cell.address.kind)
        if delay == 0 or cell.tells or self._stage.is_open_for(cell):
            self._rebuild(cell)
        else:
            cell.phase = Phase.FAILED
            self._timers.after(delay, partial(self._restart, cell))

    def _restart(self, cell: Cell) -> None:
        if cell.phase is Phase.FAILED:
            self._rebuild(cell)

    def quarantine(self, cell: Cell, error: Exception) -> None:
        cell.phase = Phase.QUARANTINED
        cell.actor = None
        self._observer.quarantined(cell.address)
        for command in cell.take_commands():
            self._stage.deliver(command.reply, QUARANTINED)
        self.bury_mail(cell, repr(error))
        for _, change in cell.staged or ():
            change.snapshot = False

    def bury_mail(self, cell: Cell, why: str) -> None:
        """A quarantined actor's mail: tells are kept as dead letters."""
        while cell.tells:
            self._bury(cell, cell.tells.popleft(), why)
        if cell.commands:
            cell.commands.clear()  # reminders and ticks: the durable ones are delivered again
        self._done()

    def _bury(self, cell: Cell, tell: Tell, why: str) -> None:
        self._stage.bury(DeadLetter(cell.address, tell.message, why, tell.at))
        self._stage.open.unhandled -= 1


def _delay_before_restart(failures: list[float], now: float) -> float | None:
    """Note a failure at `now` (real seconds) in `failures`. Returns the delay in seconds, or None for quarantine."""
    failures[:] = [at for at in failures if at > now - WINDOW]
    failures.append(now)
    restarts = len(failures)
    if restarts > MAX_RESTARTS:
        return None
    return 0.0 if restarts == 1 else _FIRST_DELAY * 2.0 ** (restarts - 2)
