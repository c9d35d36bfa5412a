"""The actor that owns one user: `actor.py` is the core, every other file one part of what a user does."""

from actors.user.actor import UserActor

__all__ = ["UserActor"]
