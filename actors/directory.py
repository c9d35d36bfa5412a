"""The directory: finds, loads, supervises and forgets actors, by address.

Scheduler (whose turn), Stage (what waits for the commit) and Loader (who is coming back) do the work; this file says what
happens to a cell and when.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from actors.cell import Cell, Phase
from actors.loader import Loader
from actors.messages import Address, Command, Due, Key, Message, Outcome, Remind, Tell, Tick
from actors.ports import DeadLetter, Recorded
from actors.scheduler import Scheduler
from actors.stage import Stage, staged_after
from actors.supervisor import delay_before_restart
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actors.ports import Clock, Journal, Observer, Timers
    from actors.runtime import Deps, JournalledActor

_AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: send it again in a moment", {"retryAfter": 2})
_FULL = Refusal(Code.UNAVAILABLE, "too much is waiting for the database: send it again in a moment", {"retryAfter": 2})
_BUSY = Refusal(Code.BUSY, "too many commands are waiting here: send it again in a moment", {"retryAfter": 1})
_BROKEN = Refusal(Code.INTERNAL, "this failed on our side and has been noted: nothing was changed")
_QUARANTINED = Refusal(Code.UNAVAILABLE, "this failed too often and waits for an operator", {"retryAfter": 60})
_STOPPING = Refusal(Code.UNAVAILABLE, "this server is stopping: reconnect and send it again", {"retryAfter": 1})
_KEY_REUSED = Refusal(Code.CONFLICT, "this key was already used for another command: use a new one")


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
        self._journal = journal
        self._clock = clock
        self._timers = timers
        self._observer = observer
        self._loop = loop
        self._backlog = backlog
        self._inbox = inbox
        self._passivate_after = passivate_after
        self._cells: dict[Address, Cell] = {}
        self._waiters: list[asyncio.Future[None]] = []
        self._lookups: set[asyncio.Task[None]] = set()
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
            loop=loop,
            journal=journal,
            loaded=self._loaded,
            unavailable=self._unavailable,
            done=self._scheduler.run_soon,
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
            return _STOPPING
        if self.stage.backlog >= self._backlog and not (command.reads and cell is not None and cell.is_clean):
            return _FULL
        if cell is not None:
            if cell.phase is Phase.QUARANTINED:
                return _QUARANTINED
            if cell.commands is not None and len(cell.commands) >= self._inbox:
                return _BUSY
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

    def revive(self, address: Address) -> bool:
        """Give a quarantined actor another chance; False where there is none."""
        cell = self._cells.get(address)
        if cell is None or cell.phase is not Phase.QUARANTINED:
            return False
        cell.failures = None
        self._reload(cell)
        return True

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
            self._bury_mail(cell, "the actor is quarantined")

    def _handle(self, cell: Cell, message: Message, *, key_is_new: bool = False) -> None:
        key: Key | None = None
        keeper = cell
        if isinstance(message, Command) and message.key is not None:
            key = message.key
            if message.keyed_by is not None:
                keeper = self._cells.get(message.keyed_by) or self._load(message.keyed_by)
            if not key_is_new and self._is_repeat(cell, message, key, keeper):
                return
        assert cell.actor is not None
        try:
            outcome = cell.actor.on_receive(message)
        except Exception as error:  # noqa: BLE001 - a bug fails this message only; the supervisor decides on the rest
            self._failed(cell, message, error)
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

    # --- idempotency keys ---

    def _is_repeat(self, cell: Cell, command: Command, key: Key, keeper: Cell) -> bool:
        """Answer a repeated key with its first reply; False when the key is new."""
        if keeper.in_flight_keys and key.digest in keeper.in_flight_keys:
            first, reply, batch = keeper.in_flight_keys[key.digest]
            self.stage.repeat(cell, command.reply, reply if first == key else _KEY_REUSED, batch)
            return True
        if keeper.keys is not None and key.digest not in keeper.keys:
            return False
        cell.phase = Phase.PAUSED  # later messages wait, so that replies keep their order
        lookup = self._loop.create_task(self._repeat(cell, command, key, keeper.address))
        self._lookups.add(lookup)
        lookup.add_done_callback(self._looked_up)
        return True

    async def _repeat(self, cell: Cell, command: Command, key: Key, keeper: Address) -> None:
        try:
            found = await self._journal.first_reply(keeper, key.user_id, key.key)
        except ConnectionError:
            cell.phase = Phase.LIVE
            command.reply(_AWAY)
        except Exception as error:  # noqa: BLE001 - the actor goes on; nobody may wait for ever
            cell.phase = Phase.LIVE
            self._observer.failed(cell.address, command, error)
            command.reply(_BROKEN)
        else:
            cell.phase = Phase.LIVE
            if found is not None:
                fingerprint, reply = found
                self.stage.reply(cell, command.reply, reply if fingerprint == key.fingerprint else _KEY_REUSED)
            elif cell.actor is not None:
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

    def _looked_up(self, lookup: asyncio.Task[None]) -> None:
        self._lookups.discard(lookup)
        self._run_soon()

    # --- loading ---

    def _reload(self, cell: Cell) -> None:
        if self._in_open_batch(cell) and not cell.holds_batch:
            cell.holds_batch = True  # its rows are read from the rebuilt state
            self.stage.open.unhandled += 1
        cell.stale = False
        cell.phase = Phase.LOADING
        self._loader.load(cell)

    def _in_open_batch(self, cell: Cell) -> bool:
        return bool(cell.staged and cell.staged[-1][0] is self.stage.open)

    def _let_go(self, cell: Cell) -> None:
        """The open batch need not wait for the cell to be rebuilt any more."""
        if cell.holds_batch:
            cell.holds_batch = False
            self.stage.open.unhandled -= 1

    def _unavailable(self, cell: Cell) -> bool:
        """The database is away. Those who can wait for it are the tells and reminders, not people."""
        for command in cell.take_commands():
            command.reply(_AWAY)
        if cell.has_mail or cell.staged or cell.holds_batch:
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
            awake = self._restore(cell, recorded)
        except Exception as error:  # noqa: BLE001 - a bug, or a journal this version cannot read
            for _, change in cell.staged or ():
                change.touched.clear()  # its events are good; its rows can't be read from a broken state
            self._let_go(cell)
            self._observer.failed(cell.address, None, error)
            self._quarantine(cell, error)
            return
        self._let_go(cell)
        if condemned is not None:
            self._quarantine(cell, condemned)
            return
        cell.phase = Phase.LIVE
        self._observer.activated(cell.address.kind)
        if awake is not None:
            self._send_on(cell, Tick("awake", self._clock.now()), awake)
        if cell.has_mail:
            self._scheduler.ready(cell)
        else:
            self._scheduler.run_soon()

    def _restore(self, cell: Cell, recorded: Recorded | Exception) -> Outcome | None:
        if isinstance(recorded, Exception):
            raise recorded
        actor = self._kinds[cell.address.kind](cell, self._deps)
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
        cell.keys = None if recorded.keys is None else {hash(pair) for pair in recorded.keys}
        if cell.keys is not None and cell.in_flight_keys:
            cell.keys |= cell.in_flight_keys.keys()
        return actor.on_awake(self._clock.now())

    # --- failures ---

    def _failed(self, cell: Cell, message: Message, error: Exception) -> None:
        self._observer.failed(cell.address, message, error)
        if isinstance(message, Command):
            self.stage.reply(cell, message.reply, _BROKEN)
        elif isinstance(message, Tell):
            self.stage.bury(DeadLetter(cell.address, message.message, repr(error), message.at))
            self.stage.open.unhandled -= 1
        cell.actor = None
        if cell.failures is None:
            cell.failures = []
        delay = delay_before_restart(cell.failures, self._loop.time())
        if delay is None:
            if isinstance(message, Command):
                self.stage.bury(DeadLetter(cell.address, message.command, repr(error), message.at))
            if self._in_open_batch(cell):
                cell.condemned = error  # but first rebuilt once more, for the rows of what it did before
                self._reload(cell)
            else:
                self._quarantine(cell, error)
            return
        self._observer.restarted(cell.address.kind)
        if delay == 0 or cell.tells or self._in_open_batch(cell):
            self._reload(cell)
        else:
            cell.phase = Phase.FAILED
            self._timers.after(delay, partial(self._restart, cell))

    def _restart(self, cell: Cell) -> None:
        if cell.phase is Phase.FAILED:
            self._reload(cell)

    def _quarantine(self, cell: Cell, error: Exception) -> None:
        cell.phase = Phase.QUARANTINED
        cell.actor = None
        self._observer.quarantined(cell.address)
        for command in cell.take_commands():
            command.reply(_QUARANTINED)
        self._bury_mail(cell, repr(error))
        for _, change in cell.staged or ():
            change.snapshot = False
        self._scheduler.run_soon()

    def _bury_mail(self, cell: Cell, why: str) -> None:
        while cell.tells:
            tell = cell.tells.popleft()
            self.stage.bury(DeadLetter(cell.address, tell.message, why, tell.at))
            self.stage.open.unhandled -= 1
        if cell.commands:
            cell.commands.clear()  # reminders and ticks: the durable ones are delivered again
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
        return self._scheduler.idle and self._loader.idle and not self._lookups and self.stage.empty
