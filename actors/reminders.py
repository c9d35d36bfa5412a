"""Durable reminders: what is to happen at its game time, also when the server was down then.

The database has them all; memory has those of the next hour. One that is due is handed to its actor again and again
until the commit that handled it takes it away or moves it.
"""

from __future__ import annotations

import asyncio
import heapq
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from actors.messages import Address, Due, Remind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actors.ports import Cancellable, Clock, Timers

HORIZON = timedelta(hours=1)  # of game time, held in memory
REFRESH = 1200.0  # s between looks at the database
AGAIN = 30.0  # s until a reminder that nobody handled is delivered again
LONGEST_SLEEP = 60.0  # s: the real clock may be set meanwhile


class ReminderStore(Protocol):
    async def due_by(self, until: datetime) -> Sequence[tuple[Address, str, datetime]]:
        """Every stored reminder due by then. Raises ConnectionError while the database is away."""


class Reminders:
    def __init__(
        self,
        *,
        store: ReminderStore,
        clock: Clock,
        timers: Timers,
        deliver: Callable[[Address, Due], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._timers = timers
        self._deliver = deliver
        self._known: dict[tuple[Address, str], datetime] = {}
        self._queue: list[tuple[datetime, Address, str]] = []  # may hold entries that `_known` does not confirm
        self._delivered: set[tuple[Address, str]] = set()
        self._horizon: datetime | None = None
        self._timer: Cancellable | None = None
        self._refresh: asyncio.Task[None] | None = None

    def changed(self, address: Address, remind: Remind) -> None:
        """A commit has set, moved or taken away a reminder."""
        self._delivered.discard((address, remind.name))
        if remind.due is None or (self._horizon is not None and remind.due > self._horizon):
            self._known.pop((address, remind.name), None)
        else:
            self._note(address, remind.name, remind.due)
            self._arm()

    async def start(self) -> None:
        """Read what is due soon, deliver what is overdue, and go on by itself."""
        await self._look_ahead(self._clock.now())
        self.deliver_due()
        self._arm()
        self._refresh = asyncio.get_running_loop().create_task(self._keep_looking())

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._refresh is not None:
            self._refresh.cancel()
            await asyncio.gather(self._refresh, return_exceptions=True)
            self._refresh = None

    async def next_due(self, until: datetime) -> datetime | None:
        """The earliest undelivered reminder due by `until` (game time), for a clock that is moved by hand."""
        if self._horizon is None or until > self._horizon:
            await self._look_ahead(until)
        self._drop_stale()
        return self._queue[0][0] if self._queue and self._queue[0][0] <= until else None

    def deliver_due(self) -> None:
        """Hand out everything that is due now."""
        now = self._clock.now()
        self._drop_stale()
        while self._queue and self._queue[0][0] <= now:
            due, address, name = heapq.heappop(self._queue)
            self._delivered.add((address, name))
            self._deliver(address, Due(name, due, now))
            self._timers.after(AGAIN, partial(self._again, address, name, due))
            self._drop_stale()

    def _again(self, address: Address, name: str, due: datetime) -> None:
        if (address, name) in self._delivered and self._known.get((address, name)) == due:
            self._delivered.discard((address, name))
            heapq.heappush(self._queue, (due, address, name))
            self._arm()

    def _note(self, address: Address, name: str, due: datetime) -> None:
        if self._known.get((address, name)) == due and (address, name) in self._delivered:
            return
        self._known[address, name] = due
        heapq.heappush(self._queue, (due, address, name))

    def _drop_stale(self) -> None:
        while self._queue:
            due, address, name = self._queue[0]
            if self._known.get((address, name)) == due and (address, name) not in self._delivered:
                return
            heapq.heappop(self._queue)

    def _arm(self) -> None:
        """One timer, for the earliest reminder."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._drop_stale()
        if self._queue:
            wait = (self._queue[0][0] - self._clock.now()).total_seconds()
            self._timer = self._timers.after(min(max(wait, 0.0), LONGEST_SLEEP), self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.deliver_due()
        self._arm()

    async def _look_ahead(self, now: datetime) -> None:
        until = now + HORIZON
        for address, name, due in await self._store.due_by(until):
            self._note(address, name, due)
        self._horizon = until

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(REFRESH)
            try:
                await self._look_ahead(self._clock.now())
            except ConnectionError:
                continue  # the next look finds it
            self._arm()
