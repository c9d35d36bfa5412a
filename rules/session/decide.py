"""What a command does to a session: events, or a refusal. Whoever gets here has the permission of the catalogue."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from rules.exercises import Catalogue
from rules.ids import UserId
from rules.known import Known
from rules.records import NOTHING, judge
from rules.refusal import Code, Refusal, all_invalid, invalid
from rules.ruleset import FairPlayRules
from rules.session import commands
from rules.session.commands import (
    LONGEST_REST,
    MOST_EXERCISES,
    MOST_SETS,
    MOST_SETS_OF_ALL,
    Change,
    ExercisePlan,
    Plan,
)
from rules.session.events import (
    AthleteJoined,
    AthleteLeft,
    Event,
    ExerciseSelected,
    PlannedExercise,
    PlannedSet,
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
from rules.session.life import PHASE_AFTER, wrong_state
from rules.session.state import RUNNING, Athlete, Session, session_bests

MOST_ATHLETES = 50
MOST_INVITED = 200
UNNAMED = "Workout"  # that began without being planned
_UNKNOWN = "there is no such exercise: exercise:list has the ids of all"

Decision = list[Event] | Refusal


@dataclass(frozen=True, slots=True)
class Asking:
    """Who sends a command, and what decisions about it may depend on."""

    by: Known
    at: datetime
    fair_play: FairPlayRules
    exercises: Catalogue


def plan(command: Plan | commands.Start, *, id: str, asking: Asking) -> Decision:
    """A new session; `Start` begins it at once."""
    by, at = asking.by, asking.at
    if isinstance(command, commands.Start):
        if busy := _busy(by, id):
            return busy
        return [SessionPlanned(at, id, by.user_id, by.name, UNNAMED, by.workouts, (), None), SessionStarted(at)]
    if command.template_id is not None:
        return invalid("templateId", "there are no templates here: leave it out and list the exercises")
    exercises = _planned(command.exercises or (), asking)
    if isinstance(exercises, Refusal):
        return exercises
    seen_by = command.visibility or by.workouts
    return [SessionPlanned(at, id, by.user_id, by.name, command.name, seen_by, exercises, command.location)]


def decide(session: Session, command: Change, asking: Asking) -> Decision:
    """Everything `overdue` has been applied."""
    by, at = asking.by.user_id, asking.at
    match command:
        case Plan():
            return Refusal(Code.CONFLICT, "this session exists already: plan another")
        case commands.Start():
            return _busy(asking.by, session.id) or _start(session, asking)
        case commands.Pause():
            return _allowed(session, SessionPaused(at))
        case commands.Resume():
            return _allowed(session, SessionResumed(at))
        case commands.Complete():
            if by == session.owner_id or session.phase not in RUNNING:
                return _allowed(session, SessionCompleted(at))
            return _allowed(session, AthleteLeft(at, by, kept=bool(session.athletes[by].order)))
        case commands.Cancel():
            if by == session.owner_id:
                return _allowed(session, SessionCancelled(at))
            return _allowed(session, AthleteLeft(at, by, kept=False))
        case commands.Invite():
            return _invite(session, command, asking)
        case commands.Join():
            return _join(session, asking)
        case commands.Select():
            return _select(session, session.athletes[by], command, asking)
        case commands.CompleteSet():
            return _complete_set(session, session.athletes[by], command, asking)
        case commands.UndoSet():
            if not session.athletes[by].order and session.phase in RUNNING:
                return Refusal(Code.CONFLICT, "you have done no set yet that could be undone")
            return _allowed(session, SetUndone(at, by))
        case commands.StartRest():
            return _rest(session, command, asking)
        case commands.SkipRest():
            if session.athletes[by].rest is None and session.phase in RUNNING:
                return []  # over by itself a moment ago, or skipped on another device
            return _allowed(session, RestEnded(at, by, skipped=True))
        case _:
            assert_never(command)


def busy_elsewhere(session: Session, user_id: str, at: datetime) -> list[Event]:
    """An athlete turns out to train in another session that runs: they can't be in this one."""
    if session.phase not in RUNNING or user_id not in session.athletes or not session.athletes[user_id].here:
        return []
    return [SessionCancelled(at)] if user_id == session.owner_id else [AthleteLeft(at, user_id, kept=False)]


def shut_out(session: Session, blocked: Set[UserId], at: datetime) -> list[Event]:
    """Between these athletes and the owner there is a block: their part is over, as it stands."""
    if session.phase not in PHASE_AFTER[AthleteLeft]:
        return []
    others = [athlete for athlete in session.athletes.values() if athlete.user_id != session.owner_id]
    return [
        AthleteLeft(at, athlete.user_id, kept=bool(athlete.order))
        for athlete in others
        if athlete.here and athlete.user_id in blocked
    ]


def _start(session: Session, asking: Asking) -> Decision:
    started = _allowed(session, SessionStarted(asking.at))
    return started if isinstance(started, Refusal) else shut_out(session, asking.by.blocked, asking.at) + started


def _allowed(session: Session, event: Event) -> Decision:
    """The event, where the table has it in this phase."""
    return [event] if session.phase in PHASE_AFTER[type(event)] else wrong_state(session.phase)


def _busy(by: Known, session_id: str) -> Refusal | None:
    if by.session_id is None or by.session_id == session_id:
        return None
    text = f"you are in a workout already ({by.session_id}): complete or cancel that one first"
    return Refusal(Code.CONFLICT, text, {"sessionId": by.session_id})


def _planned(wanted: Sequence[ExercisePlan], asking: Asking) -> tuple[PlannedExercise, ...] | Refusal:
    planned: list[PlannedExercise] = []
    problems: dict[str, str] = {}
    for position, each in enumerate(wanted):
        path = f"exercises.{position}"
        sets = tuple(PlannedSet(goal.weight, goal.reps) for goal in each.sets or ())
        exercise = asking.exercises.get(each.exercise_id)
        if exercise is None:
            problems[f"{path}.exerciseId"] = _UNKNOWN
        elif any(other.exercise_id == each.exercise_id for other in planned):
            problems[f"{path}.exerciseId"] = "stands in the plan already: put all its sets in one place"
        else:
            planned.append(PlannedExercise(exercise.id, exercise.name, sets))
        for number, goal in enumerate(sets):
            if problem := _implausible(goal.weight, goal.reps, asking.fair_play):
                problems[f"{path}.sets.{number}"] = problem
    if sum(len(exercise.sets) for exercise in planned) > MOST_SETS:
        problems["exercises"] = f"hold more than the {MOST_SETS} sets that a session takes"
    return all_invalid(problems) if problems else tuple(planned)


def _invite(session: Session, command: commands.Invite, asking: Asking) -> Decision:
    if session.phase not in PHASE_AFTER[UsersInvited]:
        return wrong_state(session.phase)
    known = session.invited | session.athletes.keys() | asking.by.blocked  # a block says nothing
    new = tuple(dict.fromkeys(user_id for user_id in command.user_ids if user_id not in known))
    if len(session.invited) + len(new) > MOST_INVITED:
        return invalid("userIds", f"a session has at most {MOST_INVITED} invitations: let others find it by itself")
    return [UsersInvited(asking.at, asking.by.user_id, new)] if new else []


def _join(session: Session, asking: Asking) -> Decision:
    by = asking.by
    if session.phase not in PHASE_AFTER[AthleteJoined]:
        return wrong_state(session.phase)
    if by.user_id in session.athletes:
        here = session.athletes[by.user_id].here
        text = "you are in this session already" if here else "you have completed your part: start another session"
        return Refusal(Code.ALREADY_JOINED, text)
    if len(session.athletes) >= MOST_ATHLETES:
        return Refusal(Code.CONFLICT, f"{MOST_ATHLETES} athletes are all that a session takes: start another")
    if session.phase in RUNNING and (busy := _busy(by, session.id)):
        return busy
    return [AthleteJoined(asking.at, by.user_id, by.name)]


def _select(session: Session, athlete: Athlete, command: commands.Select, asking: Asking) -> Decision:
    if session.phase not in PHASE_AFTER[ExerciseSelected]:
        return wrong_state(session.phase)
    ids = [training.exercise_id for training in athlete.exercises]
    if command.exercise_id in ids:
        if athlete.current == ids.index(command.exercise_id):
            return []
        name = athlete.exercises[ids.index(command.exercise_id)].name
        return [ExerciseSelected(asking.at, athlete.user_id, command.exercise_id, name)]
    exercise = asking.exercises.get(command.exercise_id)
    if exercise is None:
        return invalid("exerciseId", _UNKNOWN)
    if len(ids) >= MOST_EXERCISES:
        text = f"{MOST_EXERCISES} exercises are all that a session takes: choose one of them, or complete it"
        return Refusal(Code.CONFLICT, text)
    return [ExerciseSelected(asking.at, athlete.user_id, exercise.id, exercise.name)]


def _complete_set(session: Session, athlete: Athlete, command: commands.CompleteSet, asking: Asking) -> Decision:
    if session.phase not in PHASE_AFTER[SetCompleted]:
        return wrong_state(session.phase)
    if athlete.current is None:
        return Refusal(Code.CONFLICT, "no exercise is selected: send exercise:select first")
    if command.weight is command.reps is command.seconds is command.distance is None:
        return invalid("reps", "says nothing: give at least one of weight, reps, seconds and distance")
    if problem := _implausible(command.weight, command.reps, asking.fair_play):
        return Refusal(Code.IMPLAUSIBLE_ACTIVITY, f"{problem}: check the numbers and send it again")
    if len(athlete.order) >= MOST_SETS:
        return Refusal(Code.CONFLICT, f"{MOST_SETS} sets are all that a session takes: complete it and start another")
    if sum(len(each.order) for each in session.athletes.values()) >= MOST_SETS_OF_ALL:
        text = f"{MOST_SETS_OF_ALL:,} sets are all that a session takes of everybody together: start another"
        return Refusal(Code.CONFLICT, text)
    training = athlete.exercises[athlete.current]
    earlier = (asking.by.records or {}).get(training.exercise_id, NOTHING)
    records = judge(earlier, session_bests(training), command.weight, command.reps)
    done = SetCompleted(
        asking.at,
        athlete.user_id,
        training.exercise_id,
        command.weight,
        command.reps,
        command.seconds,
        command.distance,
        command.rpe,
        command.notes,
        records,
    )
    return [done]


def _rest(session: Session, command: commands.StartRest, asking: Asking) -> Decision:
    seconds = asking.by.rest_seconds if command.seconds is None else command.seconds
    if not 0 < seconds <= LONGEST_REST:
        return invalid("seconds", "is missing, and your preferences have no usual rest: say how long")
    return _allowed(session, RestStarted(asking.at, asking.by.user_id, seconds))


def _implausible(weight: float | None, reps: int | None, limits: FairPlayRules) -> str | None:
    if weight is not None and weight > limits.set_kilograms:
        return f"{weight:g} kg in a set is more than the {limits.set_kilograms} kg that anybody lifts"
    if reps is not None and reps > limits.set_repetitions:
        return f"{reps} repetitions in a set are more than the {limits.set_repetitions} that anybody does"
    return None
