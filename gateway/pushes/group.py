"""To the members of a group."""

from typing import Literal, NotRequired, TypedDict

from gateway.pushes.entry import PushEntry
from rules.resources import CheckInPeriod, Group, GroupMessage, Id, Time


class GroupUpdated(TypedDict):
    """Beside the change, what is new by it."""

    groupId: Id
    change: Literal[
        "memberJoined",
        "memberRenamed",
        "memberLeft",
        "memberRemoved",
        "roleChanged",
        "settingsChanged",
        "accessCodeChanged",
        "periodBegan",
        "checkInWithdrawn",
        "deleted",
    ]
    userId: NotRequired[Id]
    name: NotRequired[str]
    memberCount: NotRequired[int]
    role: NotRequired[Literal["admin", "moderator", "member"]]
    banned: NotRequired[bool]
    by: NotRequired[Id]
    group: NotRequired[Group]
    accessCode: NotRequired[str]
    period: NotRequired[CheckInPeriod]


class Typing(TypedDict):
    userId: Id
    isTyping: bool


class FriendCheckedIn(TypedDict):
    userId: Id
    username: str
    groupId: Id
    huCaresScore: int
    timestamp: Time


class GroupInvited(TypedDict):
    groupId: Id
    name: str
    by: Id


ENTRIES = (
    PushEntry("group:updated", ("group",), "Members, settings, or the check-in period have changed.", GroupUpdated),
    PushEntry("group:message", ("group",), "A member says something.", GroupMessage),
    PushEntry("group:typing", ("group",), "A member is writing, or no longer.", Typing, ephemeral=True),
    PushEntry(
        "friend:checked-in",
        ("group",),
        "A member has checked in, or corrected it; never of a private check-in.",
        FriendCheckedIn,
    ),
    PushEntry("group:invited", ("user",), "Somebody asks you to join a group.", GroupInvited),
)
