"""What a group leaves to its tables: finding it by its access code, and messages that it no longer has in memory."""

from persistence.queries import Queries
from rules.group.state import Message
from rules.group.views import message_view
from rules.resources import GroupMessage

_BY_CODE = "SELECT id FROM groups WHERE access_code = $1"
_MESSAGES = """SELECT id, number, user_id, text, at FROM group_messages
WHERE group_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number DESC"""


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
