"""Ids are UUIDs as lower-case text. Random ones are handed in; derived ones make a repeated fact recognisable."""

from functools import lru_cache
from typing import TypeAlias
from uuid import UUID, uuid5

UserId: TypeAlias = str
ChallengeId: TypeAlias = str
ActivityId: TypeAlias = str
TeamId: TypeAlias = str

_NAMESPACE = UUID("6f1d7c1e-5f0c-4d53-9a77-2a1b6f6e0a11")  # never change: stored ids derive from it


@lru_cache(maxsize=16_384)  # SHA-1 is a seventh of a step sync, and the same few ids are asked for again and again
def derived(*parts: object) -> str:
    """The same id for the same parts, on every node and in every replay."""
    return str(uuid5(_NAMESPACE, "\x1f".join(map(str, parts))))


def workout_id(user_id: UserId, session_id: str) -> ActivityId:
    """What an athlete did in a session is an activity of their own: others did theirs in the same one."""
    return derived("workout", user_id, session_id)
