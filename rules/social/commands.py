"""What people want of each other. Field by field as in the protocol's document."""

import re
from dataclasses import dataclass
from typing import Annotated

from rules.fields import Checked, Id, Limits, Parsed, Wire, one_line

_PLAYED = re.compile(
    r"(challenge|session):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE
)


def parse_played(text: str) -> str:
    """The topic of something that is played → lower case. Raises ValueError."""
    if not _PLAYED.match(text):
        raise ValueError("must be a topic, challenge:<id> or session:<id>")
    return text.lower()


Played = Annotated[str, Parsed(parse_played, "topic")]
Emoji = Annotated[str, Limits((("min_length", 1), ("max_length", 16), ("strip_whitespace", True))), Checked(one_line)]


@dataclass(frozen=True, slots=True)
class RequestFriend(Wire):
    """Ask to be friends. Two people who ask each other are friends."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class AcceptFriend(Wire):
    """Be friends with one who asked."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class DeclineFriend(Wire):
    """Say no to one who asked. They are not told."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class RemoveFriend(Wire):
    """Be friends no longer; or take your own request back."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class BlockUser(Wire):
    """Be there no longer for each other: no friendship, no requests, nothing heard or seen, both ways."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class UnblockUser(Wire):
    """Take your block back. Friends you become by asking."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class SendCheer(Wire):
    """A quick reaction to one who takes part, seen by all who watch; nothing of it is kept."""

    topic: Played
    """Of a live challenge or session that you may watch."""
    user_id: Id
    """Whom it is for."""
    emoji: Emoji


# --- reads ---


@dataclass(frozen=True, slots=True)
class Friends(Wire):
    """Your friends, and whether they are there."""


@dataclass(frozen=True, slots=True)
class FriendRequests(Wire):
    """Requests that wait: for your answer, and yours for theirs."""
