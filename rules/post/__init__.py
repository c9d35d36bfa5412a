"""A post: text for others to read, their likes and comments."""

from rules.post.commands import Comment, Comments, Create, Delete, Edit, Get, Like, Unlike
from rules.post.decide import create, decide
from rules.post.events import EVENTS, Event
from rules.post.state import Post, evolve, is_shown_to, keys

__all__ = [
    "EVENTS",
    "Comment",
    "Comments",
    "Create",
    "Delete",
    "Edit",
    "Event",
    "Get",
    "Like",
    "Post",
    "Unlike",
    "create",
    "decide",
    "evolve",
    "is_shown_to",
    "keys",
]
