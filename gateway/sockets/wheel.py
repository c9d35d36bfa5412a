"""One timer for all connections: things that want to be looked at wait in slots of a wheel that one callback turns.

at(when, thing) ─▶ slot ─turn(now)─▶ thing.due(now) ─▶ the next time it wants to be looked at, or None
"""

import asyncio
import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)

NOWHERE = -1


class Timed:
    """Something a wheel looks at. It waits in one slot at a time."""

    __slots__ = ("slot",)

    def __init__(self) -> None:
        self.slot = NOWHERE

    def due(self, now: float) -> float | None:
        """Do what is due; return when to look again, None for never. A call that comes early finds nothing due."""
        raise NotImplementedError


class Wheel:
    """Looks at nothing early, and late by at most two `granularity` seconds."""

    def __init__(self, *, granularity: float = 0.25) -> None:
        self._granularity = granularity
        self._slots: dict[int, list[Timed]] = {}
        self._turned = NOWHERE
        self._timer: asyncio.TimerHandle | None = None

    def at(self, when: float, thing: Timed) -> None:
        """Look at `thing` at `when`, or earlier where it already waits for that."""
        slot = max(int(when / self._granularity) + 1, self._turned + 1)
        if thing.slot == NOWHERE or slot < thing.slot:
            thing.slot = slot
            self._slots.setdefault(slot, []).append(thing)

    def turn(self, now: float) -> None:
        """Look at everything that waits for a time up to `now`."""
        self._turned = int(now / self._granularity)
        for slot in sorted(slot for slot in self._slots if slot <= self._turned):
            for thing in self._slots.pop(slot):
                if thing.slot == slot:  # else it moved to an earlier slot since
                    thing.slot = NOWHERE
                    self._look(thing, now)

    def _look(self, thing: Timed, now: float) -> None:
        try:
            again = thing.due(now)
        except Exception:  # noqa: BLE001 - one broken connection must not stop the clock of all others
            _log.exception("a timer failed", extra={"thing": type(thing).__name__})
            return
        if again is not None:
            self.at(again, thing)

    # --- in production, by itself ---

    def start(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        def tick() -> None:
            self._timer = loop.call_later(self._granularity, tick)
            self.turn(clock())

        self._timer = loop.call_later(self._granularity, tick)

    def stop(self) -> None:
        """Harmless when it was never started, or stopped before."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
