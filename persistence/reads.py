"""What HTTP reads from the read tables: lists, and totals over many days. Everything live is asked from actors instead.

Every method may raise DatabaseDown. Lists are pages by key: what comes after `after`, in a stable order.
"""

from datetime import date, datetime
from typing import Any

import asyncpg
import orjson

from persistence.queries import Queries, Row
from rules.days import stamp
from rules.resources import Activity, Challenge

_DAY_ROWS = "date, steps, distance, calories, active_minutes, goal"


class Reads:
    def __init__(self, pool: "asyncpg.Pool[Row]") -> None:
        self._queries = Queries(pool)

    async def activities(
        self,
        user_id: str,
        *,
        kind: str | None,
        first: date | None,
        last: date | None,
        newest_first: bool,
        after: tuple[date, str] | None,
        limit: int,
    ) -> list[Activity]:
        """The user's, by day."""
        rows = await self._queries.fetch(
            _ACTIVITIES_NEWEST_FIRST if newest_first else _ACTIVITIES_OLDEST_FIRST,
            user_id,
            kind,
            first,
            last,
            *(after or (None, None)),
            limit,
        )
        return [_activity(row) for row in rows]

    async def activity(self, user_id: str, activity_id: str) -> Activity | None:
        """None where the user has no such activity."""
        row = await self._queries.fetchrow(
            f"SELECT {_ACTIVITY} FROM activities WHERE id = $2 AND user_id = $1",  # noqa: S608 - a constant
            user_id,
            activity_id,
        )
        return _activity(row) if row else None

    async def route(self, user_id: str, activity_id: str) -> str | None:
        """Of a walk or run, as `rules/route/encoded.py` has it; None where the user has none of that id, or without points."""
        route: str | None = await self._queries.fetchval(
            "SELECT route FROM tracks WHERE activity_id = $2 AND user_id = $1", user_id, activity_id
        )
        return route

    async def challenges(
        self,
        user_id: str,
        *,
        state: str | None,
        metric: str | None,
        mode: str | None,
        mine: bool,
        newest_first: bool,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[tuple[datetime, Challenge]]:
        """Those the user may see, by start; `mine`: only those they run or take part in.

        Each with its exact start: what clients see is rounded, and a page must end between two rows.
        """
        rows = await self._queries.fetch(
            _CHALLENGES_NEWEST_FIRST if newest_first else _CHALLENGES_OLDEST_FIRST,
            user_id,
            state,
            metric,
            mode,
            mine,
            *(after or (None, None)),
            limit,
        )
        return [(row["starts_at"], orjson.loads(row["body"])) for row in rows]

    async def days(self, user_id: str, first: date, last: date) -> list[dict[str, Any]]:
        """The days on which the user did something, both ends included, in order."""
        rows = await self._queries.fetch(
            f"SELECT {_DAY_ROWS} FROM days WHERE user_id = $1 AND date BETWEEN $2 AND $3 ORDER BY date",  # noqa: S608
            user_id,
            first,
            last,
        )
        return [_day(row) for row in rows]

    async def zone(self, user_id: str) -> str | None:
        """The user's time zone; None where there is no such user."""
        zone: str | None = await self._queries.fetchval("SELECT timezone FROM users WHERE id = $1", user_id)
        return zone

    async def totals(self, user_id: str) -> dict[str, Any]:
        """Over the user's whole time here."""
        row = await self._queries.fetchrow(_TOTALS, user_id)
        best = await self._queries.fetchrow(
            "SELECT date, steps FROM days WHERE user_id = $1 AND steps > 0 ORDER BY steps DESC, date LIMIT 1", user_id
        )
        totals = dict(row.items()) if row else {}
        if best:
            totals["bestDay"] = {"date": best["date"].isoformat(), "steps": best["steps"]}
        return totals


_ACTIVITY = "id, user_id, kind, date, starts_at, ends_at, metrics::text, status, details::text, device, recorded_at"

_ACTIVITIES = f"""SELECT {_ACTIVITY} FROM activities
    WHERE user_id = $1 AND ($2::text IS NULL OR kind = $2)
    AND ($3::date IS NULL OR date >= $3) AND ($4::date IS NULL OR date <= $4)"""  # noqa: S608 - a constant
_ACTIVITIES_NEWEST_FIRST = f"""{_ACTIVITIES}
    AND ($5::date IS NULL OR date < $5 OR (date = $5 AND id > $6::uuid)) ORDER BY date DESC, id LIMIT $7"""
_ACTIVITIES_OLDEST_FIRST = f"""{_ACTIVITIES}
    AND ($5::date IS NULL OR date > $5 OR (date = $5 AND id < $6::uuid)) ORDER BY date, id DESC LIMIT $7"""

_CHALLENGES = """SELECT starts_at, body::text AS body FROM challenges c
    WHERE ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR metric = $3) AND ($4::text IS NULL OR mode = $4)
    AND (host_id = $1 OR body->'cohosts' ? $1::uuid::text
        OR EXISTS (SELECT FROM participants p WHERE p.challenge_id = c.id AND p.user_id = $1)
        OR (NOT $5::boolean AND state <> 'draft' AND (visibility = 'public'
            OR (visibility = 'friends' AND EXISTS (SELECT FROM friendships f
                WHERE f.user_id = $1 AND f.other_id = host_id AND f.status = 'friends'))
            OR (visibility = 'group' AND EXISTS (SELECT FROM group_members m
                WHERE m.group_id = c.group_id AND m.user_id = $1 AND m.status = 'active')))
            AND NOT EXISTS (SELECT FROM friendships b WHERE b.status = 'blocked'
                AND ((b.user_id = $1 AND b.other_id = host_id) OR (b.user_id = host_id AND b.other_id = $1)))))"""
_CHALLENGES_NEWEST_FIRST = f"""{_CHALLENGES}
    AND ($6::timestamptz IS NULL OR starts_at < $6 OR (starts_at = $6 AND id > $7::uuid))
    ORDER BY starts_at DESC, id LIMIT $8"""
_CHALLENGES_OLDEST_FIRST = f"""{_CHALLENGES}
    AND ($6::timestamptz IS NULL OR starts_at > $6 OR (starts_at = $6 AND id < $7::uuid))
    ORDER BY starts_at, id DESC LIMIT $8"""

_TOTALS = """SELECT
    coalesce(sum(steps), 0)::bigint AS steps, coalesce(sum(distance), 0)::float8 AS distance,
    coalesce(sum(calories), 0)::float8 AS calories, coalesce(sum(active_minutes), 0)::bigint AS "activeMinutes",
    count(*) FILTER (WHERE steps > 0) AS days, count(*) FILTER (WHERE goal > 0 AND steps >= goal) AS "goalDays",
    (SELECT count(*) FROM activities WHERE user_id = $1 AND status <> 'removed') AS activities,
    (SELECT count(*) FROM participants WHERE user_id = $1) AS challenges
    FROM days WHERE user_id = $1"""


def _activity(row: Row) -> Activity:
    activity = Activity(
        id=str(row["id"]),
        userId=str(row["user_id"]),
        kind=row["kind"],
        date=row["date"].isoformat(),
        metrics=orjson.loads(row["metrics"]),
        status=row["status"],
        details=orjson.loads(row["details"]),
    )
    if row["device"] is not None:  # steps, as the live user shows them
        activity["details"] |= {"device": row["device"], "syncedAt": stamp(row["recorded_at"])}
    if row["starts_at"]:
        activity["startTime"] = stamp(row["starts_at"])
    if row["ends_at"]:
        activity["endTime"] = stamp(row["ends_at"])
    return activity


def _day(row: Row) -> dict[str, Any]:
    return {
        "date": row["date"].isoformat(),
        "steps": row["steps"],
        "distance": row["distance"],
        "calories": row["calories"],
        "activeMinutes": row["active_minutes"],
        "goal": row["goal"],
    }
