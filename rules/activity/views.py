"""A user's activities, other than a day's steps, as they see them."""

from typing import Literal

from rules.activity.fact import Fact
from rules.challenge_views import number
from rules.days import stamp
from rules.ids import UserId
from rules.resources import Activity


def activity(user_id: UserId, fact: Fact, *, removed: bool = False) -> Activity:
    status: Literal["counted", "review", "removed"] = "review" if fact.review else "counted"
    shown: Activity = {
        "id": fact.id,
        "userId": user_id,
        "kind": fact.kind.value,
        "date": fact.date.isoformat(),
        "startTime": stamp(fact.starts_at),
        "metrics": {metric: number(value) for metric, value in fact.metrics.items()},
        "status": "removed" if removed else status,
        "details": dict(fact.details),
    }
    if not fact.going_on:
        shown["endTime"] = stamp(fact.ends_at)
    return shown
