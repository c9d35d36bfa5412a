"""What a user did."""

from typing import Any, Literal, NotRequired, TypedDict

from rules.resources.texts import Day, Id, Time
from rules.resources.user import DayTotals


class Activity(TypedDict):
    id: Id
    userId: Id
    kind: Literal["steps", "walk", "run", "workout", "puff", "checkIn"]
    date: Day
    startTime: NotRequired[Time]
    endTime: NotRequired[Time]
    metrics: dict[str, float]
    status: Literal["counted", "review", "removed"]
    details: dict[str, Any]


class Synced(TypedDict):
    activity: Activity
    today: DayTotals


class Logged(TypedDict):
    activity: Activity
