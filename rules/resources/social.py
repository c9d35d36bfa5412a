"""Friends, and what they write."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Id, Time
from rules.resources.user import Audience, PublicUser


class Relation(TypedDict):
    userId: Id
    status: Literal["none", "requested", "friends", "blocked"]


class Friend(PublicUser):
    since: Time


class Friends(TypedDict):
    friends: list[Friend]


class FriendRequest(TypedDict):
    user: PublicUser
    at: Time


class FriendRequests(TypedDict):
    received: list[FriendRequest]
    sent: list[FriendRequest]


class Post(TypedDict):
    id: Id
    userId: Id
    name: str
    text: str
    activityId: NotRequired[Id]
    visibility: Audience
    likes: int
    comments: int
    createdAt: Time
    editedAt: NotRequired[Time]
    likedByMe: NotRequired[bool]


class Comment(TypedDict):
    id: Id
    postId: Id
    userId: Id
    name: str
    text: str
    createdAt: Time


class Comments(TypedDict):
    comments: list[Comment]
