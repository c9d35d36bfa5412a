"""What happened between a user and others, as the user's own journal has it. Never rename one."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from rules.ids import UserId


@dataclass(frozen=True, slots=True)
class FriendRequestSent:
    at: datetime
    user_id: UserId  # whom it went to


@dataclass(frozen=True, slots=True)
class FriendRequestReceived:
    at: datetime
    user_id: UserId  # who asks
    name: str  # theirs, then


@dataclass(frozen=True, slots=True)
class FriendshipMade:
    """`accepted`: the user had asked, and now the other said yes."""

    at: datetime
    user_id: UserId
    name: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class FriendsParted:
    """Neither friendship nor a request is left between the two."""

    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class UserBlocked:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class UserUnblocked:
    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class BlockedByUser:
    """The other side of UserBlocked. Nobody is shown it."""

    at: datetime
    user_id: UserId


@dataclass(frozen=True, slots=True)
class UnblockedByUser:
    at: datetime
    user_id: UserId


Event: TypeAlias = (
    FriendRequestSent
    | FriendRequestReceived
    | FriendshipMade
    | FriendsParted
    | UserBlocked
    | UserUnblocked
    | BlockedByUser
    | UnblockedByUser
)

EVENTS: tuple[type[Event], ...] = (
    FriendRequestSent,
    FriendRequestReceived,
    FriendshipMade,
    FriendsParted,
    UserBlocked,
    UserUnblocked,
    BlockedByUser,
    UnblockedByUser,
)
