"""How the inbox looks from outside."""

from typing import TYPE_CHECKING

from rules.days import stamp
from rules.notices.commands import ListNotices
from rules.notices.state import Notice
from rules.resources.notice import Notification, Notifications

if TYPE_CHECKING:
    from rules.user.state import User


def notification(notice: Notice) -> Notification:
    return {
        "id": notice.id,
        "type": notice.type,
        "title": notice.title,
        "message": notice.message,
        "data": notice.data,
        "isRead": notice.read,
        "createdAt": stamp(notice.at),
    }


def unread(user: "User") -> int:
    return user.inbox.unread if user.inbox is not None else 0


def page(user: "User", asked: ListNotices) -> Notifications:
    """Stable while notices are added: `next` is the number of the last one shown."""
    kept = user.inbox.notices.values() if user.inbox is not None else ()
    matching = [
        notice
        for notice in reversed(kept)
        if (asked.before is None or notice.number < asked.before) and not (asked.unread and notice.read)
    ]
    shown = matching[: asked.limit]
    found: Notifications = {"notifications": [notification(notice) for notice in shown], "unread": unread(user)}
    if len(matching) > len(shown):
        found["next"] = shown[-1].number
    return found
