"""Good data for the commands to goals and the inbox, as the walk through the catalogue asks for."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.play.cast import Cast


def _goal(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    """Of a goal that nobody has; `ONES_OWN` are tried with one that is there."""
    return lambda _: {"goalId": str(uuid4()), **more}


def _notice(_: Cast) -> dict[str, Any]:
    return {"notificationId": str(uuid4())}


EXAMPLES: Mapping[str, Callable[[Cast], dict[str, Any]]] = {
    "goal:create": lambda _: {"type": "weekly", "metric": "steps", "target": 70_000},
    "goal:update": _goal(title="Walk"),
    "goal:delete": _goal(),
    "goal:milestone": _goal(title="Half way", share=0.5),
    "goal:list": lambda _: {},
    "notification:read": _notice,
    "notification:read-all": lambda _: {},
    "notification:delete": _notice,
    "notification:list": lambda _: {},
}

ONES_OWN = frozenset({"notification:delete", "goal:update", "goal:delete", "goal:milestone", "notification:read"})
"""Commands that name something of one's own, which has to be there first."""
