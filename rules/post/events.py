"""What happened to a post. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from rules.ids import ActivityId, UserId

Visibility: TypeAlias = Literal["public", "friends", "private"]


@dataclass(frozen=True, slots=True)
class PostCreated:
    at: datetime
    post_id: str
    user_id: UserId
    name: str  # the author's, then
    text: str
    activity_id: ActivityId | None
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class PostEdited:
    """The post as it is now."""

    at: datetime
    text: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class PostDeleted:
    at: datetime
    by: UserId


@dataclass(frozen=True, slots=True)
class PostLiked:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PostUnliked:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class PostCommented:
    at: datetime
    comment_id: str
    user_id: UserId
    name: str  # the commenter's, then
    text: str


Event: TypeAlias = PostCreated | PostEdited | PostDeleted | PostLiked | PostUnliked | PostCommented

EVENTS: tuple[type[Event], ...] = (PostCreated, PostEdited, PostDeleted, PostLiked, PostUnliked, PostCommented)
