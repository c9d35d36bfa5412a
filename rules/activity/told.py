"""Activities that other actors tell of: workouts from their session, check-ins from their group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.activity.fact import Fact, Kind
from rules.activity.found import happened_on
from rules.ids import workout_id
from rules.metrics import CALORIES, CHECK_INS, DURATION, HU_CARES_SCORE, REPS, SETS, VOLUME, WORKOUTS

if TYPE_CHECKING:
    from datetime import date, datetime

    from rules.tells.group import CheckedIn
    from rules.tells.session import WorkoutDone
    from rules.user.state import User


def workout(user: User, told: WorkoutDone, now: datetime) -> Fact:
    """A session is one activity of each of its athletes. It counts for the day that it began on."""
    values = {
        WORKOUTS: 1.0,
        DURATION: float(told.active_seconds),
        VOLUME: float(told.volume),
        SETS: float(told.sets),
        REPS: float(told.reps),
        CALORIES: float(told.calories),
    }
    return Fact(
        workout_id(user.id, told.session_id),
        Kind.WORKOUT,
        happened_on(user, told.starts_at, now),
        user.timezone,
        told.starts_at,
        told.ends_at,
        {metric: value for metric, value in values.items() if value},
        now,
        details={"sessionId": told.session_id, "name": told.name, "visibility": told.visibility},
    )


def check_in(user: User, told: CheckedIn, now: datetime) -> Fact:
    return check_in_on(happened_on(user, told.at, now), user.timezone, told, now)


def check_in_on(day: date, zone: str, told: CheckedIn, now: datetime) -> Fact:
    """The check-in as a fact of that day of its user, in their time zone."""
    first, last = told.period
    details: dict[str, Any] = {
        "groupId": told.group_id,
        "group": told.group,
        "period": {"from": first.isoformat(), "to": last.isoformat()},
        "frequency": told.frequency,
        "productive": told.productive,
        "satisfied": told.satisfied,
        "body": told.body,
        "care": told.care,
        "note": told.note,
        "mood": told.mood,
        "energy": told.energy,
        "isPrivate": told.private,
    }
    score = told.productive + told.satisfied + told.body - told.care
    return Fact(
        told.activity_id,
        Kind.CHECK_IN,
        day,
        zone,
        told.at,
        told.at,
        {CHECK_INS: 1.0, HU_CARES_SCORE: float(score)},
        now,
        details={name: value for name, value in details.items() if value is not None},
    )
