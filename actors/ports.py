"""What actors need from the world, by shape: the composition root hands the real parts over."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from actors.messages import Address, Attend, Key, Push, Remind, Resource, Veil


class Clock(Protocol):
    """Game time: the real clock, or a driven one."""

    def now(self) -> datetime: ...


class Ids(Protocol):
    """Where new ids and codes come from."""

    def new(self) -> str:
        """A fresh UUID as text."""

    def code(self) -> str:
        """A short code that people type; hard to guess."""


class Cancellable(Protocol):
    def cancel(self) -> None: ...


class Timers(Protocol):
    """Real time."""

    def after(self, seconds: float, call: Callable[[], None]) -> Cancellable: ...


Presence: TypeAlias = Literal["online", "away", "offline"]
"""Connected; gone a moment ago, and likely to be back; gone."""


class Audience(Protocol):
    """Those who watch topics."""

    def publish(self, push: Push) -> None: ...

    def attend(self, attend: Attend) -> None: ...

    def is_watched(self, topic: str) -> bool: ...

    def veil(self, veil: Veil) -> None: ...

    def presence(self, user_id: str) -> Presence: ...

    def seen(self, user_id: str) -> Presence:
        """Their presence as others may know it."""

    def watched_by(self, user_id: str) -> Collection[str]:
        """The topics that the user's connections watch, or are about to."""


class Fenced(Exception):
    """Another writer has written for one of these actors: what we staged is void."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An actor as it was stored: a snapshot, if there is one, and the events after it."""

    address: Address
    state: Any | None
    snapshot_seq: int  # 0 without a snapshot
    events: Sequence[Any]  # those with seq snapshot_seq + 1, + 2, …
    keys: Sequence[tuple[str, str]] | None  # (user id, key) still kept; None: too many to hold, ask each time


@dataclass(slots=True)
class ActorChange:
    """One actor's part of a batch. `state` is read while the batch is being closed, never later."""

    address: Address
    first_seq: int
    events: list[Any]
    state: Any
    touched: set[Any]
    reminders: dict[str, Remind]
    snapshot: bool = False  # write one with this batch
    snapshot_bytes: int = 0  # filled in by `prepare`


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that its actor could not handle, kept for an operator."""

    address: Address
    message: Any
    error: str
    at: datetime


@dataclass(slots=True)
class Batch:
    """Everything that commits together."""

    changes: list[ActorChange]
    keys: list[tuple[Address, Key, Resource]]
    dead_letters: list[DeadLetter]


class Journal(Protocol):
    async def load(self, addresses: Sequence[Address]) -> Sequence[Recorded | Exception]:
        """One answer per address, in order: an Exception for one that can't be decoded. Raises ConnectionError while the database is away."""

    def prepare(self, batch: Batch) -> Any:
        """Encode into rows, now, while the states are what the batch says: the rows can be retried."""

    async def commit(self, prepared: Any) -> None:
        """All of it or nothing; safe to call again after ConnectionError. Raises Fenced."""

    async def first_reply(self, address: Address, user_id: str, key: str) -> tuple[str, Resource] | None:
        """(fingerprint, reply) of a kept idempotency key. Raises ConnectionError while the database is away."""


class Reminders(Protocol):
    """Told of every committed change of a reminder."""

    def changed(self, address: Address, remind: Remind) -> None: ...


class Observer(Protocol):
    """Who counts what happens inside, for operators."""

    def committed(self, seconds: float, commands: int, events: int) -> None: ...

    def commit_failed(self, error: BaseException) -> None: ...

    def delivery_failed(self, error: BaseException) -> None: ...

    def failed(self, address: Address, message: object, error: BaseException) -> None: ...

    def activated(self, kind: str) -> None: ...

    def passivated(self, kind: str) -> None: ...

    def restarted(self, kind: str) -> None: ...

    def quarantined(self, address: Address) -> None: ...

    def dead_letter(self, kind: str) -> None: ...
