"""The refusals that a connection gives by itself, and how a refusal looks on the wire."""

import math
from collections.abc import Mapping
from typing import Any

from rules.refusal import Code, Refusal

FIELDS = frozenset({"id", "type", "data", "key"})
"""Of a command's frame."""

INTERNAL = Refusal(Code.INTERNAL, "something broke on our side: try again later")
HELLO_FIRST = Refusal(Code.UNAUTHENTICATED, "say hello first")
HELLO_TWICE = Refusal(Code.BAD_REQUEST, "one hello a connection: open a new one for another user")
TOO_MUCH_AHEAD = Refusal(Code.BUSY, "too many commands before the hello was answered: wait for its reply")
SUBSCRIBING = Refusal(Code.CONFLICT, "a subscribe of this topic is on its way: wait for its reply")
OTHER_USER = Refusal(Code.FORBIDDEN, "this token is another user's: open a new connection for them")


def error(refusal: Refusal) -> dict[str, Any]:
    """The `error` of a reply."""
    told: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        told["details"] = refusal.details
    return told


def rate_limited(wait: float) -> Refusal:
    seconds = math.ceil(wait * 1000) / 1000
    return Refusal(Code.RATE_LIMITED, f"too fast: wait {seconds} s", {"retryAfter": seconds})


def unknown_command(name: str) -> Refusal:
    return Refusal(Code.UNKNOWN_COMMAND, f"there is no command {name[:64]!r}: see /docs")


def malformed(field: str, problem: str) -> Refusal:
    """BAD_REQUEST for a frame that is no command, with the field that is to blame."""
    return Refusal(Code.BAD_REQUEST, f"{field}: {problem}", {"fields": [{"path": field, "problem": problem}]})


def what_is_wrong(message: Mapping[str, Any]) -> Refusal:
    """With a frame whose fields are not those of a command, or whose type is none."""
    unknown = sorted(message.keys() - FIELDS)
    if unknown:
        return malformed(unknown[0][:64], "is not a field of a frame: send id, type, data and key only")
    if "type" not in message:
        return malformed("type", "is required: the command's name")
    return malformed("type", "must be a command's name")
