"""A group to play with, without an actor: commands and time go in, events are applied."""

from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from rules import group as rules
from rules.activity.commands import DeleteActivity
from rules.group import checking_in
from rules.group.events import Event
from rules.known import Known
from rules.refusal import Refusal

WEDNESDAY = datetime(2026, 5, 6, 12, tzinfo=UTC)
FOUNDER = "ann"


def an_id(number: int) -> str:
    return str(UUID(int=number))


ID = an_id(88)


def submit(**changes) -> rules.SubmitCheckIn:
    fields = {"group_id": ID, "productive": 7, "satisfied": 8, "body": 6, "care": 3}
    return rules.SubmitCheckIn(**{**fields, **changes})


class Circle:
    """`now` moves forward only when told to; every period that should be over is, as in the actor."""

    def __init__(self, *members: str, now: datetime = WEDNESDAY, **changes) -> None:
        self.now = now
        self.state = rules.Group()
        self.events: list[Event] = []
        self.blocked: dict[str, frozenset[str]] = {}
        self._numbers = count(1)
        create = rules.Create(**{"name": "Circle", "timezone": "UTC", "is_private": False, **changes})
        self.take(rules.create(create, self.asking(FOUNDER), id=ID))
        for member in members:
            self.must(rules.Join(ID), member)

    def asking(self, by: str) -> rules.Asking:
        known = Known(by, by.title(), "UTC", blocked=self.blocked.get(by, frozenset()), username=by)
        return rules.Asking(
            by, self.now, known, lambda: an_id(next(self._numbers)), lambda: f"code{next(self._numbers)}"
        )

    def take(self, decision) -> Refusal | None:
        if isinstance(decision, Refusal):
            return decision
        for event in decision:
            rules.evolve(self.state, event)
            self.events.append(event)
        return None

    def at(self, now: datetime) -> "Circle":
        self.now = now
        while (due := rules.overdue(self.state, now)) is not None:
            self.take([due])
        return self

    def do(self, command, by: str = FOUNDER) -> Refusal | None:
        asking = self.asking(by)
        match command:
            case rules.SubmitCheckIn():
                return self.take(checking_in.submit(self.state, command, asking))
            case rules.CorrectCheckIn():
                return self.take(checking_in.correct(self.state, command, asking))
            case DeleteActivity():
                return self.take(checking_in.withdraw(self.state, command.activity_id, asking))
            case _:
                return self.take(rules.decide(self.state, command, asking))

    def must(self, command, by: str = FOUNDER) -> "Circle":
        refusal = self.do(command, by)
        assert refusal is None, refusal
        return self

    def role(self, user: str) -> str:
        return self.state.members[user].role.value

    @property
    def days(self) -> tuple[str, str]:
        return self.state.period.first.isoformat(), self.state.period.last.isoformat()
