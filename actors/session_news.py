"""Who is told what when something has happened in a workout session."""

from dataclasses import dataclass
from typing import Any

from actors.messages import Address, Attend, Outcome, Push
from rules.ids import UserId
from rules.records import NOTHING, Bests, Record
from rules.records.views import record_view
from rules.session import Athlete, Event, Session
from rules.session.events import (
    AthleteJoined,
    AthleteLeft,
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
from rules.session.state import RUNNING, Set, Training, session_bests, session_records
from rules.session.stats import stats
from rules.session.views import session_view, set_view
from rules.tells.session import Lifted, SessionBegan, SessionInvited, SessionOver, WorkoutDone


@dataclass(frozen=True, slots=True)
class Before:
    """What an event is about, as it was: the athlete, and the exercise of their set."""

    athlete: Athlete | None = None
    training: Training | None = None
    last_set: Set | None = None
    bests: Bests = NOTHING
    records: tuple[Record, ...] = ()


def before(session: Session, event: Event) -> Before:
    match event:
        case AthleteLeft():
            return Before(session.athletes[event.user_id])
        case SetCompleted():
            athlete = session.athletes[event.user_id]
            assert athlete.current is not None
            training = athlete.exercises[athlete.current]
        case SetUndone():
            athlete = session.athletes[event.user_id]
            training = athlete.exercises[athlete.order[-1]]
        case _:
            return Before()
    last_set = training.sets[-1] if training.sets else None
    return Before(athlete, training, last_set, session_bests(training), session_records(training))


def tell_of(session: Session, event: Event, was: Before, outcome: Outcome) -> None:
    """Tell, push and mark what follows from one event that has been applied."""
    match event:
        case SessionPlanned():
            _attend(session, event.owner_id, outcome)
            outcome.touched.update({"session", ("athlete", event.owner_id)})
        case SessionStarted():
            for user_id in session.athletes:  # a device that has come since they joined does not watch a plan
                _attend(session, user_id, outcome)
                outcome.tells.append((user(user_id), SessionBegan(session.id)))
            _state_changed(session, event, "workout:started", outcome)
        case SessionPaused():
            _state_changed(session, event, "workout:paused", outcome)
        case SessionResumed():
            _state_changed(session, event, "workout:resumed", outcome)
        case SessionCompleted():
            _over(session, event, outcome, kept=True)
        case SessionCancelled():
            _over(session, event, outcome, kept=False)
        case UsersInvited():
            invited = SessionInvited(session.id, session.name, event.by)
            outcome.tells.extend((user(user_id), invited) for user_id in event.user_ids)
        case AthleteJoined():
            _attend(session, event.user_id, outcome)
            if session.phase in RUNNING:
                outcome.tells.append((user(event.user_id), SessionBegan(session.id)))
            push(session, outcome, "workout:joined", {"session": session_view(session, event.at)})
            outcome.touched.add(("athlete", event.user_id))
        case AthleteLeft():
            assert was.athlete is not None
            _left(session, event, was.athlete, outcome)
        case ExerciseSelected():
            push(session, outcome, "exercise:selected", {"userId": event.user_id, "exerciseId": event.exercise_id})
            outcome.touched.add(("athlete", event.user_id))
        case SetCompleted():
            _set_done(session, event, was, outcome)
        case SetUndone():
            _set_undone(session, event, was, outcome)
        case RestEnded():
            push(session, outcome, "rest:timer", {"userId": event.user_id, "remaining": 0})
        case RestStarted():
            pass  # its seconds are shown as they go


def user(user_id: UserId) -> Address:
    return Address("user", user_id)


def topic(session: Session) -> str:
    return f"session:{session.id}"


def push(session: Session, outcome: Outcome, type: str, data: dict[str, Any], *, ephemeral: bool = False) -> None:
    outcome.effects.append(Push(topic(session), type, data, ephemeral))


def _attend(session: Session, user_id: UserId, outcome: Outcome, *, on: bool = True) -> None:
    outcome.effects.append(Attend(user_id, topic(session), on))


def _state_changed(session: Session, event: Event, type: str, outcome: Outcome) -> None:
    push(session, outcome, type, {"session": session_view(session, event.at)})
    outcome.touched.add("session")


def _over(session: Session, event: SessionCompleted | SessionCancelled, outcome: Outcome, *, kept: bool) -> None:
    _state_changed(session, event, "workout:completed" if kept else "workout:cancelled", outcome)
    for athlete in session.athletes.values():
        if athlete.here:
            _dismiss(session, athlete, outcome, kept=kept)
            _attend(session, athlete.user_id, outcome, on=False)


def _left(session: Session, event: AthleteLeft, athlete: Athlete, outcome: Outcome) -> None:
    _dismiss(session, athlete, outcome, kept=event.kept)
    left = {"userId": event.user_id, "session": session_view(session, event.at)}
    push(session, outcome, "workout:left", left)
    _attend(session, event.user_id, outcome, on=False)
    if not event.kept:
        outcome.touched.update(("set", event.user_id, number) for number in range(len(athlete.order)))


def _dismiss(session: Session, athlete: Athlete, outcome: Outcome, *, kept: bool) -> None:
    """Their part is over, after `ended_at` for who was there to the end."""
    outcome.touched.add(("athlete", athlete.user_id))
    if session.started_at is None:
        return
    ends_at = athlete.left_at or session.ended_at
    if kept and athlete.order and ends_at is not None:
        done = stats(session, athlete, ends_at)
        workout = WorkoutDone(
            session_id=session.id,
            name=session.name,
            starts_at=max(session.started_at, athlete.joined_at),
            ends_at=ends_at,
            active_seconds=done.active_seconds,
            volume=done.volume,
            sets=done.sets,
            reps=done.reps,
            calories=done.calories,
            visibility=session.visibility,
        )
        outcome.tells.append((user(athlete.user_id), workout))
    outcome.tells.append((user(athlete.user_id), SessionOver(session.id, kept)))


def _set_done(session: Session, event: SetCompleted, was: Before, outcome: Outcome) -> None:
    assert was.athlete is not None
    assert was.training is not None
    sets = was.training.sets
    done = {"userId": event.user_id, "exerciseId": event.exercise_id, "set": set_view(len(sets) - 1, sets[-1])}
    push(session, outcome, "set:completed", done)
    for record in event.records:
        push(session, outcome, "pr:achieved", {"userId": event.user_id, **record_view(event.exercise_id, record)})
    outcome.touched.add(("set", event.user_id, len(was.athlete.order) - 1))
    _lifted(session, was, outcome)


def _set_undone(session: Session, event: SetUndone, was: Before, outcome: Outcome) -> None:
    assert was.athlete is not None
    assert was.training is not None
    assert was.last_set is not None
    undone = set_view(len(was.training.sets), was.last_set)
    push(
        session,
        outcome,
        "set:undone",
        {"userId": event.user_id, "exerciseId": was.training.exercise_id, "set": undone},
    )
    outcome.touched.add(("set", event.user_id, len(was.athlete.order)))
    _lifted(session, was, outcome)


def _lifted(session: Session, was: Before, outcome: Outcome) -> None:
    """The athlete keeps what their sets come to, wherever that has changed."""
    assert was.athlete is not None
    assert was.training is not None
    user_id, training = was.athlete.user_id, was.training
    outcome.touched.add(("athlete", user_id))
    bests, records = session_bests(training), session_records(training)
    if (bests, records) != (was.bests, was.records):
        private = session.visibility == "private"
        lifted = Lifted(session.id, training.exercise_id, training.name, bests, records, private)
        outcome.tells.append((user(user_id), lifted))
