"""What people want of a post."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.fields import UNSET, Id, Limits, Patch, Wire

Visibility = Literal["public", "friends", "private"]
Words = Annotated[str, Limits((("min_length", 1), ("max_length", 2000), ("strip_whitespace", True)))]


@dataclass(frozen=True, slots=True)
class Create(Wire):
    """Write something for others to read."""

    text: Words
    activity_id: Id | None = None
    """An activity of yours that it is about."""
    visibility: Visibility = "friends"


@dataclass(frozen=True, slots=True)
class Edit(Wire):
    """Change a post of yours. What is left out stays as it is."""

    post_id: Id
    text: Patch[Words] = UNSET
    visibility: Patch[Visibility] = UNSET


@dataclass(frozen=True, slots=True)
class Delete(Wire):
    """Take a post back, with all that was said about it."""

    post_id: Id


@dataclass(frozen=True, slots=True)
class Like(Wire):
    """Say that you like it."""

    post_id: Id


@dataclass(frozen=True, slots=True)
class Unlike(Wire):
    """Take your like back."""

    post_id: Id


@dataclass(frozen=True, slots=True)
class Comment(Wire):
    """Say something about it."""

    post_id: Id
    text: Words


# --- reads ---


@dataclass(frozen=True, slots=True)
class Get(Wire):
    """The post as it is."""

    post_id: Id


@dataclass(frozen=True, slots=True)
class Comments(Wire):
    """What was said about it, the oldest first, but for what the blocked say."""

    post_id: Id


Command: TypeAlias = Create | Edit | Delete | Like | Unlike | Comment
