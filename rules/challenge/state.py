"""A challenge: the fold of its events."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from rules.challenge.events import Mode, Role, Scoring, Team, Terms
from rules.counting import Counted, Pause, Window
from rules.days import day_of
from rules.ids import ActivityId, ChallengeId, TeamId, UserId
from rules.known import Known

UNIT = 10_000  # sums are whole numbers of 1/10,000: the same in any order
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = Terms("", None, "steps", Mode.MOST, None, _NEVER, _NEVER, "invite", None, "anytime", None, 0)
_UNPINNED = Scoring()


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


@dataclass(frozen=True, slots=True)
class Counts:
    """What an activity adds, in `UNIT`s of the metric."""

    date: date
    units: int


@dataclass(slots=True)
class Done:
    """The activities that count, and their sum by day: what makes a score need not look at each of them."""

    activities: dict[ActivityId, Counts] = field(default_factory=dict)
    by_day: dict[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Something that counts and is marked for review: a day's steps (the activity is the leading device's), or one activity."""

    date: date
    activity_id: ActivityId
    kind: str


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
    days: dict[date, Counted] = field(default_factory=dict)  # what counts of devices' days, where anything does
    done: Done | None = None  # what else counts
    reviewed: tuple[Reviewed, ...] = ()
    team_id: TeamId | None = None
    baseline: float | None = None  # their usual day, where it matters and they have scored
    out: int | None = None  # the round of an elimination in which they dropped out

    @property
    def logged(self) -> bool:
        """Does anything of theirs count?"""
        return bool(self.days or self.done)


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
    zone: str = "UTC"  # of the host
    scoring: Scoring = _UNPINNED
    total: int = 0  # of a collective one, in `UNIT`s
    team_sizes: dict[TeamId, int] = field(default_factory=dict)
    rounds: int = 0  # of an elimination that are over: the index of the present one
    out: int = 0  # participants who have dropped out
    decided_at: datetime | None = None  # when only one was left
    soon: tuple[str, datetime] | None = None  # what was announced to come soon (start, end), and when it comes
    warning: bool = False  # participants are being told of it
    warned: UserId | None = None  # … up to this one

    @property
    def settles_at(self) -> datetime:
        """When the results become final."""
        return self.terms.ends_at + timedelta(minutes=self.terms.settle_minutes)

    @property
    def window(self) -> Window:
        return Window(self.terms.starts_at, self.terms.ends_at, self.pauses)

    @property
    def first_day(self) -> date:
        """In the host's zone; rounds of an elimination begin there."""
        return day_of(self.terms.starts_at, self.zone)

    def team(self, team_id: TeamId) -> Team | None:
        return next((team for team in self.terms.teams if team.id == team_id), None)

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

    @property
    def seen_by(self) -> tuple[str, ...]:
        """Those who may see it beside its own people."""
        terms = self.terms
        return (terms.visibility, terms.group_id or "") if terms.visibility == "group" else (terms.visibility,)

    def is_open_to(self, user_id: UserId, known: Known | None = None) -> bool:
        """May they see it, and ask to join? `known` is said of them by their own actor."""
        if self.is_staff(user_id):
            return True
        if self.phase is Phase.DRAFT:
            return False
        if user_id in self.participants:
            return True
        if known is not None and self.host_id in known.blocked:
            return False
        if self.is_public or user_id in self.invited:
            return True
        if known is None:
            return False
        if self.terms.visibility == "friends":
            return self.host_id in known.friends
        return self.terms.visibility == "group" and self.terms.group_id in known.groups
