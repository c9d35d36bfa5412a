"""What a user is to others: the fold of the social events.

    none → requested (sent ↔ received) → friends        blocked: from anything, one way or both

Both sides hold the same: whom I asked has a request of mine, whose friend I am is mine. But for one who blocked me:
what I ask them waits on my side alone, as it would with anyone who does not answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from rules import rewards as rewarding
from rules.changes import Change, RelationChanged
from rules.ids import UserId
from rules.social.events import (
    BlockedByUser,
    Event,
    FriendRequestReceived,
    FriendRequestSent,
    FriendshipMade,
    FriendsParted,
    UnblockedByUser,
    UserBlocked,
    UserUnblocked,
)
from rules.stats import Count

if TYPE_CHECKING:
    from rules.ruleset import RuleSet
    from rules.user.state import User

MOST_BLOCKED_BY = 10_000  # that a user is kept away from; of more, the longest ago is theirs alone to remember

Status: TypeAlias = Literal["none", "requested", "friends", "blocked"]

_NOBODY: frozenset[UserId] = frozenset()


@dataclass(slots=True)
class Social:
    """Others → since when."""

    friends: dict[UserId, datetime] = field(default_factory=dict)
    sent: dict[UserId, datetime] = field(default_factory=dict)  # requests that wait for an answer
    received: dict[UserId, datetime] = field(default_factory=dict)
    blocked: dict[UserId, datetime] = field(default_factory=dict)
    blocked_by: dict[UserId, datetime] = field(default_factory=dict)
    # the same as sets that never change, to be handed on as they are
    friend_ids: frozenset[UserId] = _NOBODY
    hidden: frozenset[UserId] = _NOBODY  # blocked, either way round


def friends_of(user: "User") -> frozenset[UserId]:
    return user.social.friend_ids if user.social is not None else _NOBODY


def hidden_from(user: "User") -> frozenset[UserId]:
    """Whom the user is not there for, and who are not there for them."""
    return user.social.hidden if user.social is not None else _NOBODY


def status(social: Social, other: UserId) -> Status:
    """As the user themselves may know it; a request of the other's is theirs, so it says nothing here."""
    if other in social.blocked:
        return "blocked"
    if other in social.friends:
        return "friends"
    return "requested" if other in social.sent else "none"


def evolve(user: "User", event: Event, rules: "RuleSet") -> list[Change]:
    """Apply what happened, in place. Returns what it changed."""
    social = user.social
    if social is None:
        social = user.social = Social()
    friends = len(social.friends)
    changes: list[Change] = [_EVOLVE[type(event)](social, event)]
    if len(social.friends) != friends:
        social.friend_ids = frozenset(social.friends)
        most = max(len(social.friends), user.rewards.stats.counts.get(Count.FRIENDS, 0))
        changes += rewarding.count_changed(user.rewards, Count.FRIENDS, most, event.at, rules)
    return changes


def _sent(social: Social, event: FriendRequestSent) -> RelationChanged:
    social.sent[event.user_id] = event.at
    return RelationChanged(event.user_id, "sent")


def _received(social: Social, event: FriendRequestReceived) -> RelationChanged:
    social.received[event.user_id] = event.at
    return RelationChanged(event.user_id, "received", event.name)


def _made(social: Social, event: FriendshipMade) -> RelationChanged:
    _part(social, event.user_id)
    social.friends[event.user_id] = event.at
    return RelationChanged(event.user_id, "accepted" if event.accepted else "befriended", event.name)


def _parted(social: Social, event: FriendsParted) -> RelationChanged:
    _part(social, event.user_id)
    return RelationChanged(event.user_id, "parted")


def _blocked(social: Social, event: UserBlocked) -> RelationChanged:
    _part(social, event.user_id)
    social.blocked[event.user_id] = event.at
    return _hide(social, event.user_id)


def _unblocked(social: Social, event: UserUnblocked) -> RelationChanged:
    social.blocked.pop(event.user_id, None)
    return _hide(social, event.user_id)


def _blocked_by(social: Social, event: BlockedByUser) -> RelationChanged:
    _part(social, event.user_id)
    social.blocked_by[event.user_id] = event.at
    if len(social.blocked_by) > MOST_BLOCKED_BY:
        del social.blocked_by[next(iter(social.blocked_by))]
    return _hide(social, event.user_id)


def _unblocked_by(social: Social, event: UnblockedByUser) -> RelationChanged:
    social.blocked_by.pop(event.user_id, None)
    social.sent.pop(event.user_id, None)  # of which the other never knew
    return _hide(social, event.user_id)


def _part(social: Social, other: UserId) -> None:
    for known in (social.friends, social.sent, social.received):
        known.pop(other, None)


def _hide(social: Social, other: UserId) -> RelationChanged:
    social.hidden = frozenset(social.blocked) | frozenset(social.blocked_by)
    return RelationChanged(other, "hidden" if other in social.hidden else "shown")


_EVOLVE: Mapping[type, Callable[..., RelationChanged]] = {
    FriendRequestSent: _sent,
    FriendRequestReceived: _received,
    FriendshipMade: _made,
    FriendsParted: _parted,
    UserBlocked: _blocked,
    UserUnblocked: _unblocked,
    BlockedByUser: _blocked_by,
    UnblockedByUser: _unblocked_by,
}
