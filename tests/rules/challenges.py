"""A challenge to play with, without an actor: commands, tells and time go in, events are applied."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from rules import challenge as rules
from rules.challenge.state import Challenge
from rules.known import Known
from rules.refusal import Refusal
from rules.tells import ActivityCounted, Baseline, DayCounted, Introduced
from tests.rules.rule_sets import DEFAULT

HOST = "host"
OLD, NEW = replace(DEFAULT, version="1"), replace(DEFAULT, version="2")  # rules in force at creation, and later
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


def known(user: str, **more) -> Known:
    return Known(user, user.title(), "UTC", **more)


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
        created = rules.create(draft(**changes), id=ID, known=known(HOST), at=now, code="WATCH", rules=OLD)
        assert not isinstance(created, Refusal), created
        self.apply(created)

    def apply(self, events: list[rules.Event]) -> None:
        for event in events:
            rules.evolve(self.state, event)
            self.events.append(event)
        while (due := rules.overdue(self.state, self.now, NEW)) is not None:
            rules.evolve(self.state, due)
            self.events.append(due)

    def at(self, now: datetime) -> "Game":
        self.now = now
        self.apply([])
        return self

    def do(self, command: rules.Change, by: str | Known = HOST) -> Refusal | None:
        who = known(by) if isinstance(by, str) else by
        decision = rules.decide(self.state, command, known=who, at=self.now, rules=NEW)
        if isinstance(decision, Refusal):
            return decision
        self.apply(decision)
        return None

    def must(self, command: rules.Change, by: str | Known = HOST) -> "Game":
        refusal = self.do(command, by)
        assert refusal is None, refusal
        return self

    def join(self, *users: str, team: str | None = None) -> "Game":
        for user in users:
            self.must(rules.Join(ID, team), user)
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

    def activity(
        self,
        user: str,
        id: str,
        starts_at: datetime,
        minutes: float = 30,
        kind: str = "run",
        review: bool = False,
        on: date | None = None,
        private: bool = False,
        **metrics: float,
    ) -> "Game":
        """Something with a time of its own; without metrics it is taken back."""
        ends_at = starts_at + timedelta(minutes=minutes)
        day = on or starts_at.date()
        told = ActivityCounted(user, id, kind, day, "UTC", starts_at, ends_at, metrics, review, private)
        event = rules.tally_activity(self.state, told, self.now)
        self.apply([] if event is None else [event])
        return self

    def baseline(self, user: str, daily_mean: float) -> "Game":
        event = rules.fix_baseline(self.state, Baseline(user, daily_mean), self.now)
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
