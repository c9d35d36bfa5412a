"""What it leads to that a user says what they did: events, or a refusal. Nothing is changed here."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from rules.activity.commands import DeleteActivity, FreezeStreak, LogRun, LogWalk, RecordPuff
from rules.activity.events import ActivityLogged, ActivityRemoved, Event, StepsRemoved
from rules.activity.fact import ONE_PUFF, Fact, Kind, counted_by
from rules.activity.found import as_dated, fact_of, happened_on, named_fact, steps_of, too_late
from rules.activity.freezing import freeze
from rules.activity.outing import outing
from rules.activity.sealing import SEALED_AFTER
from rules.day import fact_in
from rules.days import stamp
from rules.ids import derived
from rules.refusal import Code, Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rules.asked import Asked
    from rules.ids import ActivityId
    from rules.user.state import User

MOST_FACTS = 200  # a day, puffs aside
MOST_PUFFS = 500  # a day; who vapes all day long comes to 300 or 400

_NO_SUCH = Refusal(
    Code.NOT_FOUND,
    f"you have no such activity: check the id; a puff can be deleted for {SEALED_AFTER} days, then it only counts",
)


def repeated_id(user: User, command: RecordPuff | LogWalk | LogRun) -> ActivityId | None:
    """What is sent again with its client id is the same activity; a walk may become a run. None without a client id."""
    if command.client_id is None:
        return None
    return derived("activity", user.id, "puff" if isinstance(command, RecordPuff) else "outing", command.client_id)


def _puff(user: User, command: RecordPuff, asked: Asked) -> list[Event] | Refusal:
    at = command.at or asked.now
    refusal = _in_the_future(at, asked)
    if refusal is not None:
        return refusal
    day = happened_on(user, at, asked.now)
    late = too_late(user, day, "at", asked.now, asked.rules)
    if late is not None:
        return late
    activity_id = repeated_id(user, command) or asked.new_id()
    if command.at is None and (known := fact_of(user, activity_id)) is not None:
        at, day = known.starts_at, known.date  # sent again: it was not now
    details = counted_by(command.device or asked.device)
    return _log(user, Fact(activity_id, Kind.PUFF, day, user.timezone, at, at, ONE_PUFF, asked.now, details=details))


def _in_the_future(at: datetime, asked: Asked) -> Refusal | None:
    limit = asked.now + timedelta(seconds=asked.rules.activity.clock_skew)
    if at <= limit:
        return None
    return Refusal(
        Code.IMPLAUSIBLE_ACTIVITY,
        f"{stamp(at)} has not come yet, it is {stamp(asked.now)}; correct the device's clock, or leave `at` out",
        {"limit": stamp(limit), "got": stamp(at), "retryAfter": ceil((at - limit).total_seconds())},
    )


def _walk(user: User, command: LogWalk, asked: Asked) -> list[Event] | Refusal:
    return _outing(user, Kind.WALK, command, asked)


def _run(user: User, command: LogRun, asked: Asked) -> list[Event] | Refusal:
    return _outing(user, Kind.RUN, command, asked)


def _outing(user: User, kind: Any, command: LogWalk | LogRun, asked: Asked) -> list[Event] | Refusal:
    if command.end_time is None and command.client_id is None:
        return invalid(
            "clientId", "is needed to begin without endTime: log it again with the same clientId and its end"
        )
    activity_id = repeated_id(user, command) or asked.new_id()
    known = fact_of(user, activity_id)
    if command.end_time is None and known is not None and not known.going_on:
        return []  # a device that has not heard that it is over
    made = outing(user, kind, activity_id, command, asked)
    if isinstance(made, Refusal):
        return made
    return _log(user, *made)


def _log(user: User, fact: Fact, route: str | None = None) -> list[Event] | Refusal:
    fact = as_dated(user, fact)
    if fact.says_as(fact_of(user, fact.id)):
        return []
    if is_full(user, fact):
        most, what = (MOST_PUFFS, "puffs") if fact.kind is Kind.PUFF else (MOST_FACTS, "activities")
        return Refusal(
            Code.CONFLICT,
            f"{fact.date} has {most} {what}, which is all that a day takes; delete one of them first",
            {"limit": most},
        )
    return [ActivityLogged(fact.recorded_at, fact, route)]


def is_full(user: User, fact: Fact) -> bool:
    """Has the day no room for one more? Puffs, which come by the hundred, have a room of their own."""
    day = user.days.get(fact.date)
    if day is None or len(day.facts) < MOST_FACTS or fact_in(day, fact.id) is not None:
        return False
    puffs = sum(each.kind is Kind.PUFF for each in day.facts)
    return puffs >= MOST_PUFFS if fact.kind is Kind.PUFF else len(day.facts) - puffs >= MOST_FACTS


def _delete(user: User, command: DeleteActivity, asked: Asked) -> list[Event] | Refusal:
    """Of a check-in, its group hears first."""
    fact = named_fact(user, command.activity_id)
    if fact is not None:
        return [ActivityRemoved(asked.now, fact.id)]
    steps = steps_of(user, command.activity_id)
    return _NO_SUCH if steps is None else [StepsRemoved(asked.now, *steps)]


DECIDE: Mapping[type, Callable[..., Any]] = {
    RecordPuff: _puff,
    LogWalk: _walk,
    LogRun: _run,
    DeleteActivity: _delete,
    FreezeStreak: freeze,
}
