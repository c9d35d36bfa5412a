"""The read-table rows of a user's inbox: what is in the notices that are kept. What was read, the live user knows."""

from typing import Any

from persistence.codec import dump
from persistence.tables import NOTICES, Rows
from rules.notices.events import NoticeDeleted, Notified
from rules.notices.state import MOST_KEPT


def rows_of_event(user_id: str, event: Any) -> Rows | None:
    """A new notice takes the slot of the one that is too old now."""
    kind = type(event)
    if kind is Notified:
        found = Rows()
        found.put(
            NOTICES,
            user_id,
            event.number % MOST_KEPT,
            event.number,
            event.id,
            event.type,
            event.title,
            event.message,
            dump(event.data),
            event.at,
        )
        return found
    if kind is NoticeDeleted:
        found = Rows()
        found.drop(NOTICES, user_id, event.number % MOST_KEPT)
        return found
    return None
