"""Puff-free days: whole days without a puff, since puffs are tracked.

A day ends without any event, so it counts when the user's calendar goes on; a puff that is known later takes it back.
"""

from bisect import insort
from collections.abc import Sequence
from datetime import date

from rules import streaks
from rules.changes import Change, StreakChanged
from rules.reward_changes import gain, streak_day, streak_followed
from rules.reward_state import PuffWatch, Rewards, StreakTrack
from rules.ruleset import RuleSet
from rules.streak_keys import view_of
from rules.streaks import DAY, PUFF_FREE
from rules.xp import PUFF_FREE_RULE


def is_watched(watch: PuffWatch, day: date) -> bool:
    """Were puffs tracked all day?"""
    return any(first <= day and (last is None or day <= last) for first, last in reversed(watch.periods))


def switched(rewards: Rewards, on: bool, today: date) -> None:
    """Tracking was switched on or off during `today`, which is therefore no whole day."""
    watch = rewards.puffs or PuffWatch()
    if on == watch.on:
        return
    rewards.puffs = watch
    periods = watch.periods
    if on:
        periods.append((today + DAY, None))
        return
    first, _ = periods.pop()
    if first < today:
        periods.append((first, today - DAY))


def puffs_changed(
    rewards: Rewards, day: date, was: int, now: int, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    """The puffs of a day are `now`. Returns the badges that this may touch."""
    watch = rewards.puffs
    if watch is None or (was > 0) == (now > 0):
        return ()
    if rewards.today is None or day >= rewards.today:
        if now > 0:
            insort(watch.puffed, day)
        else:
            watch.puffed = [each for each in watch.puffed if each != day]
        return ()
    if not is_watched(watch, day):
        return ()
    clean = now == 0
    amount = ruleset.on(day).xp.puff_free_day
    gain(rewards, amount if clean else -amount, PUFF_FREE_RULE, day.isoformat(), "puff-free day", changes)
    return streak_day(rewards, PUFF_FREE, day, clean, ruleset, changes)


def days_over(rewards: Rewards, first: date, today: date, ruleset: RuleSet, changes: list[Change]) -> Sequence[int]:
    """The days from `first` on are over, now that it is `today`. Returns the badges that this may touch."""
    watch = rewards.puffs
    if watch is None:
        return ()
    clean = []
    day = first
    while day < today:
        if is_watched(watch, day) and day not in watch.puffed:
            clean.append(day)
        day += DAY
    watch.puffed = [day for day in watch.puffed if day >= today]
    track = rewards.streaks.get(PUFF_FREE)
    if track is None:
        if not clean:
            return ()
        track = rewards.streaks[PUFF_FREE] = StreakTrack()
    before = view_of(track, PUFF_FREE, first)
    for day in clean:
        then = ruleset.on(day)
        gain(rewards, then.xp.puff_free_day, PUFF_FREE_RULE, day.isoformat(), "puff-free day", changes)
        track.days.append(day)
        streaks.append(track.fold, day, then.streaks, track.manual)
    after = view_of(track, PUFF_FREE, today)
    if after.current > before.current:
        changes.append(StreakChanged(PUFF_FREE, "extended", after))
    elif after.first_day != before.first_day:
        changes.append(StreakChanged(PUFF_FREE, "broken", after))
    elif after.frozen_days != before.frozen_days:
        changes.append(StreakChanged(PUFF_FREE, "frozen", after))
    return streak_followed(rewards, PUFF_FREE, before, after, ruleset, changes)
