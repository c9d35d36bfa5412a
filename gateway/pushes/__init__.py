"""Everything the server says by itself: which topic, when, and what is in it. Types are never renamed."""

from gateway.pushes import challenge, server, user
from gateway.pushes.entry import PushEntry

__all__ = ["PUSHES", "PushEntry"]

_ENTRIES = (*user.ENTRIES, *challenge.ENTRIES, *server.ENTRIES)

PUSHES: dict[str, PushEntry] = {entry.type: entry for entry in _ENTRIES}
