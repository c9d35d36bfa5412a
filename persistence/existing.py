"""Which ids are those of users."""

from collections.abc import Sequence

from persistence.queries import Queries


class Existing:
    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def of(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids (UUIDs in lower case) that are somebody's. Raises ConnectionError while the database is away."""
        return {str(row["id"]) for row in await self._queries.fetch("SELECT id FROM users WHERE id = ANY($1)", ids)}
