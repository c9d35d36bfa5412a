"""How a workout session changes when something has happened. In place."""

from datetime import datetime
from typing import assert_never

from rules.ids import UserId
from rules.session.events import (
    AthleteJoined,
    AthleteLeft,
    Event,
    ExerciseSelected,
    RestEnded,
    RestStarted,
    SessionCancelled,
    SessionCompleted,
    SessionPaused,
    SessionPlanned,
    SessionResumed,
    SessionStarted,
    SetCompleted,
    SetUndone,
    UsersInvited,
)
from rules.session.life import PHASE_AFTER
from rules.session.state import Athlete, Rest, Session, Set, Training, active_seconds


def evolve(session: Session, event: Event) -> Session:
    """Apply one event. Raises KeyError for one that can't have happened in this phase."""
    if not isinstance(event, SessionPlanned):
        _enter_phase(session, event)
    match event:
        case SessionPlanned():
            session.id, session.owner_id, session.name = event.id, event.owner_id, event.name
            session.visibility, session.plan, session.created_at = event.visibility, event.exercises, event.at
            session.location = event.location
            _add(session, event.owner_id, event.owner_name, event.at)
        case SessionStarted():
            session.started_at = session.active_since = event.at
        case SessionPaused():
            _stop_clock(session, event.at)
        case SessionResumed():
            session.active_since = event.at
        case SessionCompleted():
            _end(session, session.touched_at if event.abandoned else event.at)
        case SessionCancelled():
            _end(session, event.at)
        case UsersInvited():
            session.invited.update(event.user_ids)
        case AthleteJoined():
            _add(session, event.user_id, event.name, event.at)
        case AthleteLeft():
            if event.kept:
                athlete = session.athletes[event.user_id]
                athlete.left_at, athlete.left_after = event.at, active_seconds(session, event.at)
                athlete.rest = None
            else:
                del session.athletes[event.user_id]
        case ExerciseSelected():
            _select(session.athletes[event.user_id], event)
        case SetCompleted():
            _add_set(session.athletes[event.user_id], event)
        case SetUndone():
            athlete = session.athletes[event.user_id]
            athlete.exercises[athlete.order.pop()].sets.pop()
        case RestStarted():
            session.athletes[event.user_id].rest = Rest(event.at, event.seconds)
        case RestEnded():
            session.athletes[event.user_id].rest = None
        case _:
            assert_never(event)
    if not isinstance(event, RestEnded) or event.skipped:  # the rest is what somebody did
        session.touched_at = event.at
    return session


def _enter_phase(session: Session, event: Event) -> None:
    table = PHASE_AFTER[type(event)]
    if session.phase not in table:
        raise KeyError(f"{type(event).__name__} can't happen to a {session.phase.value} session ({session.id})")
    session.phase = table[session.phase]


def _add(session: Session, user_id: UserId, name: str, at: datetime) -> None:
    exercises = [Training(each.exercise_id, each.name, each.sets) for each in session.plan]
    current = 0 if exercises else None
    session.athletes[user_id] = Athlete(user_id, name, exercises, current, at, active_seconds(session, at))


def _stop_clock(session: Session, at: datetime) -> None:
    session.active, session.active_since = active_seconds(session, at), None


def _end(session: Session, at: datetime) -> None:
    _stop_clock(session, at)
    session.ended_at = at
    for athlete in session.athletes.values():
        athlete.rest = None


def _select(athlete: Athlete, event: ExerciseSelected) -> None:
    ids = [training.exercise_id for training in athlete.exercises]
    if event.exercise_id not in ids:
        athlete.exercises.append(Training(event.exercise_id, event.name))
        ids.append(event.exercise_id)
    athlete.current = ids.index(event.exercise_id)


def _add_set(athlete: Athlete, event: SetCompleted) -> None:
    assert athlete.current is not None
    done = Set(
        event.at,
        event.weight,
        event.reps,
        event.seconds,
        event.distance,
        event.rpe,
        event.notes,
        event.records,
    )
    athlete.exercises[athlete.current].sets.append(done)
    athlete.order.append(athlete.current)
