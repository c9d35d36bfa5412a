"""What happened to a user. Journalled by class name: never rename one."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from rules.activity import events as activity
from rules.goals import events as goals
from rules.group import mine as groups
from rules.ids import ChallengeId
from rules.notices import events as notices
from rules.records import events as records
from rules.social import events as social
from rules.workout_weeks import USUAL_TARGET


@dataclass(frozen=True, slots=True)
class Preferences:
    """A user's settings. Rest in seconds, the goal in steps a day, workouts a week."""

    notifications: dict[str, bool] = field(
        default_factory=lambda: {
            "challenges": True,
            "social": True,
            "reminders": True,
            "rewards": True,
            "coach": True,
        }
    )
    quiet_hours: tuple[str, str] | None = None
    privacy: dict[str, str] = field(
        default_factory=lambda: {
            "profile": "public",
            "scores": "public",
            "workouts": "friends",
            "progress": "private",
        }
    )
    default_rest_seconds: int = 90
    daily_step_goal: int = 10_000
    weekly_workouts: int = USUAL_TARGET
    track_puffs: bool = False

    def __post_init__(self) -> None:
        """Every live user has them, and most have the same: what is equal is kept once. Neither is changed in place."""
        object.__setattr__(self, "notifications", _kept_once(tuple(self.notifications.items())))
        object.__setattr__(self, "privacy", _kept_once(tuple(self.privacy.items())))


@lru_cache(maxsize=1024)
def _kept_once(items: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return dict(items)


@dataclass(frozen=True, slots=True)
class UserRegistered:
    at: datetime
    username: str
    display_name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class UserRenamed:
    at: datetime
    username: str
    display_name: str


@dataclass(frozen=True, slots=True)
class ProfileUpdated:
    """The profile as it is now."""

    at: datetime
    display_name: str
    timezone: str
    units: Literal["metric", "imperial"]
    avatar_url: str | None


@dataclass(frozen=True, slots=True)
class PreferencesUpdated:
    """The preferences as they are now."""

    at: datetime
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class StepsSynced:
    """A device's totals of a day, as they are now."""

    at: datetime
    date: date
    device: str
    steps: int
    distance: float
    calories: float
    active_minutes: int
    review: bool


@dataclass(frozen=True, slots=True)
class DayTurned:
    """The user's calendar went on to `date`."""

    at: datetime
    date: date


@dataclass(frozen=True, slots=True)
class ChallengeEntered:
    at: datetime
    challenge_id: ChallengeId
    metric: str


@dataclass(frozen=True, slots=True)
class ChallengeExited:
    at: datetime
    challenge_id: ChallengeId


@dataclass(frozen=True, slots=True)
class ChallengeConcluded:
    """A challenge the user took part in is over for good."""

    at: datetime
    challenge_id: ChallengeId
    name: str
    outcome: Literal["finished", "cancelled"]
    ranked: bool
    rank: int | None
    reached_target: bool
    rule_version: str


Event: TypeAlias = (
    UserRegistered
    | UserRenamed
    | ProfileUpdated
    | PreferencesUpdated
    | StepsSynced
    | DayTurned
    | ChallengeEntered
    | ChallengeExited
    | ChallengeConcluded
    | activity.Event
    | social.Event
    | groups.Event
    | records.Event
    | goals.Event
    | notices.Event
)

EVENTS: tuple[type[Event], ...] = (
    UserRegistered,
    UserRenamed,
    ProfileUpdated,
    PreferencesUpdated,
    StepsSynced,
    DayTurned,
    ChallengeEntered,
    ChallengeExited,
    ChallengeConcluded,
    *activity.EVENTS,
    *social.EVENTS,
    *groups.EVENTS,
    *records.EVENTS,
    *goals.EVENTS,
    *notices.EVENTS,
)
