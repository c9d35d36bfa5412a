"""Reads over HTTP: lists and totals from the read tables, and the live ones that need another shape than the command's."""

import csv
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from io import StringIO
from typing import Any

from gateway.http import cursors
from gateway.http.call import Answer, Call, File, Handled
from gateway.http.ports import DayRow
from gateway.http.queries import (
    MAX_RANGE_DAYS,
    ActivitiesQuery,
    ChallengesQuery,
    DayQuery,
    PeriodQuery,
    RangeQuery,
    ReceiptsQuery,
)
from rules.days import day_of
from rules.refusal import Code, Refusal, invalid

BULK = 1000  # rows of results in one answer of the challenge

NO_ACTIVITY = Refusal(Code.NOT_FOUND, "no such activity; GET /activities lists yours")
NO_USER = Refusal(Code.NOT_FOUND, "no such user; sign in again")


async def me(call: Call) -> Handled:
    found = await call.deps.backend.me(call.by)
    return found if isinstance(found, Refusal) else Answer(found[0])


async def update_me(call: Call) -> Handled:
    reply = await call.send("profile:update", call.body)
    return reply if isinstance(reply, Refusal) else await me(call)


async def preferences(call: Call) -> Handled:
    found = await call.deps.backend.me(call.by)
    return found if isinstance(found, Refusal) else Answer(found[0]["preferences"])


async def activities(call: Call) -> Handled:
    return await activities_of(call, call.query)


async def activities_of(call: Call, query: ActivitiesQuery) -> Handled:
    after = cursors.read_day(query.cursor, query.sort)
    if isinstance(after, Refusal):
        return after
    rows = await call.deps.reads.activities(
        call.by.user_id,
        kind=query.kind,
        first=query.from_,
        last=query.to,
        newest_first=query.sort == "-date",
        after=after,
        limit=query.limit + 1,
    )
    return cursors.page([(date.fromisoformat(row["date"]), row) for row in rows], query.limit, query.sort)


async def activity(call: Call) -> Handled:
    found = await call.deps.reads.activity(call.by.user_id, call.ids["id"])
    return Answer(found) if found else NO_ACTIVITY


async def challenges(call: Call) -> Handled:
    query: ChallengesQuery = call.query
    after = cursors.read_time(query.cursor, query.sort)
    if isinstance(after, Refusal):
        return after
    rows = await call.deps.reads.challenges(
        call.by.user_id,
        state=query.state,
        metric=query.metric,
        mode=query.mode,
        mine=query.mine,
        newest_first=query.sort == "-startsAt",
        after=after,
        limit=query.limit + 1,
    )
    return cursors.page(rows, query.limit, query.sort)


async def receipts(call: Call) -> Handled:
    query: ReceiptsQuery = call.query
    reply = await call.send("receipt:explain", query.command())
    return reply if isinstance(reply, Refusal) else Answer(reply)


async def results_csv(call: Call) -> Handled:
    rows: list[Any] = []
    while True:
        page = {"challengeId": call.ids["id"], "after": len(rows), "limit": BULK}
        reply = await call.send("challenge:results", page)
        if isinstance(reply, Refusal):
            return reply
        rows += reply["rows"]
        if len(reply["rows"]) < BULK:
            break
    return File(_csv(rows), "text/csv; charset=utf-8", f"challenge-{call.ids['id']}.csv")


_COLUMNS = ("rank", "name", "score", "reachedAt", "disqualified", "userId")


def _csv(rows: Sequence[Any]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(row.get(column)) for column in _COLUMNS] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    # a name like "=HYPERLINK(…)" must stay text when a spreadsheet opens the file
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"
    return value


# --- steps ---


async def steps_daily(call: Call) -> Handled:
    query: DayQuery = call.query
    day = query.date or await _today(call)
    if day is None:
        return NO_USER
    found = await call.deps.reads.days(call.by.user_id, day, day)
    nothing = {"date": day.isoformat(), "steps": 0, "distance": 0.0, "calories": 0.0, "activeMinutes": 0}
    return Answer(found[0] if found else nothing)


async def steps_range(call: Call) -> Handled:
    query: RangeQuery = call.query
    if query.to < query.from_:
        return invalid("to", "must not be before from")
    if (query.to - query.from_).days > MAX_RANGE_DAYS:
        return invalid("to", f"must be at most {MAX_RANGE_DAYS} days after from")
    days = await call.deps.reads.days(call.by.user_id, query.from_, query.to)
    return Answer(
        {
            "from": query.from_.isoformat(),
            "to": query.to.isoformat(),
            "steps": sum(day["steps"] for day in days),
            "distance": sum(day["distance"] for day in days),
            "days": days,
        }
    )


async def steps_statistics(call: Call) -> Handled:
    query: PeriodQuery = call.query
    day = query.date or await _today(call)
    if day is None:
        return NO_USER
    first, last = _period(query.period, day)
    days = await call.deps.reads.days(call.by.user_id, first, last)
    return Answer({"period": query.period, "from": first.isoformat(), "to": last.isoformat(), **_summed(days)})


async def lifetime_stats(call: Call) -> Handled:
    return Answer(await call.deps.reads.totals(call.by.user_id))


def _period(period: str, day: date) -> tuple[date, date]:
    """The calendar week (from Monday), month or year of a day."""
    if period == "week":
        first = day - timedelta(days=min(day.weekday(), (day - date.min).days))
        return first, first + timedelta(days=min(6, (date.max - first).days))
    if period == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _summed(days: Sequence[DayRow]) -> dict[str, Any]:
    walked = [day for day in days if day["steps"] > 0]
    steps = sum(day["steps"] for day in walked)
    summed: dict[str, Any] = {
        "steps": steps,
        "distance": sum(day["distance"] for day in days),
        "calories": sum(day["calories"] for day in days),
        "activeMinutes": sum(day["activeMinutes"] for day in days),
        "days": len(walked),
        "goalDays": sum(0 < day["goal"] <= day["steps"] for day in walked),
        "averageSteps": round(steps / len(walked), 1) if walked else 0.0,
    }
    if walked:
        best = max(walked, key=lambda day: day["steps"])
        summed["bestDay"] = {"date": best["date"], "steps": best["steps"]}
    return summed


async def _today(call: Call) -> date | None:
    zone = await call.deps.reads.zone(call.by.user_id)
    return day_of(call.deps.backend.now(), zone) if zone else None
