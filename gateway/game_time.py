"""Game time: the real clock, or one that stands until it is moved (development mode only).

Days, deadlines, reminders, streaks and fair play follow game time; tokens, heartbeats and timeouts stay on real time.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from rules.days import stamp
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from actors.directory import Directory
    from actors.reminders import Reminders


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class DrivenClock:
    """Stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now


class TimeStore(Protocol):
    async def set_game_time(self, now: datetime) -> None: ...


class GameTime:
    """Moves a driven clock forward: everything due on the way happens at its time, in order, and is durable."""

    def __init__(self, *, clock: DrivenClock, reminders: Reminders, directory: Directory, store: TimeStore) -> None:
        self._clock = clock
        self._reminders = reminders
        self._directory = directory
        self._store = store
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        return self._clock.now()

    async def move(self, to: datetime) -> datetime | Refusal:
        """Forward to `to`; returns the new now. Backward is a CONFLICT: what happened has happened."""
        async with self._moving:
            now = self._clock.now()
            if to < now:
                return Refusal(
                    Code.CONFLICT,
                    "game time only moves forward: for an earlier time start on an empty database",
                    {"now": stamp(now)},
                )
            while (due := await self._reminders.next_due(to)) is not None:
                self._clock.set(max(due, self._clock.now()))
                await self._store.set_game_time(self._clock.now())  # first: nothing may have happened later than now
                self._reminders.deliver_due()
                await self._directory.settled()
            self._clock.set(to)
            await self._store.set_game_time(to)
            return to
