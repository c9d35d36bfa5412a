"""The read-table rows of a workout session."""

from typing import Any

from persistence.codec import dump
from persistence.tables import SESSION_ATHLETES, SESSION_SETS, SESSIONS, Rows
from rules.session import Athlete, Session
from rules.session.state import ENDED
from rules.session.stats import stats


def rows(session_id: str, session: Session, touched: frozenset[Any]) -> Rows:
    """Touched are `session`, `("athlete", user id)` and `("set", user id, number)`; what is gone loses its row."""
    found = Rows()
    for key in touched:
        if key == "session":
            _session(session_id, session, found)
        elif key[0] == "athlete":
            _athlete(session_id, session, key[1], found)
        else:
            _set(session_id, session, key[1], key[2], found)
    return found


def everything(session: Session) -> frozenset[Any]:
    athletes = session.athletes.items()
    return frozenset(
        {
            "session",
            *(("athlete", user_id) for user_id, _ in athletes),
            *(("set", user_id, number) for user_id, athlete in athletes for number in range(len(athlete.order))),
        }
    )


def _session(session_id: str, session: Session, found: Rows) -> None:
    found.put(
        SESSIONS,
        session_id,
        session.owner_id,
        session.name,
        session.visibility,
        session.phase.value,
        session.created_at,
        session.started_at,
        session.ended_at,
    )


def _athlete(session_id: str, session: Session, user_id: str, found: Rows) -> None:
    athlete = session.athletes.get(user_id)
    if athlete is None:
        found.drop(SESSION_ATHLETES, session_id, user_id)
        return
    over = session.phase in ENDED or not athlete.here
    done = stats(session, athlete, session.touched_at)
    found.put(
        SESSION_ATHLETES,
        session_id,
        user_id,
        athlete.name,
        athlete.joined_at,
        athlete.left_at,
        dump([training.exercise_id for training in athlete.exercises]),
        done.sets,
        done.reps,
        done.volume,
        done.records,
        done.average_rpe,
        done.active_seconds if over else None,
        done.calories if over else None,
    )


def _set(session_id: str, session: Session, user_id: str, number: int, found: Rows) -> None:
    athlete = session.athletes.get(user_id)
    if athlete is None or number >= len(athlete.order):
        found.drop(SESSION_SETS, session_id, user_id, number)
        return
    training, index = _place(athlete, number)
    done = athlete.exercises[training].sets[index]
    found.put(
        SESSION_SETS,
        session_id,
        user_id,
        number,
        athlete.exercises[training].exercise_id,
        done.completed_at,
        done.weight,
        done.reps,
        done.seconds,
        done.distance,
        done.rpe,
        done.notes,
        bool(done.records),
    )


def _place(athlete: Athlete, number: int) -> tuple[int, int]:
    """Of their set of that number: which exercise it is of, and which of its sets."""
    training = athlete.order[number]
    return training, athlete.order[:number].count(training)
