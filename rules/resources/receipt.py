"""Why something counted, or did not."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Day, Id, Time


class Because(TypedDict, total=False):
    activityId: Id
    challengeId: Id
    date: Day
    timezone: str
    cap: int
    window: str


class Receipt(TypedDict):
    id: Id
    at: Time
    subject: Literal["xp", "badge", "streak", "level", "goal", "challenge"]
    amount: NotRequired[float]
    rule: str
    ruleVersion: str
    because: Because
    counted: bool
    text: str


class Receipts(TypedDict):
    receipts: list[Receipt]
