"""What a client can be told instead of an answer."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """The server refused a request: nothing has changed. `code` is one of the protocol's error codes."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details: Mapping[str, Any] = details or {}

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before trying again, where the server said so."""
        seconds = self.details.get("retryAfter")
        return float(seconds) if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None


class ConnectionLost(Exception):
    """The connection went while a command without a key was unanswered: it may or may not have had its effect."""


class Unreachable(ConnectionError):
    """No answer over HTTP: the server is not there, or went before it answered."""


class Closed(Exception):
    """The server closed the socket for good, or we did; `code` says why (see gateway/client/reconnect.py)."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"socket closed for good with {code}" + (f": {reason}" if reason else ""))
        self.code = code
        self.reason = reason


def refused(error: object) -> Refused:
    """The `error` of a reply or of an HTTP answer → exception; copes with an answer that is not ours (a proxy's)."""
    if not isinstance(error, Mapping):
        return Refused("BAD_REQUEST", f"not an answer of this protocol: {error!r:.200}")
    details = error.get("details")
    return Refused(
        str(error.get("code", "INTERNAL")),
        str(error.get("message", "")),
        details if isinstance(details, Mapping) else None,
    )
