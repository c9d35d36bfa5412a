"""A post: the fold of its events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from rules.ids import ActivityId, UserId
from rules.known import Known
from rules.post.events import (
    Event,
    PostCommented,
    PostCreated,
    PostDeleted,
    PostEdited,
    PostLiked,
    PostUnliked,
    Visibility,
)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    at: datetime
    user_id: UserId
    name: str
    text: str


@dataclass(slots=True)
class Post:
    id: str = ""  # empty: not there yet, or deleted
    user_id: UserId = ""
    name: str = ""
    text: str = ""
    activity_id: ActivityId | None = None
    visibility: Visibility = "private"
    created_at: datetime = _NEVER
    edited_at: datetime | None = None
    likes: dict[UserId, datetime] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)  # by id, the oldest first


def is_shown_to(post: Post, user_id: UserId, known: Known | None) -> bool:
    """What is not known of them, they are not: no friends, not blocked."""
    if user_id == post.user_id:
        return True
    if known is not None and post.user_id in known.blocked:
        return False
    if post.visibility == "friends":
        return known is not None and post.user_id in known.friends
    return post.visibility == "public"


def keys(post: Post) -> frozenset[Any]:
    """What can be changed and found one by one: `post`, `("like", user id)`, `("comment", comment id)`."""
    if not post.id:
        return frozenset()
    likes = (("like", user_id) for user_id in post.likes)
    return frozenset({"post", *likes, *(("comment", comment_id) for comment_id in post.comments)})


def evolve(post: Post, event: Event) -> None:
    """Apply what happened, in place."""
    _EVOLVE[type(event)](post, event)


def _created(post: Post, event: PostCreated) -> None:
    post.id, post.user_id, post.name = event.post_id, event.user_id, event.name
    post.text, post.activity_id, post.visibility = event.text, event.activity_id, event.visibility
    post.created_at = event.at


def _edited(post: Post, event: PostEdited) -> None:
    post.text, post.visibility, post.edited_at = event.text, event.visibility, event.at


def _deleted(post: Post, event: PostDeleted) -> None:  # noqa: ARG001 (as its siblings)
    blank = Post()
    for each in fields(Post):
        setattr(post, each.name, getattr(blank, each.name))


def _liked(post: Post, event: PostLiked) -> None:
    post.likes[event.user_id] = event.at


def _unliked(post: Post, event: PostUnliked) -> None:
    post.likes.pop(event.user_id, None)


def _commented(post: Post, event: PostCommented) -> None:
    comment = Comment(event.comment_id, event.at, event.user_id, event.name, event.text)
    post.comments[comment.id] = comment


_EVOLVE: Mapping[type, Callable[..., None]] = {
    PostCreated: _created,
    PostEdited: _edited,
    PostDeleted: _deleted,
    PostLiked: _liked,
    PostUnliked: _unliked,
    PostCommented: _commented,
}
