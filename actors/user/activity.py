"""What a user did: steps come in day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.messages import Due, Outcome, Push
from actors.user.part import Part, Turn
from rules.changes import DayChanged
from rules.refusal import Refusal
from rules.user import today_of, views
from rules.user.commands import SyncSteps
from rules.user.events import DayTurned

if TYPE_CHECKING:
    from actors.messages import Command
    from actors.user.actor import UserActor


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


def _day_over(actor: UserActor, due: Due) -> Outcome:
    return actor.record([DayTurned(due.at, today_of(actor.state, due.at))], due.at, fired=due.name)


def _day_changed(actor: UserActor, change: DayChanged, turn: Turn) -> None:
    turn.outcome.touched.add(("day", change.after.date))
    if change.after.date == today_of(actor.state, turn.at):
        today = views.day_totals(change.after.date, change.after)
        turn.outcome.effects.append(Push(actor.topic, "stats:update", {"today": today}))


PART = Part(
    commands={SyncSteps: _sync},
    dues={"day": _day_over},
    reactions={DayChanged: _day_changed},
)
