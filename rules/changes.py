"""What an event can change about a user. The actor tells those concerned; nothing here is stored."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from rules.activity.fact import Fact
from rules.badges import Badge
from rules.day import DayFacts
from rules.ids import ChallengeId, UserId
from rules.receipt_ids import xp_receipt_id
from rules.streaks import StreakView


@dataclass(frozen=True, slots=True)
class XpChanged:
    """`amount` is negative when XP is taken back; `xp` is the total after it. `of` is what the rule was applied to."""

    amount: int
    xp: int
    rule: str
    reason: str
    user_id: UserId
    of: str

    @property
    def receipt_id(self) -> str:
        """Worked out only where somebody is told: a hash costs as much as the rest of a usual sync."""
        return xp_receipt_id(self.user_id, self.rule, self.of)


@dataclass(frozen=True, slots=True)
class LevelReached:
    level: int
    xp: int
    next_level_at: int


@dataclass(frozen=True, slots=True)
class BadgeEarned:
    """`times` is 1 but for repeatable badges earned again."""

    badge: Badge
    times: int
    receipt_id: str


@dataclass(frozen=True, slots=True)
class BadgeLost:
    """The facts behind it were taken back; `times` are left (0: the badge is gone)."""

    badge_id: str
    times: int


@dataclass(frozen=True, slots=True)
class StreakChanged:
    """extended: the newest day was added. frozen, broken: a day was missed, or taken back. mended: late data changed
    the past for the better or left the current run as long. shortened: a day was taken back, the run goes on.
    """

    kind: str
    what: Literal["extended", "frozen", "broken", "mended", "shortened"]
    view: StreakView
    group_id: str | None = None  # of a check-in streak


@dataclass(frozen=True, slots=True)
class DayChanged:
    """The facts of a day are not what they were. `before` is None for a day of which nothing was known.

    For what is no day's steps, an ActivityChanged comes before it.
    """

    before: DayFacts | None
    after: DayFacts


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """What is stored of the user for others to find; `introduction`: name or time zone, too."""

    introduction: bool


@dataclass(frozen=True, slots=True)
class ActivityChanged:
    """Something that the user did is new (no `before`), is corrected, or was taken back (no `after`)."""

    before: Fact | None
    after: Fact | None


@dataclass(frozen=True, slots=True)
class RecordAchieved:
    """A personal record; `value` beats `previous` (None: the first of its kind)."""

    session_id: str
    exercise_id: str
    exercise: str  # its name
    kind: str
    value: float
    previous: float | None
    at_weight: float | None = None  # of the most repetitions


@dataclass(frozen=True, slots=True)
class GoalAchieved:
    """A goal's target was reached, for the first time in its period."""

    goal_id: str
    title: str
    metric: str
    target: float
    receipt_id: str  # one for each period of a goal


@dataclass(frozen=True, slots=True)
class GoalsChanged:
    """Goals are new, gone, or changed in another way than by the days that they look at."""

    goal_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChallengeCompleted:
    """A challenge that the user took part in is over, and final."""

    challenge_id: ChallengeId
    name: str
    ranked: bool
    rank: int | None
    reached_target: bool


@dataclass(frozen=True, slots=True)
class RelationChanged:
    """What another is to the user is not what it was. `accepted`: they said yes to a request of the user's.

    `name` is the other's where it was said with it: received, accepted.
    """

    user_id: UserId
    what: Literal["sent", "received", "accepted", "befriended", "parted", "hidden", "shown"]
    name: str = ""


Change: TypeAlias = (
    XpChanged
    | LevelReached
    | BadgeEarned
    | BadgeLost
    | StreakChanged
    | DayChanged
    | ActivityChanged
    | RecordAchieved
    | GoalAchieved
    | GoalsChanged
    | ChallengeCompleted
    | ProfileChanged
    | RelationChanged
)
