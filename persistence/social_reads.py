"""Who is what to a user, under the names they go by now."""

from typing import Any

from persistence.queries import Queries

_RELATIONS = """SELECT f.status, f.since, u.id, u.username, u.display_name, u.avatar_url, u.level, u.profile_privacy
FROM friendships f JOIN users u ON u.id = f.other_id WHERE f.user_id = $1 AND f.status = ANY($2) ORDER BY f.since, u.id"""


class SocialReads:
    """Raises ConnectionError while the database is away."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def of(self, user_id: str, *statuses: str) -> list[dict[str, Any]]:
        """Those who are one of these to the user (see the table `friendships`), the longest first."""
        return [dict(row) for row in await self._queries.fetch(_RELATIONS, user_id, statuses)]
