"""What comes of wanting to be friends, or not to be. Nothing is changed here.

A request and a block are looked at twice: by who sends them (`may_ask`, `may_block`), then by whom they are for (`ask`,
`block`), who says whether there is such a user. All else each side decides alone, and tells the other.
"""

from datetime import datetime

from rules.ids import UserId
from rules.refusal import Code, Refusal, invalid
from rules.social.events import (
    BlockedByUser,
    Event,
    FriendRequestReceived,
    FriendshipMade,
    FriendsParted,
    UserUnblocked,
)
from rules.social.state import Social

MOST_FRIENDS = 1_000  # a request of one's own that waits keeps a place for its friend
MOST_REQUESTS = 500  # that wait, each way
MOST_BLOCKED = 1_000

_EMPTY = Social()  # never changed
_NO_REQUEST = Refusal(Code.NOT_FOUND, "they have not asked you: send them a request of your own")
_NOTHING = Refusal(Code.NOT_FOUND, "you are no friends, and no request waits: there is nothing to remove")
_NOT_BLOCKED = Refusal(Code.NOT_FOUND, "you have not blocked them: there is nothing to take back")
_FRIENDS = Refusal(Code.WRONG_STATE, "you are friends already: remove them instead", {"state": "friends"})
_BLOCKED = Refusal(Code.WRONG_STATE, "you have blocked them: unblock them first", {"state": "blocked"})
_FULL = Refusal(
    Code.CONFLICT,
    f"friends and requests of your own that wait are {MOST_FRIENDS}, which is all there may be: remove one first",
)
_ASKED_ENOUGH = Refusal(
    Code.CONFLICT, f"{MOST_REQUESTS} requests of yours wait for an answer, which is all that may: take one back first"
)
_ASKED_BY_ENOUGH = Refusal(
    Code.CONFLICT, f"they have {MOST_REQUESTS} requests to answer, which is all that may wait: ask again later"
)
_BLOCKED_ENOUGH = Refusal(
    Code.CONFLICT, f"you have blocked {MOST_BLOCKED} people, which is all you may: unblock one first"
)


# --- by who asks ---


def may_ask(social: Social | None, own: UserId, other: UserId) -> Refusal | None:
    """What speaks against a request on the side of who sends it; None: the other one decides."""
    if own == other:
        return invalid("userId", "must be somebody else")
    social = social or _EMPTY
    if other in social.friends or other in social.sent:
        return None
    if len(social.sent) >= MOST_REQUESTS:
        return _ASKED_ENOUGH
    return _FULL if _is_full(social) else None


def may_block(social: Social | None, own: UserId, other: UserId) -> Refusal | None:
    if own == other:
        return invalid("userId", "must be somebody else")
    social = social or _EMPTY
    return _BLOCKED_ENOUGH if other not in social.blocked and len(social.blocked) >= MOST_BLOCKED else None


# --- by who is asked ---


def ask(social: Social | None, by: UserId, name: str, at: datetime) -> list[Event] | Refusal:
    """Somebody wants to be friends. Nothing happens for one who is blocked, and nothing tells them so."""
    social = social or _EMPTY
    if by in social.blocked_by:
        return _BLOCKED
    if by in social.friends or by in social.received:
        return []
    if by in social.sent:
        return [FriendshipMade(at, by, name, accepted=True)]
    if len(social.received) >= MOST_REQUESTS:
        return _ASKED_BY_ENOUGH
    return [] if by in social.blocked else [FriendRequestReceived(at, by, name)]


def block(social: Social | None, by: UserId, at: datetime) -> list[Event]:
    return [] if by in (social or _EMPTY).blocked_by else [BlockedByUser(at, by)]


# --- alone ---


def accept(social: Social | None, other: UserId, at: datetime) -> list[Event] | Refusal:
    social = social or _EMPTY
    if other in social.friends:
        return []
    if other not in social.received:
        return _NO_REQUEST
    return _FULL if _is_full(social) else [FriendshipMade(at, other, "", accepted=False)]


def decline(social: Social | None, other: UserId, at: datetime) -> list[Event] | Refusal:
    social = social or _EMPTY
    if other in social.friends:
        return _FRIENDS
    return [FriendsParted(at, other)] if other in social.received else _NO_REQUEST


def remove(social: Social | None, other: UserId, at: datetime) -> list[Event] | Refusal:
    social = social or _EMPTY
    return [FriendsParted(at, other)] if other in social.friends or other in social.sent else _NOTHING


def unblock(social: Social | None, other: UserId, at: datetime) -> list[Event] | Refusal:
    return [UserUnblocked(at, other)] if other in (social or _EMPTY).blocked else _NOT_BLOCKED


def _is_full(social: Social) -> bool:
    return len(social.friends) + len(social.sent) >= MOST_FRIENDS
