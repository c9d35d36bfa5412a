"""The life cycle of a workout session, as one table: which event may happen in which phase, and what phase comes after."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rules.refusal import Code, Refusal
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
    SessionResumed,
    SessionStarted,
    SetCompleted,
    SetUndone,
    UsersInvited,
)
from rules.session.state import RUNNING, Phase, Session

ABANDONED_AFTER = timedelta(hours=12)  # without anybody doing anything in it

_UNENDED = (Phase.PLANNED, Phase.IN_PROGRESS, Phase.PAUSED)


def _stays(*phases: Phase) -> Mapping[Phase, Phase]:
    return {phase: phase for phase in phases}


PHASE_AFTER: Mapping[type[Event], Mapping[Phase, Phase]] = {
    SessionStarted: {Phase.PLANNED: Phase.IN_PROGRESS},
    SessionPaused: {Phase.IN_PROGRESS: Phase.PAUSED},
    SessionResumed: {Phase.PAUSED: Phase.IN_PROGRESS},
    SessionCompleted: dict.fromkeys(RUNNING, Phase.COMPLETED),
    SessionCancelled: dict.fromkeys(_UNENDED, Phase.CANCELLED),
    UsersInvited: _stays(*_UNENDED),
    AthleteJoined: _stays(*_UNENDED),
    AthleteLeft: _stays(*_UNENDED),
    ExerciseSelected: _stays(*_UNENDED),
    SetCompleted: _stays(Phase.IN_PROGRESS),
    SetUndone: _stays(*RUNNING),
    RestStarted: _stays(Phase.IN_PROGRESS),
    RestEnded: _stays(*RUNNING),
}

# What people call the events that they can ask for, in the order of a session's life.
_ACTIONS: Mapping[str, type[Event]] = {
    "invite": UsersInvited,
    "join": AthleteJoined,
    "start": SessionStarted,
    "pause": SessionPaused,
    "resume": SessionResumed,
    "select": ExerciseSelected,
    "set": SetCompleted,
    "undo": SetUndone,
    "rest": RestStarted,
    "complete": SessionCompleted,
    "cancel": SessionCancelled,
}


def possible(phase: Phase) -> list[str]:
    """The actions that this phase allows."""
    return [action for action, event in _ACTIONS.items() if phase in PHASE_AFTER[event]]


def wrong_state(phase: Phase) -> Refusal:
    """WRONG_STATE, saying what phase it is in and what is possible there."""
    actions = possible(phase)
    can = f"possible now: {', '.join(actions)}" if actions else "plan or start another"
    return Refusal(
        Code.WRONG_STATE, f"the session is {phase.value}; {can}", {"state": phase.value, "possible": actions}
    )


def overdue(session: Session, at: datetime) -> Event | None:
    """The next step that time alone brings about, once it should have happened by `at`.

    It carries the planned time, however late it comes. Apply it and ask again until there is none.
    """
    if session.phase not in RUNNING:
        return None
    resting = [(athlete.rest.ends_at, user_id) for user_id, athlete in session.athletes.items() if athlete.rest]
    abandoned_at = session.touched_at + ABANDONED_AFTER
    if resting and (first := min(resting))[0] <= at:  # a rest is shorter than it takes to be abandoned
        return RestEnded(first[0], first[1], skipped=False)
    return SessionCompleted(abandoned_at, abandoned=True) if abandoned_at <= at else None


def alarms(session: Session) -> dict[str, datetime]:
    """The durable reminders that must be set, by name: when something is to happen by itself."""
    if session.phase not in RUNNING:
        return {}
    found = {f"rest:{user_id}": athlete.rest.ends_at for user_id, athlete in session.athletes.items() if athlete.rest}
    found["abandoned"] = session.touched_at + ABANDONED_AFTER
    return found
