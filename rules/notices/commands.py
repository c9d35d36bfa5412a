"""What a user wants of their inbox. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated

from rules.fields import Count, Flag, Id, Limits, Wire

PageSize = Annotated[int, Limits((("ge", 1), ("le", 100)))]


@dataclass(frozen=True, slots=True)
class ReadNotice(Wire):
    """You have seen it; your other devices hear so."""

    notification_id: Id


@dataclass(frozen=True, slots=True)
class ReadAllNotices(Wire):
    """You have seen all there are; your other devices hear so."""


@dataclass(frozen=True, slots=True)
class DeleteNotice(Wire):
    notification_id: Id


# --- reads ---


@dataclass(frozen=True, slots=True)
class ListNotices(Wire):
    """The newest first; the newest 200 are kept."""

    before: Count | None = None
    """`next` of the page before."""
    limit: PageSize = 20
    unread: Flag = False
    """Only those that are not read."""
