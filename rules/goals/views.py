"""How goals look from outside."""

from datetime import date
from typing import TYPE_CHECKING, Any

from rules.challenge_views import number
from rules.days import stamp
from rules.goals.periods import Period, period_of, total
from rules.goals.state import Goal as State
from rules.goals.state import Milestone as MilestoneState
from rules.resources.goal import Goal, GoalPeriod, Goals, Milestone

if TYPE_CHECKING:
    from rules.user.state import User


def goal(user: "User", goal_id: str, today: date) -> Goal:
    assert user.goals is not None
    state = user.goals.by_id[goal_id]
    terms, period = state.terms, period_of(state.terms, today)
    # nothing may have happened yet on a new day: what is kept is of the last one that something did
    sum = state.sum if period == state.period else total(user.days, terms.metric, period)
    shown: dict[str, Any] = {
        "id": goal_id,
        "type": terms.type,
        "metric": terms.metric,
        "target": number(terms.target),
        "from": terms.first.isoformat(),
        "title": terms.title,
        "period": _period(period),
        "progress": sum,
        "achieved": _achieved(state, period, sum, today),
        "periodsAchieved": state.times,
        "milestones": [_milestone(id, each, period, sum) for id, each in state.milestones.items()],
        "createdAt": stamp(state.created_at),
    }
    if terms.last is not None:
        shown["to"] = terms.last.isoformat()
    return shown  # type: ignore[return-value]  # built key by key


def goals(user: "User", today: date) -> Goals:
    known = user.goals.by_id if user.goals is not None else ()
    return {"goals": [goal(user, goal_id, today) for goal_id in known]}


def _period(period: Period) -> GoalPeriod:
    shown: GoalPeriod = {"from": period.first.isoformat()}
    if period.last is not None:
        shown["to"] = period.last.isoformat()
    return shown


def _achieved(state: State, period: Period, sum: int, today: date) -> bool:
    """Where less is better, it is not before the period is over."""
    over = period.last is not None and period.last < today
    return state.meets(sum) and (over or not state.fewer)


def _milestone(id: str, state: MilestoneState, period: Period, sum: int) -> Milestone:
    shown: Milestone = {
        "id": id,
        "title": state.title,
        "value": number(state.value),
        "reached": sum >= state.value,
    }
    if shown["reached"] and state.period == period.first and state.reached_at is not None:
        shown["reachedAt"] = stamp(state.reached_at)
    return shown
