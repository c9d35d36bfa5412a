"""What brought a badge about: noted when it is earned, since later syncs leave no trace of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.activity.events import ActivityLogged
from rules.day import steps_activity_id
from rules.days import day_of
from rules.ids import workout_id
from rules.records.events import ExerciseLifted
from rules.reward_state import Cause
from rules.user.events import ChallengeConcluded, ChallengeEntered, StepsSynced

if TYPE_CHECKING:
    from rules.resources import Because
    from rules.user.events import Event
    from rules.user.state import User


def cause_of(user: User, event: Event) -> Cause:
    """The activity or the challenge that an event is of, with its day and zone; the day alone where it is of neither."""
    match event:
        case StepsSynced():
            activity_id = steps_activity_id(user.id, event.date, event.device)
            return Cause(event.date, user.days[event.date].zone, activity_id)
        case ActivityLogged():
            return Cause(event.activity.date, event.activity.zone, event.activity.id)
    today = day_of(event.at, user.timezone)
    match event:
        case ExerciseLifted():
            return Cause(today, user.timezone, workout_id(user.id, event.session_id))
        case ChallengeEntered() | ChallengeConcluded():
            return Cause(today, user.timezone, challenge_id=event.challenge_id)
        case _:
            return Cause(today, user.timezone)


def because_of(cause: Cause) -> Because:
    because: Because = {"date": cause.date.isoformat(), "timezone": cause.zone}
    if cause.activity_id is not None:
        because["activityId"] = cause.activity_id
    if cause.challenge_id is not None:
        because["challengeId"] = cause.challenge_id
    return because
