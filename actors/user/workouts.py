"""Workouts: which session the user trains in, the records that they set there, and the exercises there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Address, Outcome, Push
from actors.user import notices
from actors.user.part import Part, Turn
from rules.activity.fact import Kind
from rules.challenge_views import number
from rules.changes import ActivityChanged, RecordAchieved, RelationChanged
from rules.days import stamp
from rules.exercise_commands import FindExercises, GetExercise
from rules.exercise_views import exercise_view, exercises_view
from rules.notices.texts import NoticeType
from rules.records.commands import OwnRecords, UpdateLocation
from rules.records.events import ExerciseLifted, SessionEntered, SessionForgotten, SessionLeft
from rules.records.views import improvement, records_view
from rules.refusal import Code, Refusal
from rules.tells.session import Awake, Elsewhere, Estranged, Lifted, SessionBegan, SessionInvited, SessionOver

if TYPE_CHECKING:
    from actors.messages import Command, Tell
    from actors.user.actor import UserActor

_NO_EXERCISE = Refusal(Code.NOT_FOUND, "no such exercise: look among those of exercise:list")
_NOWHERE = Refusal(
    Code.WRONG_STATE,
    "you are in no workout session that anybody could watch: start or join one first",
    {"state": "none", "possible": ["start", "join"]},
)


def session_of(actor: UserActor) -> str | None:
    """The session that they train in. One that is out of reach holds nobody: they may begin another."""
    lifting = actor.state.lifting
    if lifting is None or lifting.session_id is None or actor.is_out_of_reach(_session(lifting.session_id)):
        return None
    return lifting.session_id


def awake(actor: UserActor) -> Outcome | None:
    """The session wakes with its athlete: after a restart their rest is to tick."""
    session_id = session_of(actor)
    return None if session_id is None else Outcome(tells=[(_session(session_id), Awake())])


def _own_records(actor: UserActor, wanted: OwnRecords, command: Command) -> Outcome:  # noqa: ARG001
    return Outcome(dict(records_view(actor.state.lifting, wanted.exercise_id)))


def _find_exercises(actor: UserActor, wanted: FindExercises, command: Command) -> Outcome:  # noqa: ARG001
    return Outcome(dict(exercises_view(actor.deps.exercises, wanted)))


def _exercise(actor: UserActor, wanted: GetExercise, command: Command) -> Outcome:  # noqa: ARG001
    found = actor.deps.exercises.get(wanted.exercise_id)
    return Outcome(_NO_EXERCISE if found is None else dict(exercise_view(found)))


def _locate(actor: UserActor, wanted: UpdateLocation, command: Command) -> Outcome:  # noqa: ARG001
    """It goes straight to those who watch: the session has nothing to decide or to keep."""
    session_id = session_of(actor)
    if session_id is None:
        return Outcome(_NOWHERE)
    points: list[dict[str, Any]] = []
    for point in wanted.points:
        shown: dict[str, Any] = {"lat": point.lat, "lon": point.lon, "time": stamp(point.time)}
        if point.ele is not None:
            shown["ele"] = point.ele
        points.append(shown)
    data = {"userId": actor.id, "points": points}
    return Outcome({}, effects=[Push(f"session:{session_id}", "location:updated", data, ephemeral=True)])


def _began(actor: UserActor, told: SessionBegan, tell: Tell) -> Outcome:
    current = session_of(actor)
    if current is None:
        outcome = actor.record([SessionEntered(tell.at, told.session_id)], tell.at)
        return _in_step(actor, outcome)
    if current == told.session_id:
        return Outcome()
    # two began at the same moment, or this one was joined while it was planned: the other session takes them out
    return Outcome(tells=[(_session(told.session_id), Elsewhere(actor.id))])


def _over(actor: UserActor, told: SessionOver, tell: Tell) -> Outcome:
    current = session_of(actor)
    outcome = actor.record([SessionLeft(tell.at, told.session_id, told.kept)], tell.at)
    return _in_step(actor, outcome) if current == told.session_id else outcome


def _in_step(actor: UserActor, outcome: Outcome) -> Outcome:
    """The user's devices learn which session they are in now."""
    outcome.effects.append(Push(actor.topic, "sync:workout", {"sessionId": session_of(actor)}))
    return outcome


def _lifted(actor: UserActor, told: Lifted, tell: Tell) -> Outcome:
    lifted = ExerciseLifted(tell.at, told.session_id, told.exercise_id, told.exercise, told.bests, told.records)
    turn = actor.begin(tell.at)
    turn.late = told.private
    actor.apply(turn, [lifted])
    return actor.end(turn)


def _invited(actor: UserActor, told: SessionInvited, tell: Tell) -> Outcome:
    if told.by in actor.known().blocked:
        return Outcome()
    invited = {"sessionId": told.session_id, "name": told.name, "by": told.by}
    turn = actor.begin(tell.at)
    turn.outcome.effects.append(Push(actor.topic, "workout:invited", invited))
    notices.tell(actor, turn, NoticeType.WORKOUT_INVITED, told.session_id, invited)
    return actor.end(turn)


def _achieved(actor: UserActor, change: RecordAchieved, turn: Turn) -> None:
    data: dict[str, Any] = {
        "exerciseId": change.exercise_id,
        "kind": change.kind,
        "value": number(change.value),
    }
    if change.at_weight is not None:
        data["weight"] = number(change.at_weight)
    if change.previous is not None:
        data["previous"] = number(change.previous)
        data["improvement"] = improvement(change.value, change.previous)
    turn.outcome.effects.append(Push(actor.topic, "pr:achieved", data))


def _activity_changed(actor: UserActor, change: ActivityChanged, turn: Turn) -> None:
    """A workout that was deleted takes its records with it."""
    before, lifting = change.before, actor.state.lifting
    if before is None or change.after is not None or before.kind is not Kind.WORKOUT or lifting is None:
        return
    session_id = before.details.get("sessionId")
    if session_id in lifting.sessions:
        turn.then = [SessionForgotten(turn.at, session_id)]  # its XP after the workout's own: each push says the sum


def _relation_changed(actor: UserActor, change: RelationChanged, turn: Turn) -> None:
    """Those who are to see the user no longer do not go on watching them."""
    lifting = actor.state.lifting
    if lifting is not None and lifting.session_id is not None and change.what in ("parted", "hidden"):
        estranged = Estranged(actor.id, change.user_id, change.what == "hidden")
        turn.outcome.tells.append((_session(lifting.session_id), estranged))


def _session(session_id: str) -> Address:
    return Address("session", session_id)


PART = Part(
    commands={
        OwnRecords: _own_records,
        UpdateLocation: _locate,
        FindExercises: _find_exercises,
        GetExercise: _exercise,
    },
    tells={SessionBegan: _began, SessionOver: _over, Lifted: _lifted, SessionInvited: _invited},
    reactions={RecordAchieved: _achieved, ActivityChanged: _activity_changed, RelationChanged: _relation_changed},
)
