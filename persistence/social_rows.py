"""The read-table rows of what a user is to others, as they themselves may know it."""

from typing import Any

from persistence.tables import FRIENDSHIPS, Rows
from rules.social.state import Social, status
from rules.user import User


def relation(user_id: str, user: User, other: str, found: Rows) -> None:
    """Touched is `("relation", other's id)`. One who has nothing to do with the user has no row."""
    social = user.social or Social()
    known = {"blocked": social.blocked, "friends": social.friends, "requested": social.sent}.get(status(social, other))
    if known is not None:
        found.put(FRIENDSHIPS, user_id, other, status(social, other), known[other])
    elif other in social.received:
        found.put(FRIENDSHIPS, user_id, other, "received", social.received[other])
    else:
        found.drop(FRIENDSHIPS, user_id, other)


def relations(user: User) -> frozenset[Any]:
    """All keys."""
    social = user.social
    if social is None:
        return frozenset()
    all_of_them = social.friends | social.sent | social.received | social.blocked
    return frozenset(("relation", other) for other in all_of_them)
