"""To a user's own connections: what they are told in words, their goals, and what keeps their devices in step."""

from typing import NotRequired, TypedDict

from gateway.pushes.entry import PushEntry
from rules.resources import Goal, Id, Notification, Preferences, User


class NoticesRead(TypedDict):
    """`all`: every one there is. `unread` are left."""

    notificationId: NotRequired[Id]
    all: NotRequired[bool]
    unread: int


class NoticeDeleted(TypedDict):
    notificationId: Id
    unread: int


class GoalAchieved(TypedDict):
    goal: Goal


class GoalsNow(TypedDict):
    goals: list[Goal]
    removed: list[Id]


class PreferencesNow(TypedDict):
    preferences: Preferences
    user: User


ENTRIES = (
    PushEntry(
        "notification:new",
        ("user",),
        "Something to read. In quiet hours it waits for their end; it is in the list meanwhile.",
        Notification,
    ),
    PushEntry("notification:read", ("user",), "Notifications were read, here or on another device.", NoticesRead),
    PushEntry("notification:deleted", ("user",), "A notification was thrown away.", NoticeDeleted),
    PushEntry("goal:achieved", ("user",), "A goal was reached; once in each of its periods.", GoalAchieved),
    PushEntry("sync:progress", ("user",), "Goals that are new, changed, further on or gone.", GoalsNow),
    PushEntry("sync:preferences", ("user",), "Your preferences or your profile were changed.", PreferencesNow),
)
