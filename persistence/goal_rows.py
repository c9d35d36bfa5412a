"""The read-table rows of a user's goals; how far they are follows from the days."""

from typing import Any

from persistence.codec import dump
from persistence.tables import GOALS, Rows
from rules.user import User


def goal(user_id: str, user: User, goal_id: str, found: Rows) -> None:
    """Touched is `("goal", id)`; one that was deleted has no row."""
    state = user.goals.by_id.get(goal_id) if user.goals is not None else None
    if state is None:
        found.drop(GOALS, goal_id)
        return
    terms = state.terms
    milestones = [{"title": each.title, "value": each.value} for each in state.milestones.values()]
    found.put(
        GOALS,
        goal_id,
        user_id,
        terms.type,
        terms.metric,
        terms.target,
        terms.first,
        terms.last,
        terms.title,
        dump(milestones),
        state.times,
        state.created_at,
    )


def goals(user: User) -> frozenset[Any]:
    """All keys."""
    return frozenset(("goal", goal_id) for goal_id in user.goals.by_id) if user.goals is not None else frozenset()
