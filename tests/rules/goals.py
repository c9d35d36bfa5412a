"""A user with goals, which are followed as their actor does it."""

from datetime import UTC, date, datetime, timedelta

from rules.asked import Asked
from rules.changes import DayChanged, GoalAchieved
from rules.goals import decide as goals
from rules.goals import views
from rules.goals.commands import CreateGoal
from rules.goals.state import today_for
from rules.refusal import Refusal
from rules.user import alarms, blank, evolve
from rules.user.commands import Register
from rules.user.decide import decide
from rules.user.events import StepsSynced
from tests.rules.rule_sets import DEFAULT

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)  # a Wednesday


class Player:
    def __init__(self, zone: str = "UTC") -> None:
        self.user = blank("00000000-0000-0000-0000-000000000001")
        self.now = NOON
        self.ids = iter(f"00000000-0000-0000-0000-00000001{n:04}" for n in range(10_000))
        self.achieved: list[GoalAchieved] = []
        self.events: list[object] = []
        self.do(Register("ann", "Ann", zone))

    def do(self, command):
        """Decide and apply, with what follows; returns the refusal, if there is one."""
        decision = decide(self.user, command, Asked(self.now, "phone", DEFAULT, lambda: next(self.ids)))
        if isinstance(decision, Refusal):
            return decision
        self.happens(decision)
        self.happens(goals.news(self.user, self.now))
        return None

    def happens(self, events) -> None:
        for event in events:
            self.events.append(event)
            for change in evolve(self.user, event, DEFAULT):
                if isinstance(change, DayChanged):
                    self.happens(goals.news(self.user, self.now, change.after.date))
                elif isinstance(change, GoalAchieved):
                    self.achieved.append(change)

    def goal(self, **wanted) -> str:
        assert self.do(CreateGoal(**wanted)) is None
        return list(self.user.goals.by_id)[-1]

    def sync(self, steps: int, day: date | None = None) -> None:
        day = day or today_for(self.user, self.now)
        self.happens([StepsSynced(self.now, day, "phone", steps, 0, 0, 0, review=False)])

    def later(self, **time) -> "Player":
        """Time goes by; what is due happens at its time."""
        until = self.now + timedelta(**time)
        while (due := alarms(self.user).get("goals", until)) < until:
            self.now = max(due, self.now)
            self.happens(goals.settle(self.user, self.now))
        self.now = until
        return self

    def seen(self, goal_id: str):
        return views.goal(self.user, goal_id, today_for(self.user, self.now))
