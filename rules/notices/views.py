"""How the inbox looks from outside."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rules.days import stamp
from rules.notices.commands import ListNotices
from rules.notices.events import Notified
from rules.resources.notice import Notification, Notifications

if TYPE_CHECKING:
    from rules.user.state import User


def notification(notice: Notified, *, read: bool = False) -> Notification:
    return {
        "id": notice.id,
        "type": notice.type,
        "title": notice.title,
        "message": notice.message,
        "data": notice.data,
        "isRead": read,
        "createdAt": stamp(notice.at),
    }


def unread(user: "User") -> int:
    return user.inbox.unread if user.inbox is not None else 0


def page(user: "User", asked: ListNotices) -> dict[str, Any]:
    """Which notices are shown, as `stored`: number → is it read?, the newest first. `filled` says what is in them.

    Stable while notices are added: `next` is the number of the last one shown.
    """
    kept = user.inbox.kept() if user.inbox is not None else ()
    matching = [
        (number, read)
        for number, read in kept
        if (asked.before is None or number < asked.before) and not (asked.unread and read)
    ]
    shown = matching[: asked.limit]
    found: dict[str, Any] = {"stored": dict(shown), "unread": unread(user)}
    if len(matching) > len(shown):
        found["next"] = shown[-1][0]
    return found


def filled(page: Mapping[str, Any], stored: Mapping[int, Notified]) -> Notifications:
    """The page with its notices by number. One that went between the looking and the filling is left out."""
    found: Notifications = {
        "notifications": [
            notification(stored[number], read=read) for number, read in page["stored"].items() if number in stored
        ],
        "unread": page["unread"],
    }
    if "next" in page:
        found["next"] = page["next"]
    return found
