"""One topic: who watches it, where it stands, and its last pushes for those who come back."""

from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple, Protocol

import orjson

from gateway.codec import Encoding
from gateway.sockets.frames import frame, payload_of
from gateway.sockets.wheel import Timed


class Position(NamedTuple):
    """Everything up to and including `offset` has been seen, in the life of the topic that is called `epoch`."""

    epoch: str
    offset: int


class Watcher(Protocol):
    """A connection, as far as a topic is concerned."""

    @property
    def encoding(self) -> Encoding: ...

    def write(self, frame: bytes, /) -> None:
        """Queue one frame. Must not change who watches: it is called while the watchers are walked through."""


class Sent:
    """A push that was sent, built at most once per encoding."""

    __slots__ = ("_msgpack", "at", "json")

    def __init__(self, message: dict[str, object], at: float) -> None:
        self.at = at
        self.json = frame(Encoding.JSON, message)
        self._msgpack: bytes | None = None

    def frame(self, encoding: Encoding) -> bytes:
        if encoding is Encoding.JSON:
            return self.json
        if self._msgpack is None:
            # from the JSON: the data itself isn't kept, which is smaller and can't change behind our back
            self._msgpack = frame(Encoding.MSGPACK, orjson.loads(payload_of(self.json)))
        return self._msgpack


class Topic(Timed):
    """Keeps its last pushes until they are `keep_seconds` old, and lives on that long without a watcher."""

    __slots__ = ("_forget", "_history", "_keep", "_keep_seconds", "_left_at", "_watchers", "epoch", "name", "offset")

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
        self._history: deque[Sent] | None = None

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

    def deliver(self, sent: Sent) -> int:
        """To everyone who watches now. Returns to how many."""
        count = 0
        for encoding, watchers in self._watchers.items():
            frame = sent.frame(encoding)
            for watcher in watchers:
                watcher.write(frame)
            count += len(watchers)
        return count

    def remember(self, sent: Sent) -> float:
        """Take the next offset for it. Returns when it may be forgotten."""
        self.offset += 1
        if self._history is None:
            self._history = deque(maxlen=self._keep)
        self._history.append(sent)
        return sent.at + self._keep_seconds

    def since(self, position: Position) -> list[Sent] | None:
        """What was sent after a position; None when that can't be told any more."""
        history = self._history or ()
        missed = self.offset - position.offset
        if position.epoch != self.epoch or not 0 <= missed <= len(history):
            return None
        return list(islice(history, len(history) - missed, None))

    def due(self, now: float) -> float | None:
        """Forget what is too old: pushes, and in the end the topic."""
        history = self._history
        while history and history[0].at + self._keep_seconds <= now:
            history.popleft()
        if not history:
            self._history = history = None
        if not self._watchers:
            if self._left_at + self._keep_seconds <= now:
                self._forget(self)
                return None
            return self._left_at + self._keep_seconds
        return history[0].at + self._keep_seconds if history else None
