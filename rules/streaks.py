"""Streaks: days in a row. A pure function of the qualifying days, the freezes and today.

Every 10th qualifying day of a run earns a freeze, at most 2 are held. A missed day uses one by itself: it keeps the run
but does not lengthen it. A missed day with no freeze ends the run. Today may still qualify, so it is never missed.

Weeks and the periods of a group are the same in longer steps: each is known by its first day, and missed when it is over.

`walk` goes over all days. `StreakFold` is the same walk, stopped after the newest day: appending one is quick.
(The numbers are those of the default rule set.)
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from rules.metrics import ACTIVITY_COUNTS, STEPS

DAY = timedelta(days=1)
_NONE: tuple[date, ...] = ()


class StreakKind(StrEnum):
    """Names are public API and stored: never rename one."""

    ACTIVE = "active"
    STEPS_GOAL = "stepsGoal"
    WORKOUT_WEEK = "workoutWeek"
    CHECK_IN = "checkIn"
    PUFF_FREE = "puffFree"


ACTIVE = StreakKind.ACTIVE.value
STEPS_GOAL = StreakKind.STEPS_GOAL.value
WORKOUT_WEEK = StreakKind.WORKOUT_WEEK.value
CHECK_IN = StreakKind.CHECK_IN.value
PUFF_FREE = StreakKind.PUFF_FREE.value
DAILY_KINDS = (ACTIVE, STEPS_GOAL)
"""The kinds that the values of single days decide."""


@dataclass(frozen=True, slots=True)
class StreakRules:
    """`milestones`: days in a row → XP."""

    active_steps: int = field(metadata={"min": 1})
    freeze_every: int = field(metadata={"min": 1})
    freezes_held: int
    milestones: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row: `length` qualifying ones from `first` to `last`, frozen ones between them not counted."""

    first: date
    last: date
    length: int


@dataclass(frozen=True, slots=True)
class StreakView:
    """A streak as of today. `frozen_days` are those of the current run; `runs` are all there ever were, in order."""

    current: int
    longest: int
    first_day: date | None  # of the current run
    last_day: date | None  # the newest qualifying day, also when the run has ended since
    frozen_days: tuple[date, ...]
    freezes: int
    runs: tuple[Run, ...]


@dataclass(slots=True)
class StreakFold:
    """The walk over all qualifying days up to and including the newest."""

    first: date | None = None  # of the run that holds the newest day
    last: date | None = None
    length: int = 0
    held: int = 0
    frozen: list[date] = field(default_factory=list)
    longest: int = 0
    ended: list[Run] = field(default_factory=list)


def qualifying(values: Mapping[str, float], goal: int, rules: StreakRules) -> tuple[bool, bool]:
    """Does a day with these values count for the streaks of DAILY_KINDS, in their order?"""
    steps = values[STEPS]
    active = steps >= rules.active_steps or any(values.get(count, 0) > 0 for count in ACTIVITY_COUNTS)
    return active, 0 < goal <= steps


def walk(days: Iterable[date], today: date, rules: StreakRules, manual: Container[date] = _NONE) -> StreakView:
    """`days`: sorted, each once. `manual`: days that the user froze by hand.

    A hand-frozen day is paid with a freeze that is held on that day, or else with the next one earned.
    """
    return view(folded(days, lambda _: rules, manual), today, manual)


def folded(
    days: Iterable[date], rules: Callable[[date], StreakRules], manual: Container[date] = _NONE, step: timedelta = DAY
) -> StreakFold:
    """`append` of every day by the rules of that day, from nothing."""
    fold = StreakFold()
    for day in days:
        append(fold, day, rules(day), manual, step)
    return fold


def append(
    fold: StreakFold, day: date, rules: StreakRules, manual: Container[date] = _NONE, step: timedelta = DAY
) -> None:
    """Add the newest qualifying day, in place. It must be later than all before, by a whole number of steps."""
    if fold.first is None or fold.last is None:
        fold.first = day
    elif day - fold.last != step:
        kept, frozen, fold.held = _bridge(fold.last, day, fold.held, manual, step)
        if kept:
            fold.frozen += frozen
        else:
            fold.ended.append(Run(fold.first, fold.last, fold.length))
            fold.first, fold.length, fold.frozen = day, 0, []
    fold.last = day
    fold.length += 1
    fold.longest = max(fold.longest, fold.length)
    if fold.length % rules.freeze_every == 0:
        fold.held = min(rules.freezes_held, fold.held + 1)


def view(fold: StreakFold, today: date, manual: Container[date] = _NONE, step: timedelta = DAY) -> StreakView:
    """The streak as of `today`, whose own chance to qualify is not over unless it was frozen by hand."""
    if fold.first is None or fold.last is None:
        return StreakView(0, 0, None, None, (), 0, ())
    until = today
    if manual:
        present = fold.last + (today - fold.last) // step * step
        until = present + step if present in manual else today
    kept, frozen, held = _bridge(fold.last, until, fold.held, manual, step)
    return StreakView(
        current=fold.length if kept else 0,
        longest=fold.longest,
        first_day=fold.first if kept else None,
        last_day=fold.last,
        frozen_days=(*fold.frozen, *frozen) if kept else (),
        freezes=max(0, held),
        runs=(*fold.ended, Run(fold.first, fold.last, fold.length)),
    )


def insert(days: list[date], day: date) -> bool:
    """Add a day to sorted days, in place. False when it was there."""
    at = bisect_left(days, day)
    if at < len(days) and days[at] == day:
        return False
    insort(days, day)
    return True


def remove(days: list[date], day: date) -> bool:
    """Take a day out of sorted days, in place. False when it was not there."""
    at = bisect_left(days, day)
    if at == len(days) or days[at] != day:
        return False
    del days[at]
    return True


def _bridge(
    last: date, until: date, held: int, manual: Container[date], step: timedelta
) -> tuple[bool, list[date], int]:
    """What was missed after `last` and is over by `until`: (is the run kept?, frozen days, freezes then held)."""
    frozen: list[date] = []
    day, newest = last + step, until - step
    while day <= newest:
        if held <= 0 and day not in manual:
            return False, frozen, held
        held -= 1
        frozen.append(day)
        day += step
    return True, frozen, held
