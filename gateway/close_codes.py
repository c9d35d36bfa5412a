"""Why a socket was closed. The numbers are public API: never change one.

1000–1999 as in RFC 6455; 4000–4499: reconnect and resume, with back-off and full jitter; 4500–4999: do not.
"""

from enum import IntEnum


class CloseCode(IntEnum):
    """Each with the reason that the client is told, and whether it should come back by itself."""

    reason: str
    reconnect: bool

    def __new__(cls, number: int, reason: str, reconnect: bool) -> "CloseCode":
        code = int.__new__(cls, number)
        code._value_ = number
        code.reason = reason
        code.reconnect = reconnect
        return code

    PROTOCOL_ERROR = 1002, "not the WebSocket protocol", False
    NOT_TEXT = 1007, "not valid UTF-8", False
    TOO_LARGE = 1009, "a frame over 64 KiB: send larger bodies over HTTP", False
    INTERNAL = 1011, "internal error", True
    DRAINING = 1012, "this node is draining: reconnect and resume", True
    TRY_LATER = 1013, "try again later", True
    HEARTBEAT = 4001, "two heartbeats unanswered", True
    TOO_SLOW = 4002, "too slow: too much unread", True
    LOST_PUSHES = 4003, "pushes were lost: reconnect and resume", True
    RATE_LIMITED = 4029, "over the rate limit after warnings", True
    NOT_UNDERSTOOD = 4500, "not a valid frame, three times over; or hello twice", False
    UNAUTHENTICATED = 4501, "no hello in time, or the token is invalid, expired or revoked", False
    DISABLED = 4503, "account disabled or deleted", False
    REPLACED = 4505, "closed for a newer connection of the same user", False


ABNORMAL = 1006
"""Never sent: how a connection that just went is counted (RFC 6455, 7.4.1)."""
