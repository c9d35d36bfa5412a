"""What travels to and from actors. Plain data: an actor is handed one message and returns one `Outcome`."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from rules.known import Known
from rules.refusal import Refusal

Resource: TypeAlias = Mapping[str, Any]
Reply: TypeAlias = Resource | Refusal
Replied: TypeAlias = Callable[[Reply], None]


class Address(NamedTuple):
    """Where an actor lives: its kind (`user`, `challenge`) and its id."""

    kind: str
    id: str


class Permission(StrEnum):
    """Who may send a command. Whoever may not even see the thing gets NOT_FOUND, others FORBIDDEN."""

    ANYONE = "anyone"  # signed in or not
    USER = "user"  # signed in
    SELF = "self"  # addresses the caller's own actor
    VIEWER = "viewer"  # may see the thing
    PARTICIPANT = "participant"
    ANNOUNCER = "announcer"  # or host
    JUDGE = "judge"  # or host
    HOST = "host"  # or co-host
    MEMBER = "member"  # of the group
    MODERATOR = "moderator"  # or admin of the group
    AUTHOR = "author"  # of the post
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in sender: who, with which powers, from which device."""

    user_id: str
    role: Literal["user", "premium", "admin"] = "user"
    device: str = "default"
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key: the same user's same key has its effect once. The actor that hears the command first keeps it."""

    user_id: str
    key: str
    fingerprint: str  # of command name and data: the same key must mean the same command

    @property
    def digest(self) -> int:
        return hash((self.user_id, self.key))


@dataclass(frozen=True, slots=True)
class Command:
    """A client's command or read. `reply` is called exactly once, after the commit of all that it caused or shows."""

    command: Any
    by: Caller
    may: Permission
    at: datetime  # game time
    reply: Replied
    key: Key | None = None
    reads: bool = False  # changes nothing
    onward: Address | None = None  # sent to the caller's own actor, who sends it on to this one
    known: Known | None = None  # what the caller's own actor says of them
    keyed_by: Address | None = None  # who keeps the key, when it was sent on


@dataclass(frozen=True, slots=True)
class Tell:
    """A message from another actor; handled in the same commit as what caused it."""

    message: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A durable reminder has come due. Delivered again until the commit that handled it."""

    name: str
    due: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """A timer that is not durable, in real time; the actor set it itself."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Push:
    """A message for all watchers of a topic. Ephemeral ones get no offset and are never replayed.

    `hidden_from` are users who don't get it: of ephemeral ones only, since offsets have no gaps.
    """

    topic: str
    type: str
    data: Mapping[str, Any]
    ephemeral: bool = False
    hidden_from: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attend:
    """Subscribe (`on`) or unsubscribe every connection of a user to a topic. Without a user, and not `on`: of all but `keep`."""

    user_id: str | None
    topic: str
    on: bool = True
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Veil:
    """Let others see a user's presence no longer, or again: until they are gone for good."""

    user_id: str
    on: bool


Effect: TypeAlias = Push | Attend | Veil


@dataclass(frozen=True, slots=True)
class Remind:
    """Set the durable reminder `name` of this actor; `due` None forgets it. Game time."""

    name: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Wake:
    """Send this actor a `Tick(name)` after so many real seconds; lost when the actor goes."""

    name: str
    seconds: float


Message: TypeAlias = Command | Tell | Due | Tick


@dataclass(slots=True)
class Outcome:
    """What an actor made of one message. The runtime acts on it: journal first, then replies, then pushes."""

    reply: Reply | None = None
    events: list[Any] = field(default_factory=list)  # already applied to the actor's state
    tells: list[tuple[Address, Any]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    reminders: list[Remind] = field(default_factory=list)
    wakes: list[Wake] = field(default_factory=list)
    touched: set[Any] = field(default_factory=set)  # keys of read-table rows that changed
    forward: Address | None = None  # the command goes on to this actor, who answers it; nothing else of it counts
    known: Known | None = None  # … and hears this of who sent it

    @property
    def lasts(self) -> bool:
        """Does it change anything beyond a reply and effects?"""
        return bool(self.events or self.tells or self.reminders or self.touched)
