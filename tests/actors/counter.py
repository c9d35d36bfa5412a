"""The smallest kind of actor, to test the runtime with: it counts, and can be told to break."""

from dataclasses import dataclass, field
from datetime import datetime

from actors.messages import Address, Caller, Command, Due, Outcome, Permission, Push, Remind, Tell, Tick
from actors.runtime import JournalledActor
from rules.refusal import Code, Refusal


@dataclass(slots=True)
class Count:
    total: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counted:
    by: int


@dataclass(frozen=True, slots=True)
class Noted:
    text: str


@dataclass(frozen=True, slots=True)
class Cursed:
    """Can be journalled, but never applied again."""


EVENTS = (Counted, Noted, Cursed)


@dataclass(frozen=True, slots=True)
class Add:
    by: int
    pass_on: tuple[str, ...] = ()  # ids of counters that are told to add as much


@dataclass(frozen=True, slots=True)
class Look:
    pass


@dataclass(frozen=True, slots=True)
class Break:
    pass


@dataclass(frozen=True, slots=True)
class RemindAt:
    due: datetime


class CounterActor(JournalledActor):
    kind = "counter"
    state: Count

    def blank(self) -> Count:
        return Count()

    @property
    def exists(self) -> bool:
        return True

    def evolve(self, event):
        match event:
            case Counted(by):
                self.state.total += by
            case Noted(text):
                self.state.notes.append(text)
            case Cursed():
                raise RuntimeError("a cursed event")

    def standing(self, caller: Caller, known: object = None) -> frozenset[Permission]:
        if caller.user_id == "stranger":
            return frozenset({Permission.USER})
        return frozenset({Permission.USER, Permission.VIEWER, Permission.SELF})

    def on_command(self, command: Command) -> Outcome:
        match command.command:
            case Add(by) if by < 0:
                return Outcome(Refusal(Code.VALIDATION_FAILED, "only up"))
            case Add(by, pass_on):
                outcome = self._add(by)
                outcome.tells = [(Address("counter", id), Add(by)) for id in pass_on]
                return outcome
            case Look():
                return Outcome({"total": self.state.total})
            case RemindAt(due):
                return Outcome({}, reminders=[Remind("ring", due)])
            case Break():
                self.state.total = -1_000_000  # half done: must leave no trace
                raise RuntimeError("broken on purpose")
        raise AssertionError(command)

    def on_tell(self, tell: Tell) -> Outcome:
        match tell.message:
            case Break():
                raise RuntimeError("broken on purpose")
            case Add(by):
                return self._add(by)
        raise AssertionError(tell)

    def on_due(self, due: Due) -> Outcome:
        event = Noted(f"{due.name} at {due.due:%H:%M}")
        self.evolve(event)
        return Outcome(events=[event], touched={"count"})

    def on_tick(self, tick: Tick) -> Outcome:
        return Outcome()

    def _add(self, by: int) -> Outcome:
        if by == 0:
            return Outcome({"total": self.state.total})
        event = Counted(by)
        self.evolve(event)
        pushed = Push(f"counter:{self.id}", "counted", {"total": self.state.total})
        return Outcome({"total": self.state.total}, events=[event], effects=[pushed], touched={"count"})
