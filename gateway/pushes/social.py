"""Between people: to a user's own connections, and to all who watch what is played."""

from typing import Any, Literal, TypedDict

from gateway.pushes.entry import PushEntry
from rules.resources import Comment, Id, Post, PublicUser, Time


class Somebody(TypedDict):
    user: PublicUser


class SomebodysId(TypedDict):
    userId: Id


class FriendPuff(TypedDict):
    userId: Id
    at: Time


class FriendActivity(TypedDict):
    userId: Id
    activity: Literal[
        "walkStarted", "workoutCompleted", "goalAchieved", "personalRecord", "challengeCompleted", "badgeEarned"
    ]
    details: dict[str, Any]


class PostWritten(TypedDict):
    post: Post


class Liked(TypedDict):
    postId: Id
    userId: Id
    name: str
    likes: int


class Commented(TypedDict):
    comment: Comment


# functional form, because `from` is a Python keyword
Cheer = TypedDict("Cheer", {"from": Id, "userId": Id, "emoji": str})

ENTRIES = (
    PushEntry("friend:requested", ("user",), "Somebody asks to be your friend.", Somebody),
    PushEntry("friend:accepted", ("user",), "Somebody you asked is your friend now.", Somebody),
    PushEntry("friend:activity", ("user",), "A friend has done something, and lets friends know.", FriendActivity),
    PushEntry("friend:puff", ("user",), "A friend has had a puff, and lets friends know.", FriendPuff),
    PushEntry("friend:online", ("user",), "A friend is there.", SomebodysId, ephemeral=True),
    PushEntry("friend:offline", ("user",), "A friend has been gone for a while.", SomebodysId, ephemeral=True),
    PushEntry("presence:online", ("group",), "A member is there.", SomebodysId, ephemeral=True),
    PushEntry("presence:offline", ("group",), "A member has been gone for a while.", SomebodysId, ephemeral=True),
    PushEntry("activity:new", ("user",), "A friend has written a post.", PostWritten),
    PushEntry("like:received", ("user",), "Somebody likes your post.", Liked),
    PushEntry("comment:received", ("user",), "Somebody has commented on your post.", Commented),
    PushEntry(
        "cheer:received",
        ("challenge", "session"),
        "A quick reaction to somebody who takes part.",
        Cheer,
        ephemeral=True,
    ),
)
