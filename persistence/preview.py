"""What another book of rules would have made of the past: every user is folded twice, by the old book and by the new."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from persistence.kinds import StoredKind

_AT_ONCE = 2_000  # rows
_JOURNAL = "SELECT id, type, version, payload FROM journal WHERE kind = 'user' ORDER BY id, seq"


@dataclass(slots=True)
class Both:
    """A user's state by either book."""

    id: str
    before: Any
    after: Any


async def users_by(connection: asyncpg.Connection, before: StoredKind, after: StoredKind) -> AsyncIterator[Both]:
    """Every user, one after the other. Reads one moment of the journal, so a server may go on writing.

    Raises persistence.codec.UnreadableEvent.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        both: Both | None = None
        async for row in connection.cursor(_JOURNAL, prefetch=_AT_ONCE):
            id = str(row["id"])
            if both is None or both.id != id:
                if both is not None:
                    yield both
                both = Both(id, before.blank(id), after.blank(id))
            event = before.events.decode(row["type"], row["version"], row["payload"])
            before.evolve(both.before, event)
            after.evolve(both.after, event)
        if both is not None:
            yield both
