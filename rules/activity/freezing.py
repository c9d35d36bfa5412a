"""Freezing a day of a streak by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules import streaks
from rules.activity.events import Event, StreakFrozen
from rules.days import today_in
from rules.refusal import Code, Refusal, invalid
from rules.reward_state import StreakTrack
from rules.streak_keys import group_of, shown_keys, step_of, view_of
from rules.streaks import CHECK_IN

if TYPE_CHECKING:
    from datetime import date

    from rules.activity.commands import FreezeStreak
    from rules.asked import Asked
    from rules.user.state import User


def freeze(user: User, command: FreezeStreak, asked: Asked) -> list[Event] | Refusal:
    """It takes a freeze that is held, and must keep a streak going that would end otherwise (or may, today)."""
    key = freezable(user, command)
    if isinstance(key, Refusal):
        return key
    track = user.rewards.streaks.get(key)
    today = today_in(user.timezone, asked.now, user.today)
    if track is None or track.fold.last is None:
        return _no_freeze(asked)
    refusal = _wrong_day(command.date, today, asked)
    if refusal is not None:
        return refusal
    day = period_of(track, key, command.date)
    if day in track.manual:
        return []
    before = view_of(track, key, _seen_on(key, today))
    if before.freezes == 0:
        return _no_freeze(asked)
    if day in track.days:
        return Refusal(Code.CONFLICT, f"{command.date} counts for the streak: it needs no freeze")
    if day in before.frozen_days:
        return Refusal(Code.CONFLICT, f"{command.date} is frozen already")
    manual = (*track.manual, day)
    fold = streaks.folded(track.days, asked.rules.streaks_on, manual, step_of(key))
    after = view_of(StreakTrack(track.days, fold, manual), key, _seen_on(key, today))
    if day not in after.frozen_days or after.current < before.current or after.longest < before.longest:
        return Refusal(
            Code.CONFLICT,
            f"freezing {command.date} keeps no streak going: freeze a day between two that count, or today",
        )
    return [StreakFrozen(asked.now, key, day)]


def _no_freeze(asked: Asked) -> Refusal:
    return Refusal(Code.CONFLICT, f"there is no freeze to use: {asked.rules.streaks.freeze_every} in a row earn one")


def freezable(user: User, command: FreezeStreak) -> str | Refusal:
    """The key of the streak that is meant."""
    if command.kind != CHECK_IN:
        return command.kind if command.group_id is None else invalid("groupId", "belongs to a checkIn streak alone")
    keys = [key for key in shown_keys(user.rewards) if group_of(key) is not None]
    if command.group_id is not None:
        keys = [key for key in keys if group_of(key) == command.group_id]
    if len(keys) == 1:
        return keys[0]
    if keys:
        return invalid("groupId", "is needed, since you check in with several groups")
    return Refusal(Code.NOT_FOUND, "there is no such check-in streak yet: check in with the group first")


def _seen_on(key: str, today: date) -> date:
    """A group's present period is looked at as if it were over already: otherwise it could not be frozen in time."""
    return today if group_of(key) is None else today + streaks.DAY


def period_of(track: StreakTrack, key: str, day: date) -> date:
    """The first day of the streak's period that has `day`."""
    assert track.fold.last is not None
    step = step_of(key)
    return track.fold.last + (day - track.fold.last) // step * step


def _wrong_day(day: date, today: date, asked: Asked) -> Refusal | None:
    late = asked.rules.activity.late_days
    if today - timedelta(days=late) <= day <= today:
        return None
    return invalid("date", f"must be today or up to {late} days back")
