"""What a user did, beside a day's steps. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from rules.activity.fact import Fact
from rules.ids import ActivityId


@dataclass(frozen=True, slots=True)
class ActivityLogged:
    """It is as said here from now on, whatever was said of it before.

    `route` (`rules.route.encoded`) is kept in the journal and in a table, never in a user's state.
    """

    at: datetime
    activity: Fact
    route: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityRemoved:
    at: datetime
    activity_id: ActivityId


@dataclass(frozen=True, slots=True)
class StepsRemoved:
    """A device's totals of a day were taken back."""

    at: datetime
    date: date
    device: str


@dataclass(frozen=True, slots=True)
class StreakFrozen:
    """A freeze was used by hand; `streak` is a key of `rules.streak_keys`."""

    at: datetime
    streak: str
    date: date


Event: TypeAlias = ActivityLogged | ActivityRemoved | StepsRemoved | StreakFrozen

EVENTS: tuple[type[Event], ...] = (ActivityLogged, ActivityRemoved, StepsRemoved, StreakFrozen)
