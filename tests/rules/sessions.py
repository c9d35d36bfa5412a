"""A workout session to play with, without an actor: commands and time go in, events are applied."""

from datetime import UTC, datetime, timedelta

from rules import session as rules
from rules.known import Known
from rules.records import Bests
from rules.refusal import Refusal
from rules.session.state import Athlete, Session
from tests.rules.own_exercises import OWN
from tests.rules.rule_sets import DEFAULT

ANN, BOB, CEM = "ann", "bob", "cem"
MORNING = datetime(2026, 5, 4, 8, tzinfo=UTC)
ID = "00000000-0000-0000-0000-000000000077"
SQUAT, BENCH, PUSH_UPS = "back-squat", "bench-press", "push-up"


def known(user_id: str, **more) -> Known:
    return Known(user_id, user_id.title(), "UTC", **more)


def plan(*exercises: str, **more) -> rules.Plan:
    wanted = [rules.commands.ExercisePlan(exercise) for exercise in exercises or (SQUAT, BENCH)]
    return rules.Plan(name="Legs", exercises=wanted, **more)


class Gym:
    """A session whose clock moves forward only when told to; everything due happens first, as in the actor."""

    def __init__(self, command: rules.Plan | rules.Start | None = None) -> None:
        self.now = MORNING
        self.state = Session()
        self.events: list[rules.Event] = []
        self.earlier: dict[str, dict[str, Bests]] = {}
        planned = rules.plan(command or plan(), id=ID, asking=self.asking(ANN))
        assert not isinstance(planned, Refusal), planned
        self.apply(planned)

    def asking(self, by: str, **more) -> rules.Asking:
        who = known(by, records=self.earlier.get(by), **more)
        return rules.Asking(who, self.now, DEFAULT.fair_play, OWN)

    def apply(self, events: list[rules.Event]) -> None:
        for event in events:
            rules.evolve(self.state, event)
            self.events.append(event)
        while (due := rules.overdue(self.state, self.now)) is not None:
            rules.evolve(self.state, due)
            self.events.append(due)

    def later(self, **time: float) -> "Gym":
        self.now += timedelta(**time)
        self.apply([])
        return self

    def ask(self, command: rules.Change, by: str = ANN, **more) -> list[rules.Event] | Refusal:
        self.apply([])
        decision = rules.decide(self.state, command, self.asking(by, **more))
        if not isinstance(decision, Refusal):
            self.apply(decision)
        return decision

    def do(self, command: rules.Change, by: str = ANN, **more) -> "Gym":
        decision = self.ask(command, by, **more)
        assert not isinstance(decision, Refusal), decision
        return self

    def lift(self, weight: float | None, reps: int | None, by: str = ANN, **more) -> rules.events.SetCompleted:
        decision = self.ask(rules.CompleteSet(ID, weight=weight, reps=reps, **more), by)
        assert not isinstance(decision, Refusal), decision
        [event] = decision
        assert isinstance(event, rules.events.SetCompleted)
        return event

    def athlete(self, user_id: str = ANN) -> Athlete:
        return self.state.athletes[user_id]


def begun(*exercises: str) -> Gym:
    return Gym(plan(*exercises)).do(rules.Start(ID))
