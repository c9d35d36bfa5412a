"""Cursors of lists: opaque to clients, the last row's sort value and id to us. Stable while rows are added."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import orjson

from gateway.http.call import Answer, Pagination
from rules.fields import parse_day, parse_id, parse_time
from rules.refusal import Refusal, invalid

T = TypeVar("T")

BAD_CURSOR = invalid("cursor", "is not a cursor of this list; take nextCursor from the page before")


def write(sort: str, value: str, id: str) -> str:
    return urlsafe_b64encode(orjson.dumps([sort, value, id])).rstrip(b"=").decode()


def _read(cursor: str, sort: str, parse: Callable[[str], T]) -> tuple[T, str] | Refusal:
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(parts) != 3 or parts[0] != sort:
            return BAD_CURSOR
        return parse(parts[1]), parse_id(parts[2])
    except (ValueError, TypeError, KeyError):
        return BAD_CURSOR


def read_day(cursor: str | None, sort: str) -> tuple[date, str] | Refusal | None:
    return None if cursor is None else _read(cursor, sort, parse_day)


def read_time(cursor: str | None, sort: str) -> tuple[datetime, str] | Refusal | None:
    return None if cursor is None else _read(cursor, sort, parse_time)


def page(rows: Sequence[tuple[date, Any]], limit: int, sort: str) -> Answer:
    """Of up to limit + 1 rows, each with the day or time that the list is sorted by."""
    shown, more = rows[:limit], len(rows) > limit
    cursor = write(sort, shown[-1][0].isoformat(), shown[-1][1]["id"]) if more else None
    return Answer([row for _, row in shown], Pagination(limit=limit, nextCursor=cursor, hasMore=more))
