"""Small durable things beside the journal: reminders to come, game time, dead letters, and the sweeping of what is old."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from persistence.queries import Queries

_COMMITS_KEPT = timedelta(hours=1)


class Store:
    """Raises ConnectionError while the database is away."""

    def __init__(self, queries: Queries, address: Callable[[str, str], Any]) -> None:
        """`address` makes an actor's address of (kind, id)."""
        self._queries = queries
        self._address = address

    async def due_by(self, until: datetime) -> Sequence[tuple[Any, str, datetime]]:
        """Every stored reminder due by then → (address, name, due)."""
        rows = await self._queries.fetch(
            "SELECT kind, id, name, due FROM reminders WHERE due <= $1 ORDER BY due", until
        )
        return [(self._address(row["kind"], str(row["id"])), row["name"], row["due"]) for row in rows]

    async def game_time(self) -> datetime | None:
        """Where driven game time stands; None before it was ever set."""
        rows = await self._queries.fetch("SELECT now FROM game_clock")
        return rows[0]["now"] if rows else None

    async def set_game_time(self, now: datetime) -> None:
        await self._queries.fetch(
            "INSERT INTO game_clock (now) VALUES ($1) ON CONFLICT (one) DO UPDATE SET now = excluded.now", now
        )

    async def dead_letters(self, limit: int) -> list[dict[str, Any]]:
        """The newest ones first."""
        rows = await self._queries.fetch(
            "SELECT letter, kind, id, type, message, error, at FROM dead_letters ORDER BY letter DESC LIMIT $1", limit
        )
        return [{**row, "id": str(row["id"]), "message": orjson.loads(row["message"])} for row in rows]

    async def sweep(self, keys_kept: timedelta) -> None:
        """Forget idempotency keys and commit marks past their time."""
        await self._queries.fetch("DELETE FROM idempotency_keys WHERE recorded_at < now() - $1::interval", keys_kept)
        await self._queries.fetch("DELETE FROM commits WHERE recorded_at < now() - $1::interval", _COMMITS_KEPT)

    async def answers(self) -> bool:
        """Does the database answer?"""
        try:
            await self._queries.fetch("SELECT 1")
        except ConnectionError:
            return False
        return True
