"""Who on this side hears a push: callbacks by type, and iterators over everything."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_UNREAD = 10_000  # pushes of one iterator; a reader that is slower loses the oldest


@dataclass(frozen=True, slots=True)
class Push:
    """A message of the server. Without `offset` it is ephemeral; without `topic` it is about the connection."""

    topic: str | None
    type: str
    data: Mapping[str, Any]
    offset: int | None = None


@dataclass(slots=True, eq=False)
class _Reader:
    """One running iterator."""

    waiting: deque[Push] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


class Listeners:
    def __init__(self) -> None:
        self.dropped = 0
        """Pushes that slow iterators lost."""
        self._callbacks: dict[str, list[Callable[[Push], None]]] = {}
        self._readers: set[_Reader] = set()
        self._ended = False

    def on(self, type: str, callback: Callable[[Push], None]) -> Callable[[], None]:
        """Call back for each push of a type (`*` for all). Returns what ends it."""
        callbacks = self._callbacks.setdefault(type, [])
        callbacks.append(callback)
        return lambda: callbacks.remove(callback)

    def deliver(self, push: Push) -> None:
        for callback in [*self._callbacks.get(push.type, ()), *self._callbacks.get("*", ())]:
            callback(push)
        for reader in self._readers:
            if len(reader.waiting) >= _UNREAD:
                reader.waiting.popleft()
                self.dropped += 1
            reader.waiting.append(push)
            reader.arrived.set()

    def iterate(self) -> AsyncIterator[Push]:
        """Every push from this call on, until `end`."""
        reader = _Reader()
        self._readers.add(reader)
        return self._iterate(reader)

    async def _iterate(self, reader: _Reader) -> AsyncIterator[Push]:
        try:
            while reader.waiting or not self._ended:
                if reader.waiting:
                    yield reader.waiting.popleft()
                else:
                    reader.arrived.clear()
                    await reader.arrived.wait()
        finally:
            self._readers.discard(reader)

    def end(self) -> None:
        """Let every iterator finish with what has arrived."""
        self._ended = True
        for reader in self._readers:
            reader.arrived.set()
