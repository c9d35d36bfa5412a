"""One command of the catalogue."""

from dataclasses import dataclass
from typing import Any

from actors.messages import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    command: type | None
    to: str  # connection, self (the caller's own actor), records, topic (what the command's is of), or a kind, by its `<kind>_id`
    may: Permission
    summary: str
    reply: Any = None  # the resource, or None for {}
    reads: bool = False  # changes nothing, so an idempotency key means nothing
    socket: bool = True  # False: for HTTP and our own use
    by_way_of_user: bool = False  # the caller's own actor has a say first
    creates: bool = False  # addresses a new actor of the kind, unless the command names one
    names_users: bool = False  # in `user_id` or `user_ids`: who is not there is refused before any actor hears of it
    stored: bool = False  # by way of what is stored about the kind: to find the actor, or to add to its answer


def own(
    name: str,
    command: type,
    summary: str,
    reply: Any,
    *,
    reads: bool = False,
    socket: bool = True,
    stored: bool = False,
) -> Entry:
    """One that the caller's own actor answers."""
    return Entry(name, command, "self", Permission.SELF, summary, reply, reads, socket, stored=stored)
