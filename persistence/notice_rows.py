"""The read-table rows of a user's inbox: those that are kept."""

from typing import Any

from persistence.codec import dump
from persistence.tables import NOTICES, Rows
from rules.user import User


def notice(user_id: str, user: User, notice_id: str, found: Rows) -> None:
    """Touched is `("notice", id)`; one that was deleted, or is too old to be kept, has no row."""
    kept = user.inbox.notices.get(notice_id) if user.inbox is not None else None
    if kept is None:
        found.drop(NOTICES, notice_id)
        return
    found.put(NOTICES, kept.id, user_id, kept.type, kept.title, kept.message, dump(kept.data), kept.read, kept.at)


def notices(user: User) -> frozenset[Any]:
    """All keys."""
    return (
        frozenset(("notice", notice_id) for notice_id in user.inbox.notices) if user.inbox is not None else frozenset()
    )
