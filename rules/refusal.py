"""Why a request was refused: a value, never an exception.

The codes are public API on sockets and over HTTP: never rename one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Every refusal a client can get. `STATUS` holds the HTTP status of each."""

    BAD_REQUEST = "BAD_REQUEST"
    UNKNOWN_COMMAND = "UNKNOWN_COMMAND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    EMAIL_ALREADY_EXISTS = "EMAIL_ALREADY_EXISTS"
    USERNAME_TAKEN = "USERNAME_TAKEN"
    ALREADY_JOINED = "ALREADY_JOINED"
    CHALLENGE_FULL = "CHALLENGE_FULL"
    DUPLICATE_CHECKIN = "DUPLICATE_CHECKIN"
    WRONG_STATE = "WRONG_STATE"
    PRECONDITION_FAILED = "PRECONDITION_FAILED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    IMPLAUSIBLE_ACTIVITY = "IMPLAUSIBLE_ACTIVITY"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL = "INTERNAL"
    BUSY = "BUSY"
    UNAVAILABLE = "UNAVAILABLE"


STATUS: Mapping[Code, int] = {
    Code.BAD_REQUEST: 400,
    Code.UNKNOWN_COMMAND: 400,
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.CONFLICT: 409,
    Code.EMAIL_ALREADY_EXISTS: 409,
    Code.USERNAME_TAKEN: 409,
    Code.ALREADY_JOINED: 409,
    Code.CHALLENGE_FULL: 409,
    Code.DUPLICATE_CHECKIN: 409,
    Code.WRONG_STATE: 409,
    Code.PRECONDITION_FAILED: 412,
    Code.PAYLOAD_TOO_LARGE: 413,
    Code.VALIDATION_FAILED: 422,
    Code.IMPLAUSIBLE_ACTIVITY: 422,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL: 500,
    Code.BUSY: 503,
    Code.UNAVAILABLE: 503,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused request: nothing has changed. `message` says what to do instead."""

    code: Code
    message: str
    details: Mapping[str, Any] | None = None


def invalid(path: str, problem: str, *, message: str | None = None) -> Refusal:
    """VALIDATION_FAILED for one field; `path` is the wire name (`endsAt`, `teams.0`)."""
    return Refusal(
        Code.VALIDATION_FAILED,
        message or f"{path}: {problem}",
        {"fields": [{"path": path, "problem": problem}]},
    )


def all_invalid(problems: Mapping[str, str]) -> Refusal:
    """VALIDATION_FAILED for every path → problem; there is at least one."""
    path, problem = next(iter(problems.items()))
    fields = [{"path": path, "problem": problem} for path, problem in problems.items()]
    return Refusal(Code.VALIDATION_FAILED, f"{path}: {problem}", {"fields": fields})
