"""Weeks of workouts, Monday to Sunday in the user's time zone: the streak of those in which the weekly target was reached.

A new target counts from its week on; earlier weeks keep theirs.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from rules.changes import Change
from rules.reward_changes import streak_day
from rules.reward_state import Rewards, Weeks
from rules.ruleset import RuleSet
from rules.streaks import WORKOUT_WEEK

USUAL_TARGET = 3  # workouts a week, of who never said otherwise


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def target_of(weeks: Weeks, monday: date) -> int:
    """The target in force in that week."""
    return next((target for since, target in reversed(weeks.targets) if since <= monday), USUAL_TARGET)


def workouts_changed(
    rewards: Rewards, day: date, was: int, now: int, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    """The workouts of a day are `now`. Returns the badges that this may touch."""
    if was == now:
        return ()
    if rewards.weeks is None:
        rewards.weeks = Weeks()
    weeks, monday = rewards.weeks, monday_of(day)
    before = weeks.workouts.pop(monday, 0)
    if after := before - was + now:
        weeks.workouts[monday] = after
    target = target_of(weeks, monday)
    return _reached(rewards, monday, before >= target, after >= target, ruleset, changes)


def target_changed(
    rewards: Rewards, target: int, today: date, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    """The user's weekly target is `target` from this week on. Returns the badges that this may touch."""
    weeks, monday = rewards.weeks or Weeks(), monday_of(today)
    was = target_of(weeks, monday)
    if target == was:
        return ()
    rewards.weeks = weeks
    weeks.targets = [(since, known) for since, known in weeks.targets if since < monday]
    if target_of(weeks, monday) != target:
        weeks.targets.append((monday, target))
    done = weeks.workouts.get(monday, 0)
    return _reached(rewards, monday, done >= was, done >= target, ruleset, changes)


def _reached(
    rewards: Rewards, monday: date, before: bool, after: bool, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    if before == after:
        return ()
    return streak_day(rewards, WORKOUT_WEEK, monday, after, ruleset, changes)
