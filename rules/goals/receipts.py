"""Why a goal was achieved, or is not."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from rules.goals.periods import Period, period_of, total
from rules.goals.state import Goal, goal_receipt_id
from rules.goals.texts import amount
from rules.receipts import receipt
from rules.resources import Because, Receipt

if TYPE_CHECKING:
    from rules.ruleset import RuleSet
    from rules.user.state import User


def goal_receipts(user: "User", today: date, rules: "RuleSet") -> list[Receipt]:
    """Of every goal: the periods it was achieved in, as far back as is kept, and the present one."""
    if user.goals is None:
        return []
    made = []
    for goal_id, goal in user.goals.by_id.items():
        present = period_of(goal.terms, today)
        for first in sorted({*goal.reached, present.first}):
            period = period_of(goal.terms, first)
            made.append(_receipt(user, goal_id, goal, period, goal.reached.get(first), today, rules))
    return made


def _receipt(
    user: "User", goal_id: str, goal: Goal, period: Period, at: datetime | None, today: date, rules: "RuleSet"
) -> Receipt:
    terms = goal.terms
    sum = total(user.days, terms.metric, period)
    over = period.last is not None and period.last < today
    counted = goal.meets(sum) and (over or not goal.fewer)
    said = f"{amount(terms.metric, sum)} from {period.first} to {period.last or 'today'}"
    if goal.fewer:
        why = "is judged when the period is over" if not over else "allows no more than that"
        text = f"{said}: the goal {terms.title} " + ("was achieved." if counted else f"is not achieved: it {why}.")
    elif counted:
        text = f"{said} achieved the goal {terms.title}."
    elif at is not None:
        text = f"{said} achieved the goal {terms.title} before a correction took some of it back."
    else:
        text = f"{said} are not enough yet for the goal {terms.title}."
    because: Because = {"date": period.first.isoformat(), "timezone": user.timezone}
    because["window"] = f"{period.first}/{period.last or ''}"
    return receipt(
        goal_receipt_id(user.id, goal_id, period.first),
        at or goal.created_at,
        "goal",
        f"goal.{terms.metric}",
        rules.version,
        text,
        because,
        amount=sum,
        counted=counted,
    )
