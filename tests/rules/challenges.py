"""A challenge to play with, without an actor: commands, tells and time go in, events are applied."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from rules import challenge as rules
from rules.challenge.state import Challenge
from rules.refusal import Refusal
from rules.tells import DayCounted, Introduced

HOST = "host"
START = datetime(2026, 5, 4, 8, tzinfo=UTC)  # a Monday
END = datetime(2026, 5, 10, 20, tzinfo=UTC)
BEFORE = START - timedelta(days=1)
DURING = START + timedelta(days=2)


def an_id(number: int) -> str:
    return str(UUID(int=number))


ID = an_id(77)


def day(number: int) -> date:
    """The day of that number in May 2026."""
    return date(2026, 5, number)


def draft(**changes) -> rules.Create:
    """A week of steps."""
    fields = {"name": "May steps", "metric": "steps", "mode": "most", "starts_at": START, "ends_at": END}
    return rules.Create(**{**fields, **changes})


class Game:
    """`now` moves forward only when told to; everything due happens first, as in the actor."""

    def __init__(self, now: datetime = BEFORE, **changes) -> None:
        self.now = now
        self.state = Challenge()
        self.events: list[rules.Event] = []
        created = rules.create(draft(**changes), id=ID, by=HOST, at=now, code="WATCH", version="1")
        assert not isinstance(created, Refusal), created
        self.apply(created)

    def apply(self, events: list[rules.Event]) -> None:
        for event in events:
            rules.evolve(self.state, event)
            self.events.append(event)
        while (due := rules.overdue(self.state, self.now, "2")) is not None:
            rules.evolve(self.state, due)
            self.events.append(due)

    def at(self, now: datetime) -> "Game":
        self.now = now
        self.apply([])
        return self

    def do(self, command: rules.Change, by: str = HOST) -> Refusal | None:
        decision = rules.decide(self.state, command, by=by, at=self.now, version="2")
        if isinstance(decision, Refusal):
            return decision
        self.apply(decision)
        return None

    def must(self, command: rules.Change, by: str = HOST) -> "Game":
        refusal = self.do(command, by)
        assert refusal is None, refusal
        return self

    def join(self, *users: str) -> "Game":
        for user in users:
            self.must(rules.Join(ID), user)
            introduced = rules.introduce(self.state, Introduced(user, user.title(), "UTC"), self.now)
            assert introduced is not None
            self.apply([introduced])
        return self

    def steps(
        self, user: str, on: date, before: float, after: float, zone: str = "UTC", review: bool = False
    ) -> "Game":
        told = DayCounted(user, self.state.terms.metric, on, zone, before, after, "activity", review)
        event = rules.tally(self.state, told, self.now)
        self.apply([] if event is None else [event])
        return self

    def score(self, user: str) -> float:
        return self.state.participants[user].score

    @property
    def phase(self) -> str:
        return self.state.phase.value


def opened(*users: str, **changes) -> Game:
    return Game(**changes).must(rules.Open(ID)).join(*users)


def live(*users: str, **changes) -> Game:
    return opened(*users, **changes).at(START)
