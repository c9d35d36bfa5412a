"""The directory: finds, loads, supervises and forgets actors, by address.

Scheduler (whose turn), Stage (what waits for the commit), Loader (who is coming back), Supervisor (who failed) and Repeats
(whose key was used before) do the work; this file says what happens to a cell and when.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from actors.cell import Cell, Phase
from actors.loader import Loader, restore
from actors.messages import Address, Command, Due, Key, Message, Outcome, Remind, Tell, Tick
from actors.refusals import AWAY, BUSY, FULL, QUARANTINED, STOPPING
from actors.repeats import Repeats
from actors.scheduler import Scheduler
from actors.stage import Stage
from actors.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actors.ports import Clock, Journal, Observer, Recorded, Timers
    from actors.runtime import Deps, JournalledActor
    from rules.refusal import Refusal


class Directory:
    """The actors of this node. Everything here runs on the loop's thread."""

    def __init__(
        self,
        *,
        kinds: Mapping[str, type[JournalledActor]],
        deps: Deps,
        journal: Journal,
        clock: Clock,
        timers: Timers,
        observer: Observer,
        loop: asyncio.AbstractEventLoop,
        backlog: int = 10_000,
        inbox: int = 1_000,
        passivate_after: float = 600.0,
    ) -> None:
        self._kinds = kinds
        self._deps = deps
        self._clock = clock
        self._timers = timers
        self._observer = observer
        self._loop = loop
        self._backlog = backlog
        self._inbox = inbox
        self._passivate_after = passivate_after
        self._cells: dict[Address, Cell] = {}
        self._waiters: list[asyncio.Future[None]] = []
        self._stopping = False
        self.stage = Stage(
            loop=loop,
            journal=journal,
            audience=deps.audience,
            observer=observer,
            after_commit=self._run_soon,
            void=self._void,
        )
        self._scheduler = Scheduler(loop=loop, handle=self._handle, held=self.stage.held, at_rest=self._at_rest)
        self._loader = Loader(
            loop=loop, journal=journal, loaded=self._loaded, unavailable=self._unavailable, done=self._run_soon
        )
        self._supervisor = Supervisor(
            loop=loop, timers=timers, stage=self.stage, observer=observer, rebuild=self._reload, done=self._run_soon
        )
        self._repeats = Repeats(
            loop=loop, journal=journal, stage=self.stage, observer=observer, resume=self._resume, done=self._run_soon
        )

    # --- from outside ---

    def tell(self, address: Address, message: Message) -> None:
        """Hand a message to the actor, loading it if it is not live. A command that can't be taken is refused at once."""
        cell = self._cells.get(address)
        if isinstance(message, Command):
            refusal = self._refusal(cell, message)
            if refusal is not None:
                message.reply(refusal)
                return
        elif isinstance(message, Tell):
            self.stage.open.unhandled += 1  # the open batch waits for it
        (cell or self._load(address)).put(message)

    def _load(self, address: Address) -> Cell:
        cell = self._cells[address] = Cell(self, address, self._loop.time())
        self._loader.load(cell)
        return cell

    def _refusal(self, cell: Cell | None, command: Command) -> Refusal | None:
        if self._stopping:
            return STOPPING
        if self.stage.backlog >= self._backlog and not (command.reads and cell is not None and cell.is_clean):
            return FULL
        if cell is not None:
            if cell.phase is Phase.QUARANTINED:
                return QUARANTINED
            if cell.commands is not None and len(cell.commands) >= self._inbox:
                return BUSY
        return None

    def cells(self) -> Iterable[Cell]:
        """Every live actor's cell, for operators."""
        return self._cells.values()

    def live(self, kind: str) -> int:
        """How many actors of a kind are in memory."""
        return sum(address.kind == kind for address in self._cells)

    @property
    def waiting(self) -> int:
        """Messages in mailboxes."""
        return sum(len(cell.commands or ()) + len(cell.tells or ()) for cell in self._cells.values())

    @property
    def quarantined(self) -> int:
        return sum(cell.phase is Phase.QUARANTINED for cell in self._cells.values())

    def is_quarantined(self, address: Address) -> bool:
        cell = self._cells.get(address)
        return cell is not None and cell.phase is Phase.QUARANTINED

    async def settled(self) -> None:
        """Wait until every message is handled and everything staged is committed."""
        while not self._quiet:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter

    async def stop(self) -> None:
        """Refuse new commands, finish what was taken, write snapshots."""
        self._stopping = True
        await self.settled()
        for cell in self._cells.values():
            if cell.timers:
                for timer in cell.timers.values():
                    timer.cancel()
            if cell.phase is Phase.LIVE and cell.seq > cell.snapshot_seq:
                self.stage.add_snapshot(cell)
        self.stage.close()
        await self.settled()

    def passivate_idle(self) -> None:
        """Forget the actors nobody has talked to for a while; a tail worth it becomes a snapshot first."""
        oldest = self._loop.time() - self._passivate_after
        for cell in list(self._cells.values()):
            if cell.phase is not Phase.LIVE or cell.has_mail or cell.staged or cell.timers or cell.in_flight_keys:
                continue
            if cell.last_used > oldest and cell.seq > 0:  # one that never came to be (a made-up id) need not stay
                continue
            if cell.seq > cell.snapshot_seq:
                self.stage.add_snapshot(cell)  # it goes in the next sweep, when this has committed
            else:
                cell.actor = None
                del self._cells[cell.address]
                self._observer.passivated(cell.address.kind)
        self.stage.close()

    # --- messages ---

    def ready(self, cell: Cell) -> None:
        """A cell has got mail."""
        if cell.phase is Phase.LIVE:
            self._scheduler.ready(cell)
        elif cell.phase is Phase.FAILED and cell.tells:
            self._reload(cell)  # the open batch waits for this tell: no delay
        elif cell.phase is Phase.QUARANTINED:
            self._supervisor.bury_mail(cell, "the actor is quarantined")

    def _handle(self, cell: Cell, message: Message, *, key_is_new: bool = False) -> None:
        key: Key | None = None
        keeper = cell
        if isinstance(message, Command) and message.key is not None:
            key = message.key
            if message.keyed_by is not None:
                keeper = self._cells.get(message.keyed_by) or self._load(message.keyed_by)
            if not key_is_new and self._repeats.is_repeat(cell, message, key, keeper):
                return
        assert cell.actor is not None
        try:
            outcome = cell.actor.on_receive(message)
        except Exception as error:  # noqa: BLE001 - a bug fails this message only; the supervisor decides on the rest
            self._supervisor.failed(cell, message, error)
            return
        cell.last_used = self._loop.time()
        if isinstance(message, Due) and all(remind.name != message.name for remind in outcome.reminders):
            outcome.reminders.append(Remind(message.name, None))
        if outcome.forward is not None:
            assert isinstance(message, Command)
            self.tell(outcome.forward, replace(message, onward=None, known=outcome.known, keyed_by=cell.address))
            return
        self.stage.add(cell, message, outcome, key, keeper)
        self._send_on(cell, message, outcome)
        if isinstance(message, Tell):
            self.stage.open.unhandled -= 1

    def _send_on(self, cell: Cell, message: Message, outcome: Outcome) -> None:
        for address, told in outcome.tells:
            self.tell(address, Tell(told, message.at))
        for wake in outcome.wakes:
            if cell.timers is None:
                cell.timers = {}
            armed = cell.timers.pop(wake.name, None)
            if armed is not None:
                armed.cancel()
            cell.timers[wake.name] = self._timers.after(wake.seconds, partial(self._tick, cell, wake.name))

    def _tick(self, cell: Cell, name: str) -> None:
        if cell.timers is not None and cell.timers.pop(name, None) is not None:
            cell.put(Tick(name, self._clock.now()))

    def _resume(self, cell: Cell, command: Command | None) -> None:
        """A key has been looked up. `command`: it was new, so this is handled now."""
        cell.phase = Phase.LIVE
        if command is not None:
            if cell.actor is not None:
                self._handle(cell, command, key_is_new=True)
            else:
                cell.commands = cell.commands or deque()
                cell.commands.appendleft(command)
        if cell.phase is Phase.LIVE and cell.actor is None:
            self._reload(cell)  # overtaken while it was paused
        else:
            self.ready(cell)

    def _run_soon(self) -> None:
        self._scheduler.run_soon()

    # --- loading ---

    def _reload(self, cell: Cell) -> None:
        if self.stage.is_open_for(cell) and not cell.holds_batch:
            cell.holds_batch = True  # its rows are read from the rebuilt state
            self.stage.open.unhandled += 1
        cell.stale = False
        cell.phase = Phase.LOADING
        self._loader.load(cell)

    def _let_go(self, cell: Cell) -> None:
        """The open batch need not wait for the cell to be rebuilt any more."""
        if cell.holds_batch:
            cell.holds_batch = False
            self.stage.open.unhandled -= 1

    def _unavailable(self, cell: Cell) -> bool:
        """The database is away. Those who can wait for it are the tells and reminders, not people."""
        for command in cell.take_commands():
            self.stage.deliver(command.reply, AWAY)
        if cell.has_mail or cell.staged or cell.holds_batch or cell.in_flight_keys:
            return True
        del self._cells[cell.address]
        return False

    def _loaded(self, cell: Cell, recorded: Recorded | Exception) -> None:
        if cell.stale:
            cell.stale = False
            self._loader.load(cell)
            return
        condemned, cell.condemned = cell.condemned, None
        try:
            awake = restore(cell, recorded, self._kinds[cell.address.kind], self._deps, self._clock.now())
        except Exception as error:  # noqa: BLE001 - a bug, or a journal this version cannot read
            for _, change in cell.staged or ():
                change.touched.clear()  # its events are good; its rows can't be read from a broken state
            self._let_go(cell)
            self._observer.failed(cell.address, None, error)
            self._supervisor.quarantine(cell, error)
            return
        self._let_go(cell)
        if condemned is not None:
            self._supervisor.quarantine(cell, condemned)
            return
        cell.phase = Phase.LIVE
        self._observer.activated(cell.address.kind)
        if awake is not None:
            self._send_on(cell, Tick("awake", self._clock.now()), awake)
        if cell.has_mail:
            self._scheduler.ready(cell)
        else:
            self._scheduler.run_soon()

    def _void(self, cells: list[Cell]) -> None:
        """Another writer has overtaken these actors: what they hold in memory is not true any more."""
        for cell in cells:
            cell.actor = None
            if cell.phase is Phase.LIVE:
                self._reload(cell)

    # --- rest ---

    def _at_rest(self) -> None:
        self.stage.close()
        if self._waiters and self._quiet:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)

    @property
    def _quiet(self) -> bool:
        return self._scheduler.idle and self._loader.idle and self._repeats.idle and self.stage.empty
