"""How what a user did changes their days, and with them their rewards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rules import rewards as rewarding
from rules.activity.events import ActivityLogged, ActivityRemoved, StepsRemoved, StreakFrozen
from rules.activity.found import fact_of
from rules.changes import ActivityChanged, Change, DayChanged
from rules.day import DayFacts, DeviceDay, with_device, with_fact, without_device, without_fact
from rules.days import midnight_after, today_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from rules.ruleset import RuleSet
    from rules.user.events import DayTurned, PreferencesUpdated, StepsSynced
    from rules.user.state import User


def synced(user: User, event: StepsSynced, rules: RuleSet) -> list[Change]:
    before = user.days.get(event.date)
    day = before or DayFacts(event.date, user.preferences.daily_step_goal, user.timezone)
    totals = DeviceDay(event.steps, event.at, event.distance, event.calories, event.active_minutes, event.review)
    return _day_is(user, before, with_device(day, event.device, totals), event.at, rules)


def steps_removed(user: User, event: StepsRemoved, rules: RuleSet) -> list[Change]:
    before = user.days[event.date]
    return _day_is(user, before, without_device(before, event.device), event.at, rules)


def logged(user: User, event: ActivityLogged, rules: RuleSet) -> list[Change]:
    fact = event.activity
    known = fact_of(user, fact.id)
    changes: list[Change] = [ActivityChanged(known, fact)]
    if known is not None and known.date != fact.date:
        changes += _without(user, known.date, fact.id, event.at, rules)
    before = user.days.get(fact.date)
    day = before or DayFacts(fact.date, user.preferences.daily_step_goal, fact.zone)
    user.activities[fact.id] = fact.date
    return changes + _day_is(user, before, with_fact(day, fact), event.at, rules)


def removed(user: User, event: ActivityRemoved, rules: RuleSet) -> list[Change]:
    known = fact_of(user, event.activity_id)
    if known is None:
        return []
    del user.activities[known.id]
    return [ActivityChanged(known, None), *_without(user, known.date, known.id, event.at, rules)]


def frozen(user: User, event: StreakFrozen, rules: RuleSet) -> list[Change]:
    user.today = today_in(user.timezone, event.at, user.today)
    changes = rewarding.frozen_by_hand(user.rewards, event.streak, event.date, user.today, event.at, rules)
    _watch_the_day(user, user.today)
    return changes


def turned(user: User, event: DayTurned, rules: RuleSet) -> list[Change]:
    user.today = event.date
    changes = rewarding.day_turned(user.rewards, event.date, event.at, rules)
    _watch_the_day(user, event.date)
    return changes


def preferred(user: User, event: PreferencesUpdated, rules: RuleSet) -> list[Change]:
    """New goals and targets count from today on; earlier days and weeks keep theirs."""
    before, after = user.preferences, event.preferences
    user.preferences = after
    today = today_in(user.timezone, event.at, user.today)
    changes: list[Change] = []
    if (after.track_puffs, after.weekly_workouts) != (before.track_puffs, before.weekly_workouts):
        user.today = today
        changes = rewarding.settings_changed(
            user.rewards,
            tracks_puffs=after.track_puffs,
            weekly_workouts=after.weekly_workouts,
            today=today,
            at=event.at,
            ruleset=rules,
        )
        _watch_the_day(user, today)
    day = user.days.get(today)
    if day is not None and day.goal != after.daily_step_goal:
        changes += _day_is(user, day, replace(day, goal=after.daily_step_goal), event.at, rules)
    return changes


def _without(user: User, day: date, activity_id: str, at: datetime, rules: RuleSet) -> list[Change]:
    before = user.days[day]
    return _day_is(user, before, without_fact(before, activity_id), at, rules)


def _day_is(user: User, before: DayFacts | None, after: DayFacts, at: datetime, rules: RuleSet) -> list[Change]:
    user.days[after.date] = after
    ends, today = user.turns_at, user.today
    same_day = today is not None and ends is not None and at < ends  # quicker than asking the calendar
    if not same_day:
        today = user.today = today_in(user.timezone, at, today)
    assert today is not None
    changes = [DayChanged(before, after), *rewarding.day_changed(user.rewards, before, after, at, today, rules)]
    if not same_day:
        _watch_the_day(user, today)
    return changes


def _watch_the_day(user: User, today: date) -> None:
    """The end of the day matters only to who has a streak to lose, or a day without a puff to win."""
    rewards = user.rewards
    matters = (rewards.puffs is not None and rewards.puffs.on) or any(
        rewarding.streak(rewards, key, today).current for key in rewards.streaks
    )
    user.turns_at = midnight_after(today, user.timezone) if matters else None


EVOLVE: Mapping[type, Callable[[User, Any, RuleSet], list[Change]]] = {
    ActivityLogged: logged,
    ActivityRemoved: removed,
    StepsRemoved: steps_removed,
    StreakFrozen: frozen,
}
