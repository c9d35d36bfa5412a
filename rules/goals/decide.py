"""What commands to a user's goals lead to, and which goals have been reached. Nothing is changed here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rules.asked import Asked
from rules.fields import patched
from rules.goals.commands import CreateGoal, DeleteGoal, MarkMilestone, UpdateGoal
from rules.goals.events import (
    Event,
    GoalCreated,
    GoalDeleted,
    GoalReached,
    GoalsSettled,
    GoalUpdated,
    MilestoneReached,
    MilestoneRemoved,
    MilestoneSet,
)
from rules.goals.periods import Terms, period_of, periods_between, total
from rules.goals.state import KEPT_PERIODS, Goal, today_for
from rules.goals.texts import default_title
from rules.metrics import PUFFS
from rules.refusal import Code, Refusal, invalid

if TYPE_CHECKING:
    from rules.user.state import User

MOST_GOALS = 50
MOST_MILESTONES = 10  # of a goal
DAYS_BACK = 366  # that a goal may begin before today
DAYS_AHEAD = 3660  # that it may begin or end after today

_NO_SUCH = Refusal(Code.NOT_FOUND, "you have no such goal: check the id")
_TOO_MANY = Refusal(Code.CONFLICT, f"you have {MOST_GOALS} goals, which is all one may: delete one first")
_ENOUGH = Refusal(
    Code.CONFLICT, f"the goal has {MOST_MILESTONES} milestones, which is all one may have: remove one first"
)


# --- commands ---


def create(user: "User", command: CreateGoal, asked: Asked) -> list[Event] | Refusal:
    if user.goals is not None and len(user.goals.by_id) >= MOST_GOALS:
        return _TOO_MANY
    today = today_for(user, asked.now)
    if command.to is not None and command.to < today:
        return invalid("to", f"is over already: today is {today}")
    terms = Terms(command.type, command.metric, command.target, date.min, command.to, command.title or "")
    terms = replace(terms, first=command.from_ or _usual_first(terms, today))
    problem = _problem(terms, today)
    if problem is not None:
        return problem
    return [GoalCreated(asked.now, asked.new_id(), _titled(terms))]


def update(user: "User", command: UpdateGoal, asked: Asked) -> list[Event] | Refusal:
    goal = _goal(user, command.goal_id)
    if goal is None:
        return _NO_SUCH
    known, today = goal.terms, today_for(user, asked.now)
    terms = replace(
        known,
        target=patched(known.target, command.target),
        first=patched(known.first, command.from_) or _usual_first(known, today),
        last=patched(known.last, command.to),
        title=patched("" if known.title == default_title(known) else known.title, command.title) or "",
    )
    problem = _problem(terms, today, known)
    if problem is not None:
        return problem
    terms = _titled(terms)
    return [] if terms == known else [GoalUpdated(asked.now, command.goal_id, terms)]


def delete(user: "User", command: DeleteGoal, asked: Asked) -> list[Event] | Refusal:
    return _NO_SUCH if _goal(user, command.goal_id) is None else [GoalDeleted(asked.now, command.goal_id)]


def mark(user: "User", command: MarkMilestone, asked: Asked) -> list[Event] | Refusal:
    goal = _goal(user, command.goal_id)
    if goal is None:
        return _NO_SUCH
    known = next((id for id, milestone in goal.milestones.items() if milestone.title == command.title), None)
    if command.remove:
        return [] if known is None else [MilestoneRemoved(asked.now, command.goal_id, known)]
    if goal.fewer:
        return invalid("goalId", "a goal of puffs has no milestones, since fewer are better")
    if (command.value is None) == (command.share is None):
        return invalid("value", "give either a value or a share of the target")
    value = command.value if command.value is not None else goal.terms.target * (command.share or 0)
    if known is None and len(goal.milestones) >= MOST_MILESTONES:
        return _ENOUGH
    if known is not None and goal.milestones[known].value == value:
        return []
    return [MilestoneSet(asked.now, command.goal_id, known or asked.new_id(), command.title, value)]


DECIDE: Mapping[type, Callable[..., Any]] = {
    CreateGoal: create,
    UpdateGoal: update,
    DeleteGoal: delete,
    MarkMilestone: mark,
}


def _goal(user: "User", goal_id: str) -> Goal | None:
    return user.goals.by_id.get(goal_id) if user.goals is not None else None


def _usual_first(terms: Terms, today: date) -> date:
    """Its first day, where none was said."""
    return today if terms.type == "custom" else period_of(replace(terms, first=date.min, last=None), today).first


def _titled(terms: Terms) -> Terms:
    if terms.title:
        return terms
    return replace(terms, title=default_title(terms))


def _problem(terms: Terms, today: date, known: Terms | None = None) -> Refusal | None:
    """Of a goal with these terms. Days that were `known` to it may be as far away as they are by now."""
    early, late = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    before = (None, None) if known is None else (known.first, known.last)
    for path, day, was in zip(("from", "to"), (terms.first, terms.last), before, strict=True):
        if day is not None and day != was and not early <= day <= late:
            return invalid(path, f"must lie between {early} and {late}")
    if terms.last is not None and terms.last < terms.first:
        return invalid("to", f"must not lie before the first day, {terms.first}")
    if terms.metric != PUFFS and terms.target <= 0:
        return invalid("target", "must be more than 0")
    if terms.metric == PUFFS and terms.type == "custom" and terms.last is None:
        return invalid("to", "a custom goal of puffs is judged at its end: say its last day")
    return None


# --- what was reached ---


def news(user: "User", at: datetime, day: date | None = None) -> list[Event]:
    """What is reached for the first time in its period, now that a goal, or what is known of `day`, has changed."""
    if user.goals is None:
        return []
    events: list[Event] = []
    for goal_id, goal in user.goals.by_id.items():
        terms, periods = goal.terms, [goal.period]
        if (
            day is not None
            and day not in goal.period
            and terms.first <= day
            and (terms.last is None or day <= terms.last)
        ):
            periods = [period_of(terms, day)]
        for period in periods:
            if goal.fewer and (period.last is None or period.last >= goal.settled):
                continue
            sum = goal.sum if period == goal.period else total(user.days, terms.metric, period)
            if goal.meets(sum) and goal.is_news(period):
                events.append(GoalReached(at, goal_id, period.first))
        for milestone_id, milestone in goal.milestones.items():
            if goal.sum >= milestone.value and milestone.period != goal.period.first:
                events.append(MilestoneReached(at, goal_id, milestone_id, goal.period.first))
    return events


def settle(user: "User", at: datetime) -> list[Event]:
    """Judge every period that is over by now of goals of which less is better."""
    if user.goals is None:
        return []
    today = today_for(user, at)
    events: list[Event] = []
    for goal_id, goal in user.goals.by_id.items():
        if goal.fewer:
            over = list(periods_between(goal.terms, goal.settled, today))[-KEPT_PERIODS:]
            events += [
                GoalReached(at, goal_id, period.first)
                for period in over
                if goal.is_news(period) and goal.meets(total(user.days, goal.terms.metric, period))
            ]
    return [*events, GoalsSettled(at, today)]
