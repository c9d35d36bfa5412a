"""What a user wants of their own actor. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.activity.commands import Command as ActivityCommand
from rules.fields import (
    UNSET,
    Amount,
    Count,
    Day,
    Device,
    Flag,
    Id,
    Limits,
    Name,
    Parsed,
    Patch,
    Wire,
    Zone,
    parse_clock,
)

Units = Literal["metric", "imperial"]
Audience = Literal["public", "friends", "private"]
ClockTime = Annotated[str, Parsed(parse_clock, "time")]
Url = Annotated[str, Limits((("max_length", 500), ("pattern", "^https://[^\\s]+$")))]
Minutes = Annotated[int, Limits((("ge", 0), ("le", 1440)))]
Rest = Annotated[int, Limits((("ge", 0), ("le", 3600)))]
StepGoal = Annotated[int, Limits((("ge", 100), ("le", 100_000)))]
WeeklyWorkouts = Annotated[int, Limits((("ge", 1), ("le", 14)))]


@dataclass(frozen=True, slots=True)
class SyncSteps(Wire):
    """A device's totals of a day so far. They replace what it said before; the day's value is the highest device's."""

    date: Day
    """In your time zone. Up to 14 days back; older days only by import."""
    steps: Count
    distance_meters: Amount | None = None
    calories: Amount | None = None
    active_minutes: Minutes | None = None
    device: Device | None = None
    """Who counted. Without it: the device of this connection."""


@dataclass(frozen=True, slots=True)
class UpdateProfile(Wire):
    """What is left out stays as it is; null clears what may be empty."""

    display_name: Patch[Name] = UNSET
    timezone: Patch[Zone] = UNSET
    units: Patch[Units] = UNSET
    avatar_url: Patch[Url | None] = UNSET


@dataclass(frozen=True, slots=True)
class NotificationChanges(Wire):
    challenges: Patch[Flag] = UNSET
    social: Patch[Flag] = UNSET
    reminders: Patch[Flag] = UNSET
    rewards: Patch[Flag] = UNSET
    coach: Patch[Flag] = UNSET


@dataclass(frozen=True, slots=True)
class PrivacyChanges(Wire):
    profile: Patch[Audience] = UNSET
    scores: Patch[Audience] = UNSET
    workouts: Patch[Audience] = UNSET
    progress: Patch[Audience] = UNSET


@dataclass(frozen=True, slots=True)
class QuietHours(Wire):
    """`HH:MM` in your time zone. From and to the same: none, as null."""

    from_: ClockTime
    to: ClockTime


@dataclass(frozen=True, slots=True)
class UpdatePreferences(Wire):
    """What is left out stays as it is; null clears what may be empty."""

    notifications: Patch[NotificationChanges] = UNSET
    quiet_hours: Patch[QuietHours | None] = UNSET
    privacy: Patch[PrivacyChanges] = UNSET
    units: Patch[Units] = UNSET
    default_rest_seconds: Patch[Rest] = UNSET
    daily_step_goal: Patch[StepGoal] = UNSET
    weekly_workouts: Patch[WeeklyWorkouts] = UNSET
    track_puffs: Patch[Flag] = UNSET


@dataclass(frozen=True, slots=True)
class Explain(Wire):
    """Why did this count, or not? All of what is asked for must match."""

    challenge_id: Id | None = None
    activity_id: Id | None = None
    subject: Literal["xp", "badge", "streak", "level", "goal", "challenge"] | None = None
    date: Day | None = None


# --- reads and requests of our own ---


@dataclass(frozen=True, slots=True)
class Register(Wire):
    """A new account's player; again when the account got another name. Only sign-in sends it."""

    username: Name
    display_name: Name
    timezone: Zone = "UTC"


@dataclass(frozen=True, slots=True)
class Me(Wire):
    """Everything of your own that is live."""


@dataclass(frozen=True, slots=True)
class Rewards(Wire):
    """XP, level, badges, streaks and freezes."""


@dataclass(frozen=True, slots=True)
class Badges(Wire):
    """The catalogue, each badge with your progress."""


@dataclass(frozen=True, slots=True)
class Profile(Wire):
    """What others may see of a user."""

    user_id: Id


@dataclass(frozen=True, slots=True)
class EarnedBadges(Wire):
    """The badges of a user."""

    user_id: Id


Command: TypeAlias = SyncSteps | UpdateProfile | UpdatePreferences | Register | ActivityCommand
