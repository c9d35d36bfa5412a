"""What is kept of a user's rewards. Parts that a user has no use for are None."""

from dataclasses import dataclass, field
from datetime import date, datetime

from rules.days import shared
from rules.ids import ActivityId, ChallengeId, UserId
from rules.stats import UserStats
from rules.streaks import StreakFold


@dataclass(frozen=True, slots=True)
class Cause:
    """What something was earned with: the day that it counted for, and the activity or the challenge, if it was one."""

    date: date
    zone: str
    activity_id: ActivityId | None = None
    challenge_id: ChallengeId | None = None


@dataclass(slots=True)
class EarnedBadge:
    times: int
    earned_at: datetime  # the first time
    cause: Cause | None = None  # of that


@dataclass(slots=True)
class StreakTrack:
    """The qualifying days in order (of weeks and periods, their first days), and the walk over them."""

    days: list[date] = field(default_factory=list)
    fold: StreakFold = field(default_factory=StreakFold)
    manual: tuple[date, ...] = ()  # frozen by hand, in order

    def __post_init__(self) -> None:
        self.days = [shared(day) for day in self.days]


@dataclass(slots=True)
class PuffWatch:
    """Since when puffs are tracked, and until when."""

    periods: list[tuple[date, date | None]] = field(default_factory=list)  # first and last whole day; None: still on
    puffed: list[date] = field(default_factory=list)  # days with a puff that are not over yet

    @property
    def on(self) -> bool:
        return bool(self.periods) and self.periods[-1][1] is None


@dataclass(slots=True)
class Weeks:
    """Workouts week by week; a week is known by its Monday."""

    workouts: dict[date, int] = field(default_factory=dict)
    targets: list[tuple[date, int]] = field(default_factory=list)  # from which week on, in order


@dataclass(frozen=True, slots=True)
class Award:
    """XP that another part of the game gave, by a rule, for something of its own."""

    rule: str
    of: str
    amount: int
    reason: str
    at: datetime
    activity_id: ActivityId | None


@dataclass(frozen=True, slots=True)
class ChallengeResult:
    name: str
    ranked: bool
    rank: int | None
    reached_target: bool
    rule_version: str
    at: datetime
    xp: dict[str, int]  # rule → amount


@dataclass(slots=True)
class Rewards:
    user_id: UserId
    xp: int = 0
    today: date | None = None  # the newest day that streaks have seen
    stats: UserStats = field(default_factory=UserStats)
    streaks: dict[str, StreakTrack] = field(default_factory=dict)  # `rules.streak_keys` → track
    badges: dict[str, EarnedBadge] = field(default_factory=dict)
    joined: set[ChallengeId] = field(default_factory=set)
    results: dict[ChallengeId, ChallengeResult] = field(default_factory=dict)
    puffs: PuffWatch | None = None
    weeks: Weeks | None = None
    awards: dict[str, Award] | None = None  # `award_key` → award
    version: str = field(default="", compare=False)  # of the rule set that badges were last looked at with

    @property
    def level(self) -> int:
        return self.stats.level


def award_key(rule: str, of: str) -> str:
    return f"{rule}|{of}"
