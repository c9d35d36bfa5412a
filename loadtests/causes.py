"""Which push a command must cause on the connection that sent it: after its reply, and exactly what it asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules import challenge
from rules.fields import Wire
from rules.user.commands import SyncSteps

Push = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """`shows` says whether the `data` of a push of this topic and type is the one."""

    topic: str
    type: str
    shows: Callable[[Push], bool]


def caused_by(command: Wire, user_id: str) -> Cause | None:
    """None for a command that need not be heard of. A sync has to raise the day's total."""
    match command:
        case SyncSteps():
            day, steps = command.date.isoformat(), command.steps
            return Cause(
                f"user:{user_id}",
                "stats:update",
                lambda data: data["today"]["date"] == day and data["today"]["steps"] == steps,
            )
        case challenge.Join():
            return Cause(_topic(command), "challenge:joined", lambda data: data["userId"] == user_id)
        case challenge.Announce():
            text = command.text
            return Cause(
                _topic(command), "challenge:announcement", lambda data: data["from"] == user_id and data["text"] == text
            )
        case challenge.Start():
            return Cause(_topic(command), "challenge:updated", lambda data: data["challenge"]["state"] == "live")
        case challenge.Finish():
            return Cause(
                _topic(command),
                "challenge:updated",
                lambda data: data["challenge"]["state"] in ("settling", "finished"),
            )
        case _:
            return None


def _topic(command: Any) -> str:
    return f"challenge:{command.challenge_id}"
