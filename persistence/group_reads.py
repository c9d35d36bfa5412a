"""What a group leaves to its tables: finding it by its access code, messages and check-ins of long ago."""

from datetime import date

from persistence.queries import Queries
from rules.days import stamp
from rules.group.commands import CheckIns
from rules.group.state import Message
from rules.group.views import check_ins_page, message_view, participation_view
from rules.resources import CheckIn, GroupMessage, PeriodParticipation
from rules.resources import CheckIns as CheckInsPage

_BY_CODE = "SELECT id FROM groups WHERE access_code = $1"
_MESSAGES = """SELECT id, number, user_id, text, at FROM group_messages
WHERE group_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number DESC"""
_OF_PERIOD = """a.kind = 'checkIn' AND a.details->>'groupId' = p.group_id::text
    AND a.details->'period'->>'from' = to_char(p.first, 'YYYY-MM-DD')"""
_PERIODS = f"""SELECT p.first, p.last, p.frequency, p.ends_at, p.members, count(a.id) AS check_ins,
    sum((a.details->>'productive')::int) AS productive, sum((a.details->>'satisfied')::int) AS satisfied,
    sum((a.details->>'body')::int) AS body, sum((a.details->>'care')::int) AS care
FROM (SELECT * FROM group_periods WHERE group_id = $1 AND first < $2 ORDER BY first DESC LIMIT $3) p
LEFT JOIN activities a ON {_OF_PERIOD}
GROUP BY p.first, p.last, p.frequency, p.ends_at, p.members ORDER BY p.first DESC"""  # noqa: S608 - a constant
_PERIOD = "SELECT first, last FROM group_periods WHERE group_id = $1 AND first <= $2 AND last >= $2"
_CHECK_INS = f"""SELECT a.user_id, u.display_name, (a.metrics->>'huCaresScore')::float8::int AS score, a.starts_at
FROM group_periods p JOIN activities a ON {_OF_PERIOD} JOIN users u ON u.id = a.user_id
WHERE p.group_id = $1 AND p.first = $2 AND a.details->>'isPrivate' = 'false'
ORDER BY a.starts_at, a.id OFFSET $3 LIMIT $4"""  # noqa: S608 - a constant


class GroupReads:
    """Raises ConnectionError while the database is away."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def group_of(self, access_code: str) -> str | None:
        """The id of the group with this code, if there is one."""
        found = await self._queries.fetchval(_BY_CODE, access_code)
        return None if found is None else str(found)

    async def messages(self, group_id: str, first: int, last: int) -> list[GroupMessage]:
        """Those with the numbers from first to last, both included, the newest first."""
        rows = await self._queries.fetch(_MESSAGES, group_id, first, last)
        return [
            message_view(Message(str(row["id"]), row["number"], str(row["user_id"]), row["text"], row["at"]))
            for row in rows
        ]

    async def periods(self, group_id: str, before: date, limit: int) -> list[PeriodParticipation]:
        """Those that are over and began before that day, the latest first."""
        rows = await self._queries.fetch(_PERIODS, group_id, before, limit)
        return [
            participation_view(
                row["first"],
                row["last"],
                row["frequency"],
                row["ends_at"],
                row["members"],
                row["check_ins"],
                _sums(row["productive"] or 0, row["satisfied"] or 0, row["body"] or 0, row["care"] or 0),
            )
            for row in rows
        ]

    async def check_ins(self, query: CheckIns) -> CheckInsPage | None:
        """A page of those of a period that is over; None where there was none on that day."""
        period = await self._queries.fetchrow(_PERIOD, query.group_id, query.period)
        if period is None:
            return None
        first, last = period["first"], period["last"]
        rows = await self._queries.fetch(_CHECK_INS, query.group_id, first, query.after, query.limit + 1)
        found = [
            CheckIn(
                userId=str(row["user_id"]),
                name=row["display_name"],
                huCaresScore=row["score"],
                at=stamp(row["starts_at"]),
            )
            for row in rows
        ]
        return check_ins_page(first, last, found, query)


def _sums(productive: int, satisfied: int, body: int, care: int) -> tuple[int, ...]:
    return productive, satisfied, body, care, productive + satisfied + body - care
