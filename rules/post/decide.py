"""What a command to a post leads to: events, or a refusal. Nothing is changed here."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from rules.asked import Asked
from rules.fields import patched
from rules.known import Known
from rules.post.commands import Command, Comment, Create, Delete, Edit, Like, Unlike
from rules.post.events import (
    Event,
    PostCommented,
    PostCreated,
    PostDeleted,
    PostEdited,
    PostLiked,
    PostUnliked,
)
from rules.post.state import Post
from rules.refusal import Code, Refusal

MOST_LIKES = 100_000
MOST_COMMENTS = 1_000

_EXISTS = Refusal(Code.CONFLICT, "this post exists already: create another")
_LIKED_ENOUGH = Refusal(Code.CONFLICT, f"{MOST_LIKES} people like this, which is all that can be counted")
_COMMENTED_ENOUGH = Refusal(
    Code.CONFLICT, f"{MOST_COMMENTS} comments are all that a post takes: write a post of your own"
)


def decide(post: Post, command: Command, by: Known, asked: Asked) -> list[Event] | Refusal:
    """Of one who may. No events: it was so already."""
    return _DECIDE[type(command)](post, command, by, asked)


def create(post_id: str, post: Post, command: Create, by: Known, asked: Asked) -> list[Event] | Refusal:
    if post.id:
        return _EXISTS
    activity_id = command.activity_id if by.fact is None else by.fact.id
    return [PostCreated(asked.now, post_id, by.user_id, by.name, command.text, activity_id, command.visibility)]


def _edit(post: Post, command: Edit, by: Known, asked: Asked) -> list[Event]:  # noqa: ARG001 (as its siblings)
    text, visibility = patched(post.text, command.text), patched(post.visibility, command.visibility)
    return [] if (text, visibility) == (post.text, post.visibility) else [PostEdited(asked.now, text, visibility)]


def _delete(post: Post, command: Delete, by: Known, asked: Asked) -> list[Event]:  # noqa: ARG001 (as its siblings)
    return [PostDeleted(asked.now, by.user_id)]


def _like(post: Post, command: Like, by: Known, asked: Asked) -> list[Event] | Refusal:  # noqa: ARG001 (as its siblings)
    if by.user_id in post.likes:
        return []
    return _LIKED_ENOUGH if len(post.likes) >= MOST_LIKES else [PostLiked(asked.now, by.user_id)]


def _unlike(post: Post, command: Unlike, by: Known, asked: Asked) -> list[Event]:  # noqa: ARG001 (as its siblings)
    return [PostUnliked(asked.now, by.user_id)] if by.user_id in post.likes else []


def _comment(post: Post, command: Comment, by: Known, asked: Asked) -> list[Event] | Refusal:
    if len(post.comments) >= MOST_COMMENTS:
        return _COMMENTED_ENOUGH
    return [PostCommented(asked.now, asked.new_id(), by.user_id, by.name, command.text)]


_Decide: TypeAlias = Callable[..., list[Event] | Refusal]

_DECIDE: Mapping[type, _Decide] = {
    Edit: _edit,
    Delete: _delete,
    Like: _like,
    Unlike: _unlike,
    Comment: _comment,
}
