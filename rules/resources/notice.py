"""What a user is told of in words."""

from typing import Any, NotRequired, TypedDict

from rules.resources.texts import Id, Time


class Notification(TypedDict):
    id: Id
    type: str
    title: str
    message: str
    data: dict[str, Any]
    isRead: bool
    createdAt: Time


class Notifications(TypedDict):
    """A page, the newest first. `next`, where there are more: `before` of the next page."""

    notifications: list[Notification]
    unread: int
    next: NotRequired[int]
