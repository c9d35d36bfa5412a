"""One kind of push."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypedDict

Topic: TypeAlias = Literal["user", "group", "session", "challenge", "live", "connection"]


class Nothing(TypedDict):
    pass


@dataclass(frozen=True, slots=True)
class PushEntry:
    type: str
    topics: tuple[Topic, ...]  # `connection`: to every connection, without a topic
    summary: str
    data: Any  # a typed dict
    ephemeral: bool = False  # no offset, never replayed
