"""Between a challenge and the users who take part."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from rules.ids import ActivityId, ChallengeId, UserId
from rules.known import Known

# --- challenge → user ---


@dataclass(frozen=True, slots=True)
class ChallengeJoined:
    """You take part: introduce yourself, and tell of every day whose `metric` changes."""

    challenge_id: ChallengeId
    metric: str


@dataclass(frozen=True, slots=True)
class ChallengeLeft:
    challenge_id: ChallengeId


@dataclass(frozen=True, slots=True)
class ChallengeInvited:
    challenge_id: ChallengeId
    name: str
    by: UserId


@dataclass(frozen=True, slots=True)
class ChallengeEnded:
    """It is over for good; `ranked` participants of a finished one earn its rewards."""

    challenge_id: ChallengeId
    name: str
    outcome: Literal["finished", "cancelled"]
    ranked: bool
    rank: int | None
    reached_target: bool
    rule_version: str


@dataclass(frozen=True, slots=True)
class BaselineWanted:
    """Say how much of `metric` you had on a usual day before it started."""

    challenge_id: ChallengeId
    metric: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ChallengeSoon:
    """It starts or ends soon, at `at`."""

    challenge_id: ChallengeId
    name: str
    what: Literal["start", "end"]
    at: datetime


# --- user → challenge ---


@dataclass(frozen=True, slots=True)
class Introduced:
    """The answer to ChallengeJoined; sent again when the name or the time zone changes."""

    user_id: UserId
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class WatcherChanged:
    """Connections of the user watch the challenge, and what the user is to others has changed: may they still?"""

    known: Known


@dataclass(frozen=True, slots=True)
class Baseline:
    """The answer to BaselineWanted: the mean of the 14 days before the one it started on."""

    user_id: UserId
    daily_mean: float


@dataclass(frozen=True, slots=True)
class DayCounted:
    """The user's value of `metric` on `date` (in `zone`) changed from `before` to `after`, by their devices' account.

    For `streakDays` the values are steps.
    """

    user_id: UserId
    metric: str
    date: date
    zone: str
    before: float
    after: float
    activity_id: ActivityId
    review: bool


@dataclass(frozen=True, slots=True)
class ActivityCounted:
    """Something with a time of its own, other than a day's steps, adds to these `metrics` (none: it was taken back).

    Told again, with the same `activity_id`, when it changes. `kind` is a `rules.activity.fact.Kind`.
    """

    user_id: UserId
    activity_id: ActivityId
    kind: str
    date: date
    zone: str
    starts_at: datetime
    ends_at: datetime
    metrics: dict[str, float]
    review: bool
    private: bool = False  # a check-in that its group is not told of
