"""The pykka seam: actors that live on the event loop. No other file touches pykka's internals.

Pykka gives the model: an `Actor` with an inbox and an `ActorRef`. Its own loop blocks a thread on the inbox; ours is run
by the directory, a turn at a time, so 100,000 actors need no threads. Actors stay out of pykka's `ActorRegistry`, which is
a list (7 ms to stop one of 100,000); `Directory` finds them by address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, assert_never

import pykka

from actors.messages import Address, Caller, Command, Due, Message, Outcome, Permission, Tell, Tick
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from pykka._envelope import Envelope

    from actors.cell import Cell
    from actors.ports import Audience, Ids
    from rules.exercises import Catalogue
    from rules.known import Known
    from rules.ruleset import RuleSet

_INSTEAD = {  # of what somebody may not do
    Permission.MEMBER: ": join it first",
    Permission.PARTICIPANT: ": join it first",
    Permission.HOST: ": ask one",
    Permission.JUDGE: ": ask one",
    Permission.ANNOUNCER: ": ask one",
    Permission.MODERATOR: ": ask one",
}

_INBOX_ON_LOOP = "a loop actor's inbox is run by the directory: use Directory.tell"


@dataclass(frozen=True, slots=True)
class Deps:
    """What every actor is handed."""

    ids: Ids
    audience: Audience
    rules: RuleSet  # any of the book: ask it for the one in force
    exercises: Catalogue


class LoopInbox:
    """Pykka's view of a cell's mailbox, so that `ActorRef.tell` reaches it."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def put(self, envelope: Envelope[Any], /) -> None:
        self._cell.directory.tell(self._cell.address, envelope.message)

    def get(self) -> NoReturn:
        raise RuntimeError(_INBOX_ON_LOOP)

    def empty(self) -> bool:
        return not self._cell.has_mail


class _Stopped:
    """The one question pykka asks of a `threading.Event`, at 40 bytes instead of 600."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def is_set(self) -> bool:
        return self._cell.actor is None


class LoopActor(pykka.Actor):
    """A pykka actor on the event loop, owned by its `Cell`. It has no registry entry, no thread and no UUID of its own."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    @property
    def actor_urn(self) -> str:  # type: ignore[override]
        return f"{self._cell.address.kind}:{self._cell.address.id}"

    @property
    def actor_inbox(self) -> LoopInbox:  # type: ignore[override]
        return LoopInbox(self._cell)

    @property
    def actor_stopped(self) -> _Stopped:  # type: ignore[override]
        return _Stopped(self._cell)

    @property
    def actor_ref(self) -> pykka.ActorRef[Any]:
        return pykka.ActorRef(self)

    @staticmethod
    def _create_actor_inbox() -> NoReturn:
        raise RuntimeError(_INBOX_ON_LOOP)

    @staticmethod
    def _create_future() -> NoReturn:
        raise RuntimeError("a loop actor is told, never asked: a blocking answer would stop the loop")

    def _start_actor_loop(self) -> None:
        raise RuntimeError(_INBOX_ON_LOOP)


class JournalledActor(LoopActor):
    """An actor whose state is the fold of its journalled events.

    Hears `Command`, `Tell`, `Due` and `Tick`, and answers each with an `Outcome` whose events it has already applied with
    `evolve`. It never awaits, and never acts on the world itself: the runtime does, once the events are durable.
    """

    __slots__ = ("deps", "id", "state")

    kind: ClassVar[str]

    def __init__(self, cell: Cell, deps: Deps) -> None:
        super().__init__(cell)
        self.id = cell.address.id
        self.deps = deps
        self.state: Any = self.blank()

    # --- what a kind of actor defines ---

    def blank(self) -> Any:
        """The state before the first event."""
        raise NotImplementedError

    @property
    def exists(self) -> bool:
        """Has the creating event happened?"""
        raise NotImplementedError

    def evolve(self, event: Any) -> Any:
        """Apply one event to the state: the same path live and in replay. It may not refuse."""
        raise NotImplementedError

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        """What the caller may do here; `known` is said of them where the command came by way of their own actor."""
        raise NotImplementedError

    def on_command(self, command: Command) -> Outcome:
        raise NotImplementedError

    def on_tell(self, tell: Tell) -> Outcome:
        raise NotImplementedError

    def on_due(self, due: Due) -> Outcome:
        raise NotImplementedError

    def on_tick(self, tick: Tick) -> Outcome:
        raise NotImplementedError

    def on_awake(self, at: datetime) -> Outcome | None:
        """Just loaded: timers and indexes may be set up. No events."""
        return None

    # --- what the directory calls ---

    def on_receive(self, message: Message) -> Outcome:
        match message:
            case Command():
                return self.guarded(message)
            case Tell():
                return self.on_tell(message)
            case Due():
                return self.on_due(message)
            case Tick():
                return self.on_tick(message)
            case _:
                assert_never(message)

    def guarded(self, command: Command) -> Outcome:
        """Answer the command, if the caller may send it."""
        standing = self.standing(command.by, command.known)
        if command.may in standing:
            return self.on_command(command)
        if Permission.VIEWER not in standing:
            return Outcome(Refusal(Code.NOT_FOUND, f"no such {self.kind}: check the id"))
        needs = command.may.value
        text = f"only {'an' if needs[0] in 'aeiou' else 'a'} {needs} of this {self.kind} may do that"
        instead = _INSTEAD.get(command.may, "")
        return Outcome(Refusal(Code.FORBIDDEN, f"{text}{instead}", {"needs": needs}))

    @property
    def address(self) -> Address:
        return self._cell.address

    def is_out_of_reach(self, address: Address) -> bool:
        """Is another actor quarantined? Nobody need wait for it."""
        return self._cell.directory.is_quarantined(address)
