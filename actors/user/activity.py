"""What a user did: steps come in day by day, everything else one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from actors.messages import Address, Due, Outcome, Push
from actors.user.part import Part, Turn
from rules.activity import views as activities
from rules.activity.commands import DeleteActivity, FreezeStreak, LogRun, LogWalk, RecordPuff
from rules.activity.decide import is_full, repeated_id
from rules.activity.events import ActivityLogged, ActivityRemoved
from rules.activity.fact import Kind
from rules.activity.found import as_dated, fact_of, named_fact, steps_of
from rules.activity.freezing import freezable
from rules.activity.told import check_in, workout
from rules.changes import DayChanged
from rules.refusal import Refusal
from rules.tells.group import CheckedIn, CheckInRemoved
from rules.tells.session import WorkoutDone
from rules.user import today_of, views
from rules.user.commands import SyncSteps
from rules.user.events import DayTurned

if TYPE_CHECKING:
    from datetime import datetime

    from actors.messages import Command, Tell
    from actors.user.actor import UserActor
    from rules.activity.fact import Fact

# --- commands ---


def _sync(actor: UserActor, wanted: SyncSteps, command: Command) -> Outcome:
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    user, device = actor.state, wanted.device or command.by.device
    today = today_of(user, command.at)
    outcome.reply = {
        "activity": views.activity(user, wanted.date, device),
        "today": views.day_totals(today, user.days.get(today)),
    }
    return outcome


def _log(actor: UserActor, wanted: RecordPuff | LogWalk | LogRun, command: Command) -> Outcome:
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    logged = next((event.activity.id for event in decision if isinstance(event, ActivityLogged)), None)
    fact = fact_of(actor.state, logged or repeated_id(actor.state, wanted) or "")
    assert fact is not None
    outcome.reply = {"activity": activities.activity(actor.id, fact)}
    if isinstance(wanted, RecordPuff):
        today = today_of(actor.state, command.at)
        outcome.reply["today"] = views.day_totals(today, actor.state.days.get(today))
    return outcome


def _delete(actor: UserActor, wanted: DeleteActivity, command: Command) -> Outcome:
    """A check-in is its group's to take back, which tells of it."""
    user = actor.state
    fact = named_fact(user, wanted.activity_id)
    if fact is not None and fact.kind is Kind.CHECK_IN:
        group = Address("group", fact.details["groupId"])
        return Outcome(forward=group, known=replace(actor.known(), fact=fact))
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    steps = None if fact is not None else steps_of(user, wanted.activity_id)
    shown: dict[str, Any]
    if fact is not None:
        shown = dict(activities.activity(user.id, fact, removed=True))
    else:
        assert steps is not None
        shown = {**views.activity(user, *steps), "status": "removed"}
    outcome = actor.record(decision, command.at)
    if steps is not None:
        outcome.touched.add(("steps", *steps))
    outcome.reply = {"activity": shown}
    return outcome


def _freeze(actor: UserActor, wanted: FreezeStreak, command: Command) -> Outcome:
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    key = freezable(actor.state, wanted)
    assert isinstance(key, str)
    outcome.reply = views.streak_of(actor.state, key, today_of(actor.state, command.at))
    return outcome


# --- what sessions and groups tell ---


def _workout_done(actor: UserActor, told: WorkoutDone, tell: Tell) -> Outcome:
    return _told(actor, workout(actor.state, told, tell.at), tell.at)


def _checked_in(actor: UserActor, told: CheckedIn, tell: Tell) -> Outcome:
    return _told(actor, check_in(actor.state, told, tell.at), tell.at)


def _told(actor: UserActor, fact: Fact, at: datetime) -> Outcome:
    """Told twice, it has happened once. Nobody is there to be refused: what a day has no room for does not count."""
    fact = as_dated(actor.state, fact)
    if fact.says_as(fact_of(actor.state, fact.id)) or is_full(actor.state, fact):
        return Outcome()
    return actor.record([ActivityLogged(at, fact)], at)


def _check_in_removed(actor: UserActor, told: CheckInRemoved, tell: Tell) -> Outcome:
    if fact_of(actor.state, told.activity_id) is None:
        return Outcome()
    return actor.record([ActivityRemoved(tell.at, told.activity_id)], tell.at)


# --- time, and what changes ---


def _day_over(actor: UserActor, due: Due) -> Outcome:
    return actor.record([DayTurned(due.at, today_of(actor.state, due.at))], due.at, fired=due.name)


def _day_changed(actor: UserActor, change: DayChanged, turn: Turn) -> None:
    turn.outcome.touched.add(("day", change.after.date))
    if change.after.date == today_of(actor.state, turn.at):
        today = views.day_totals(change.after.date, change.after)
        turn.outcome.effects.append(Push(actor.topic, "stats:update", {"today": today}))


PART = Part(
    commands={
        SyncSteps: _sync,
        RecordPuff: _log,
        LogWalk: _log,
        LogRun: _log,
        DeleteActivity: _delete,
        FreezeStreak: _freeze,
    },
    tells={WorkoutDone: _workout_done, CheckedIn: _checked_in, CheckInRemoved: _check_in_removed},
    dues={"day": _day_over},
    reactions={DayChanged: _day_changed},
)
