"""What is in a user's notices: too much to keep in memory of everybody who is there."""

from collections.abc import Collection

import orjson

from persistence.queries import Queries
from rules.notices.events import Notified

_NOTICES = """SELECT number, id, type, title, message, data, created_at FROM notices
WHERE user_id = $1 AND number = ANY($2)"""


class NoticeReads:
    """Raises ConnectionError while the database is away."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def of(self, user_id: str, numbers: Collection[int]) -> dict[int, Notified]:
        """Those with these numbers, as they were told."""
        rows = await self._queries.fetch(_NOTICES, user_id, list(numbers))
        return {
            row["number"]: Notified(
                row["created_at"],
                row["number"],
                str(row["id"]),
                row["type"],
                row["title"],
                row["message"],
                orjson.loads(row["data"]),
            )
            for row in rows
        }
