"""What a user wants of their own actor. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.activity.commands import Command as ActivityCommand
from rules.fields import Amount, Count, Day, Device, Flag, Id, Limits, Name, Parsed, Wire, Zone, parse_clock

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
    """What is left out stays as it is."""

    display_name: Name | None = None
    timezone: Zone | None = None
    units: Units | None = None
    avatar_url: Url | None = None


@dataclass(frozen=True, slots=True)
class NotificationChanges(Wire):
    challenges: Flag | None = None
    social: Flag | None = None
    reminders: Flag | None = None
    rewards: Flag | None = None
    coach: Flag | None = None


@dataclass(frozen=True, slots=True)
class PrivacyChanges(Wire):
    profile: Audience | None = None
    scores: Audience | None = None
    workouts: Audience | None = None
    progress: Audience | None = None


@dataclass(frozen=True, slots=True)
class QuietHours(Wire):
    """`HH:MM` in your time zone. From and to the same: no quiet hours."""

    from_: ClockTime
    to: ClockTime


@dataclass(frozen=True, slots=True)
class UpdatePreferences(Wire):
    """What is left out stays as it is."""

    notifications: NotificationChanges | None = None
    quiet_hours: QuietHours | None = None
    privacy: PrivacyChanges | None = None
    units: Units | None = None
    default_rest_seconds: Rest | None = None
    daily_step_goal: StepGoal | None = None
    weekly_workouts: WeeklyWorkouts | None = None
    track_puffs: Flag | None = None


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
Read: TypeAlias = Me | Rewards | Badges | Profile | EarnedBadges | Explain
