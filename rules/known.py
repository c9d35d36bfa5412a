"""What a user's own actor says of them to the actor that their command goes on to."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from rules.activity.fact import Fact
from rules.ids import UserId


@dataclass(frozen=True, slots=True)
class Known:
    """As of this moment; whoever needs it later keeps what they need."""

    user_id: UserId
    name: str
    zone: str
    friends: Set[UserId] = frozenset()
    blocked: Set[UserId] = frozenset()  # either way round
    groups: Set[str] = frozenset()  # that they are an active member of
    records: Mapping[str, Any] | None = None  # exercise → their bests
    rest_seconds: int = 90  # between sets, unless they say otherwise
    username: str = ""
    fact: Fact | None = None  # the one that the command is about
    workouts: str = "friends"  # who may see a workout of theirs, unless they say otherwise
    session_id: str | None = None  # of the workout that they are in
