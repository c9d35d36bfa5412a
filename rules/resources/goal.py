"""What a user wants to reach."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Day, Id, Time

# functional form, because `from` is a Python keyword
GoalPeriod = TypedDict("GoalPeriod", {"from": Day, "to": NotRequired[Day]})


class Milestone(TypedDict):
    """`reached`: in the present period, as things stand; `reachedAt`: when it was, for the first time in it."""

    id: Id
    title: str
    value: float
    reached: bool
    reachedAt: NotRequired[Time]


Goal = TypedDict(
    "Goal",
    {
        "id": Id,
        "type": Literal["daily", "weekly", "monthly", "custom"],
        "metric": str,
        "target": float,
        "from": Day,
        "to": NotRequired[Day],
        "title": str,
        "period": GoalPeriod,
        "progress": float,
        "achieved": bool,
        "periodsAchieved": int,
        "milestones": list[Milestone],
        "createdAt": Time,
    },
)
"""`progress` and `achieved` are of the present `period`, as things stand; `periodsAchieved` counts those announced."""


class Goals(TypedDict):
    goals: list[Goal]
