"""Why something counted, or did not."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Day, Id, Time


class Because(TypedDict, total=False):
    """The evidence, as far as it applied. `window`: the first and the last day, as `2026-05-04/2026-05-10`; nothing after the
    stroke where it has no end. Of a challenge they are its days in `timezone`, of a streak those of the run, week or period.
    """

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
