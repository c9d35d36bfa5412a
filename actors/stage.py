"""What waits for a commit: events, keys, replies and effects, in the order in which they may leave.

While one batch commits, the next one fills. A batch closes only when every tell in it has been handled, so that a command
and all it caused are durable together or not at all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from actors.batch import OpenBatch
from actors.cell import Phase
from actors.messages import Attend, Command, Effect, Key, Message, Outcome, Push, Replied, Reply, Resource
from actors.ports import DeadLetter, Fenced
from actors.refusals import BROKEN, FENCED
from rules.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from actors.cell import Cell
    from actors.ports import ActorChange, Audience, Journal, Observer, Reminders

SNAPSHOT_AFTER = 200  # events; large states wait longer, see _snapshot_is_worth_it
KEYS_IN_MEMORY = 20_000  # of one actor; past that the database is asked
WAITING_BATCH = 512  # commands in a batch that waits for actors to load; past that, new commands wait too
RETRY_FIRST, RETRY_MOST = 0.05, 1.0  # s between tries while the database is away


class Stage:
    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        journal: Journal,
        audience: Audience,
        observer: Observer,
        after_commit: Callable[[], None],
        void: Callable[[list[Cell]], None],
    ) -> None:
        """`void` throws away the memory of actors whose staged events another writer has overtaken."""
        self._loop = loop
        self._journal = journal
        self._audience = audience
        self._observer = observer
        self._after_commit = after_commit
        self._void = void
        self.reminders: Reminders | None = None  # told of committed reminders
        self.open = OpenBatch()
        self._committing: OpenBatch | None = None
        self._task: asyncio.Task[None] | None = None
        self.failing_since: float | None = None  # loop time of the first failed try of the current batch

    @property
    def backlog(self) -> int:
        """Replies that wait for a commit: of commands, and of reads of what they change."""
        return len(self.open.replies) + (len(self._committing.replies) if self._committing else 0)

    @property
    def empty(self) -> bool:
        return self._committing is None and not self.open.worth_committing and not self.open.unhandled

    def held(self) -> bool:
        """A full batch waits for actors to load: new commands would only make it wait for more."""
        return self.open.unhandled > 0 and self.open.commands >= WAITING_BATCH

    def is_open_for(self, cell: Cell) -> bool:
        """Has the cell changes in the open batch?"""
        return bool(cell.staged and cell.staged[-1][0] is self.open)

    # --- staging ---

    def add(self, cell: Cell, message: Message, outcome: Outcome, key: Key | None, keeper: Cell) -> None:
        """Stage what one message caused; its tells are the caller's to deliver. `keeper` is whose key it is."""
        reply = outcome.reply if outcome.reply is not None else {}
        if isinstance(reply, Refusal):
            key = None  # nothing has happened: the same key may be tried again
        if not outcome.lasts and key is None:
            if isinstance(message, Command):
                self.reply(cell, message.reply, reply)
            self._effects(cell, outcome.effects)
            return
        batch = self.open
        if outcome.events or outcome.touched or outcome.reminders:
            self._add_change(batch, cell, outcome)
        if key is not None and not isinstance(reply, Refusal):
            self._add_key(batch, keeper, key, reply)
        if isinstance(message, Command):
            batch.commands += 1
            batch.replies.append((message.reply, reply))
        batch.effects.extend(outcome.effects)

    def reply(self, cell: Cell, reply_to: Replied, reply: Reply) -> None:
        """A read never shows what is not durable: its reply waits behind the commit of what it shows."""
        if cell.staged:
            cell.staged[-1][0].replies.append((reply_to, reply))
        else:
            self.deliver(reply_to, reply)

    def deliver(self, reply_to: Replied, reply: Reply) -> None:
        """Reply at once."""
        try:
            reply_to(reply)
        except Exception as error:  # noqa: BLE001 - one broken connection must not keep the others from their replies
            self._observer.delivery_failed(error)

    def repeat(self, cell: Cell, reply_to: Replied, reply: Reply, batch: OpenBatch) -> None:
        """The reply to a key whose first command waits in `batch`, and not before what else the cell has to say."""
        if batch is not self.open and cell.staged:
            batch = cell.staged[-1][0]
        batch.replies.append((reply_to, reply))

    def bury(self, letter: DeadLetter) -> None:
        self._observer.dead_letter(letter.address.kind)
        self.open.dead_letters.append(letter)

    def add_snapshot(self, cell: Cell) -> None:
        self.open.change_of(cell).snapshot = True

    def _add_change(self, batch: OpenBatch, cell: Cell, outcome: Outcome) -> None:
        change = batch.change_of(cell)
        change.events.extend(outcome.events)
        cell.seq += len(outcome.events)
        change.touched |= outcome.touched
        for remind in outcome.reminders:
            change.reminders[remind.name] = remind
        # a state of a megabyte is written every 16,000 events, one of a few kilobytes every 200
        if cell.seq - cell.snapshot_seq >= max(SNAPSHOT_AFTER, cell.snapshot_bytes // 64):
            change.snapshot = True

    def _add_key(self, batch: OpenBatch, cell: Cell, key: Key, reply: Resource) -> None:
        batch.keys.append((cell.address, key, reply))
        if cell.in_flight_keys is None:
            cell.in_flight_keys = {}
        cell.in_flight_keys[key.digest] = (key, reply, batch)
        batch.keyed.append((cell, key.digest))
        if cell.keys is not None:
            cell.keys.add(key.digest)
            if len(cell.keys) > KEYS_IN_MEMORY:
                cell.keys = None

    def _effects(self, cell: Cell, effects: list[Effect]) -> None:
        if cell.staged:
            cell.staged[-1][0].effects.extend(effects)
        else:
            self._release(effects)

    # --- committing ---

    def close(self) -> None:
        """Begin to commit the open batch, unless one is committing or something in it is still to be handled."""
        batch = self.open
        if self._committing is not None or batch.unhandled or not batch.worth_committing:
            return
        self.open = OpenBatch()
        self._committing = batch
        try:
            prepared = self._journal.prepare(batch.closed())
        except Exception as error:  # noqa: BLE001 - something that can't be written: a bug, and no reason to stop
            self._observer.commit_failed(error)
            self._refuse_all(batch, BROKEN)
            return
        self._task = self._loop.create_task(self._commit(batch, prepared))

    async def _commit(self, batch: OpenBatch, prepared: object) -> None:
        delay = RETRY_FIRST
        started = self._loop.time()
        while True:
            try:
                await self._journal.commit(prepared)
                break
            except ConnectionError as error:
                self._observer.commit_failed(error)
                self.failing_since = self.failing_since or started
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_MOST)
            except Fenced as error:
                self._observer.commit_failed(error)
                self._refuse_all(batch, FENCED)
                return
            except Exception as error:  # noqa: BLE001 - a row that the database will never take: a bug, and no reason to stop
                self._observer.commit_failed(error)
                self._refuse_all(batch, BROKEN)
                return
        self.failing_since = None
        self._committing = None
        events = sum(len(change.events) for _, change in batch.changes.values())
        self._observer.committed(self._loop.time() - started, batch.commands, events)
        self._finish(batch)
        self._after_commit()

    def _finish(self, batch: OpenBatch) -> None:
        for cell, change in batch.changes.values():
            self._unstage(cell, batch)
            if change.snapshot:
                cell.snapshot_seq = change.first_seq + len(change.events) - 1
                cell.snapshot_bytes = change.snapshot_bytes
            if self.reminders is not None:
                for remind in change.reminders.values():
                    self.reminders.changed(change.address, remind)
        self._forget_in_flight(batch)
        for reply_to, reply in batch.replies:
            self.deliver(reply_to, reply)
        self._release(batch.effects)

    def _release(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Push):
                self._audience.publish(effect)
            elif isinstance(effect, Attend):
                self._audience.attend(effect)
            else:
                self._audience.veil(effect)

    def _refuse_all(self, batch: OpenBatch, refusal: Refusal) -> None:
        """It can't be committed: nothing staged counts, in this batch or in the one built on top of it."""
        after = self.open
        self.open = OpenBatch()
        self.open.unhandled = after.unhandled  # tells that are still on their way are handled in the new one
        self._committing = None
        cells: list[Cell] = []
        for void in (batch, after):
            for cell, _ in void.changes.values():
                self._unstage(cell, void)
                cells.append(cell)
            self._forget_in_flight(void, kept=False)
            for reply_to, _ in void.replies:
                self.deliver(reply_to, refusal)
        self._void(cells)
        self._after_commit()

    @staticmethod
    def _unstage(cell: Cell, batch: OpenBatch) -> None:
        cell.staged = [entry for entry in cell.staged or () if entry[0] is not batch] or None
        if cell.phase is Phase.LOADING:
            cell.stale = True

    @staticmethod
    def _forget_in_flight(batch: OpenBatch, *, kept: bool = True) -> None:
        for cell, digest in batch.keyed:
            if cell.in_flight_keys is not None:
                cell.in_flight_keys.pop(digest, None)
                if not cell.in_flight_keys:
                    cell.in_flight_keys = None
            if cell.phase is Phase.LOADING:
                cell.stale = True
            if not kept and cell.keys is not None:
                cell.keys.discard(digest)


def staged_after(cell: Cell, seq: int) -> list[object]:
    """The cell's staged events that come after `seq`: what a rebuilt actor must apply on top of the journal."""
    events: list[object] = []
    for _, change in cell.staged or ():
        events.extend(_events_after(change, seq))
    return events


def _events_after(change: ActorChange, seq: int) -> list[object]:
    return change.events[max(0, seq + 1 - change.first_seq) :]
