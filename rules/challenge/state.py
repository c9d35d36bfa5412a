"""A challenge: the fold of its events."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from rules.challenge.events import Mode, Role, Terms
from rules.counting import Counted, Pause, Window
from rules.ids import ChallengeId, UserId

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = Terms("", None, "steps", Mode.MOST, None, _NEVER, _NEVER, "invite", None, "anytime", None, 0)


class Phase(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    COUNTDOWN = "countdown"
    LIVE = "live"
    PAUSED = "paused"
    SETTLING = "settling"
    FINISHED = "finished"
    CANCELLED = "cancelled"


ENDED = frozenset({Phase.FINISHED, Phase.CANCELLED})


@dataclass(slots=True)
class Participant:
    user_id: UserId
    joined_at: datetime
    reached_at: datetime  # when the score became what it is
    target_at: datetime | None = None  # at or above the target since then
    name: str = ""  # until they have introduced themselves
    zone: str = ""
    score: float = 0.0
    disqualified: bool = False
    days: dict[date, Counted] = field(default_factory=dict)  # what counts, of days where anything does
    reviewed: tuple[date, ...] = ()  # days with something marked for review

    @property
    def logged(self) -> bool:
        """Does anything of theirs count?"""
        return bool(self.days)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. `user_id` is whom it was about."""

    at: datetime
    type: str
    by: UserId | None = None
    user_id: UserId | None = None
    text: str | None = None


@dataclass(slots=True)
class Challenge:
    id: ChallengeId = ""
    host_id: UserId = ""
    terms: Terms = _BLANK
    phase: Phase = Phase.DRAFT
    since: datetime = _NEVER  # when this phase began
    created_at: datetime = _NEVER
    spectator_code: str = ""
    rule_version: str = ""
    roles: dict[UserId, Role] = field(default_factory=dict)
    invited: set[UserId] = field(default_factory=set)
    barred: set[UserId] = field(default_factory=set)  # disqualified, whether they have left or not
    participants: dict[UserId, Participant] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    timeline: list[Entry] = field(default_factory=list)  # the last ones only
    revision: int = 0  # of the standings
    told: int = 0  # participants, by user id, who know that it is over

    @property
    def settles_at(self) -> datetime:
        """When the results become final."""
        return self.terms.ends_at + timedelta(minutes=self.terms.settle_minutes)

    @property
    def window(self) -> Window:
        return Window(self.terms.starts_at, self.terms.ends_at, self.pauses)

    def with_role(self, role: Role) -> list[UserId]:
        return sorted(user_id for user_id, held in self.roles.items() if held is role)

    def is_host(self, user_id: UserId) -> bool:
        """The host or a co-host."""
        return user_id == self.host_id or self.roles.get(user_id) is Role.COHOST

    def is_staff(self, user_id: UserId) -> bool:
        """The host, or anyone with a role."""
        return user_id == self.host_id or user_id in self.roles

    @property
    def is_public(self) -> bool:
        """May anyone see it?"""
        return self.terms.visibility == "public" and self.phase is not Phase.DRAFT

    def is_open_to(self, user_id: UserId) -> bool:
        """May they see it, and ask to join?"""
        if self.is_staff(user_id):
            return True
        if self.phase is Phase.DRAFT:
            return False
        return self.is_public or user_id in self.participants or user_id in self.invited
