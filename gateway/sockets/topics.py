"""One topic: who watches it, where it stands, and its last pushes for those who come back."""

from array import array
from collections.abc import Callable, Set
from functools import lru_cache
from typing import NamedTuple, Protocol

import orjson

from gateway.codec import Encoding
from gateway.sockets.frames import frame, payload_of
from gateway.sockets.wheel import Timed

MOST_BYTES = 4 * 1024 * 1024  # of a topic's history: 256 pushes of 16 KiB
MOST_SHARED = 16 * 1024  # bytes; a larger push is made MessagePack for each who asks


class Position(NamedTuple):
    """Everything up to and including `offset` has been seen, in the life of the topic that is called `epoch`."""

    epoch: str
    offset: int


class Watcher(Protocol):
    """A connection, as far as a topic is concerned."""

    @property
    def encoding(self) -> Encoding: ...

    @property
    def user_id(self) -> str: ...

    def write(self, frame: bytes, /) -> None:
        """Queue one frame. Must not change who watches: it is called while the watchers are walked through."""


class Topic(Timed):
    """Keeps its last pushes until they are `keep_seconds` old, and lives on that long without a watcher.

    They are kept as JSON frames and made MessagePack when asked for: half the memory, and bytes are nothing to a collection.
    """

    __slots__ = (
        "_bytes",
        "_forget",
        "_history",
        "_keep",
        "_keep_seconds",
        "_left_at",
        "_times",
        "_watchers",
        "epoch",
        "name",
        "offset",
    )

    def __init__(
        self, name: str, epoch: str, *, keep: int, keep_seconds: float, now: float, forget: Callable[["Topic"], None]
    ) -> None:
        super().__init__()
        self.name = name
        self.epoch = epoch
        self.offset = 0
        self._keep = keep
        self._keep_seconds = keep_seconds
        self._left_at = now
        self._forget = forget
        # in the order in which they came, which is that of their memory: a thousand writes find more of it in the caches
        self._watchers: dict[Encoding, dict[Watcher, None]] = {}
        # frames, and beside them the times that they were sent at; most topics have few, and deques begin with 600 bytes
        self._history: list[bytes] | None = None
        self._times: array[float] | None = None
        self._bytes = 0  # of the history

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.offset)

    @property
    def watched(self) -> bool:
        return bool(self._watchers)

    @property
    def watchers(self) -> list[Watcher]:
        return [watcher for watchers in self._watchers.values() for watcher in watchers]

    def add(self, watcher: Watcher) -> None:
        self._watchers.setdefault(watcher.encoding, {})[watcher] = None

    def remove(self, watcher: Watcher, now: float) -> bool:
        """Whether that was its last watcher."""
        watchers = self._watchers.get(watcher.encoding)
        if watchers is None or watcher not in watchers:
            return False
        del watchers[watcher]
        if not watchers:
            del self._watchers[watcher.encoding]
        self._left_at = now
        return not self._watchers

    def deliver(self, json: bytes, hidden_from: Set[str] = frozenset()) -> int:
        """A frame of JSON, to everyone who watches now, but for some users. Returns to how many."""
        count = 0
        for encoding, watchers in self._watchers.items():
            frame = json if encoding is Encoding.JSON else as_msgpack(json)
            for watcher in watchers if not hidden_from else [w for w in watchers if w.user_id not in hidden_from]:
                watcher.write(frame)
            count += len(watchers)
        return count

    def remember(self, json: bytes, at: float) -> float:
        """Take the next offset for a frame of JSON. Returns when it may be forgotten."""
        self.offset += 1
        if self._history is None or self._times is None:
            self._history, self._times = [], array("d")
        self._history.append(json)
        self._times.append(at)
        self._bytes += len(json)
        while len(self._history) > self._keep or (self._bytes > MOST_BYTES and len(self._history) > 1):
            self._forget_first(self._history, self._times)
        return at + self._keep_seconds

    def since(self, position: Position) -> list[bytes] | None:
        """The frames of JSON that were sent after a position; None when that can't be told any more."""
        history = self._history or ()
        missed = self.offset - position.offset
        if position.epoch != self.epoch or not 0 <= missed <= len(history):
            return None
        return list(history[len(history) - missed :])

    def due(self, now: float) -> float | None:
        """Forget what is too old: pushes, and in the end the topic."""
        history, times = self._history, self._times
        while history and times and times[0] + self._keep_seconds <= now:
            self._forget_first(history, times)
        if not times:
            self._history = self._times = times = None
        if not self._watchers:
            if self._left_at + self._keep_seconds <= now:
                self._forget(self)
                return None
            return self._left_at + self._keep_seconds
        return times[0] + self._keep_seconds if times else None

    def _forget_first(self, history: list[bytes], times: "array[float]") -> None:
        self._bytes -= len(history.pop(0))
        times.pop(0)


def as_msgpack(json: bytes) -> bytes:
    """The same message, framed as MessagePack."""
    return _shared(json) if len(json) <= MOST_SHARED else _as_msgpack(json)


def _as_msgpack(json: bytes) -> bytes:
    return frame(Encoding.MSGPACK, orjson.loads(payload_of(json)))


_shared = lru_cache(maxsize=1024)(_as_msgpack)  # thousands may come back to one topic at once
