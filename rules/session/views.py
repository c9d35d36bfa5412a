"""A workout session as clients see it."""

from datetime import datetime

from rules import resources
from rules.challenge_views import number
from rules.days import stamp
from rules.session.state import Athlete, Session, Set, Training
from rules.session.stats import stats


def session_view(session: Session, at: datetime) -> resources.Session:
    """The resource. Its times in progress are as of `at`."""
    view: resources.Session = {
        "id": session.id,
        "name": session.name,
        "ownerId": session.owner_id,
        "state": session.phase.value,
        "athletes": [athlete_view(session, athlete, at) for athlete in session.athletes.values()],
        "visibility": session.visibility,  # type: ignore[typeddict-item]  # a command said it
    }
    if session.location is not None:
        view["location"] = session.location
    if session.started_at is not None:
        view["startedAt"] = stamp(session.started_at)
    if session.ended_at is not None:
        view["endedAt"] = stamp(session.ended_at)
    return view


def athlete_view(session: Session, athlete: Athlete, at: datetime) -> resources.Athlete:
    """`currentSet` is the index of the set to come."""
    current = None if athlete.current is None else athlete.exercises[athlete.current]
    view: resources.Athlete = {
        "userId": athlete.user_id,
        "name": athlete.name,
        "currentExercise": None if current is None else current.exercise_id,
        "currentSet": 0 if current is None else len(current.sets),
        "exercises": [_training(training) for training in athlete.exercises],
        "stats": stats_view(session, athlete, at),
    }
    if athlete.rest is not None:
        view["rest"] = {"startedAt": stamp(athlete.rest.started_at), "seconds": athlete.rest.seconds}
    if athlete.left_at is not None:
        view["leftAt"] = stamp(athlete.left_at)
    return view


def stats_view(session: Session, athlete: Athlete, at: datetime) -> resources.SessionStats:
    now = stats(session, athlete, at)
    view: resources.SessionStats = {
        "volume": number(now.volume),
        "sets": now.sets,
        "reps": now.reps,
        "calories": now.calories,
        "activeSeconds": int(now.active_seconds),
        "records": now.records,
    }
    if now.average_rpe is not None:
        view["averageRpe"] = number(now.average_rpe)
    return view


def set_view(index: int, done: Set) -> resources.Set:
    """`index` counts the sets of its exercise from 0."""
    view: resources.Set = {"index": index, "completedAt": stamp(done.completed_at)}
    if done.weight is not None:
        view["weight"] = number(done.weight)
    if done.reps is not None:
        view["reps"] = done.reps
    if done.seconds is not None:
        view["seconds"] = number(done.seconds)
    if done.distance is not None:
        view["distance"] = number(done.distance)
    if done.rpe is not None:
        view["rpe"] = number(done.rpe)
    if done.notes is not None:
        view["notes"] = done.notes
    if done.records:
        view["record"] = True
    return view


def _training(training: Training) -> resources.SessionExercise:
    view: resources.SessionExercise = {
        "exerciseId": training.exercise_id,
        "name": training.name,
        "sets": [set_view(index, done) for index, done in enumerate(training.sets)],
    }
    if training.planned:
        view["planned"] = []
        for goal in training.planned:
            planned: resources.PlannedSet = {}
            if goal.weight is not None:
                planned["weight"] = number(goal.weight)
            if goal.reps is not None:
                planned["reps"] = goal.reps
            view["planned"].append(planned)
    return view
