"""Between two users. `by` is who says it."""

from dataclasses import dataclass

from rules.ids import UserId


@dataclass(frozen=True, slots=True)
class RequestNoted:
    """Your request waits for my answer. Not `heard`: it does so on your side alone."""

    by: UserId
    heard: bool


@dataclass(frozen=True, slots=True)
class Befriended:
    """We are friends: I said yes to your request. `asked`: by asking you myself."""

    by: UserId
    name: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Parted:
    """We are no friends, and no request waits between us."""

    by: UserId


@dataclass(frozen=True, slots=True)
class BlockNoted:
    """I know that you have blocked me."""

    by: UserId


@dataclass(frozen=True, slots=True)
class BlockLifted:
    """I have taken my block back."""

    by: UserId
