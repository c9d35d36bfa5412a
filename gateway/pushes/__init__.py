"""Everything the server says by itself: which topic, when, and what is in it. Types are never renamed."""

from gateway.pushes import challenge, group, notices, server, session, social, user
from gateway.pushes.entry import PushEntry

__all__ = ["PUSHES", "PushEntry"]

_ENTRIES = (
    *user.ENTRIES,
    *notices.ENTRIES,
    *challenge.ENTRIES,
    *group.ENTRIES,
    *session.ENTRIES,
    *social.ENTRIES,
    *server.ENTRIES,
)

PUSHES: dict[str, PushEntry] = {entry.type: entry for entry in _ENTRIES}
