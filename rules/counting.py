"""Which increments of a day's value count in a challenge.

A day's value is a line [0, value). Every increment [before, after) counts or does not when it arrives; a take-back
removes what lies above it, counted or not, so that what is taken back leaves no trace.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import fsum
from typing import TypeAlias

from rules.days import day_of

_MOMENT = timedelta(microseconds=1)

# What counts of one day. A number n is [0, n), which is all that most days need; else the pieces, in order, apart.
Counted: TypeAlias = float | tuple[tuple[float, float], ...]
NOTHING: Counted = 0.0


class Why(StrEnum):
    """Why an increment counted, or not. Kept in the journal and in receipts: never rename one."""

    COUNTED = "counted"
    TAKEN_BACK = "takenBack"
    OUTSIDE = "outsideWindow"  # the day is not one of the challenge's
    BEFORE_JOINING = "beforeJoining"  # the day was over when they joined
    NOT_LIVE = "notLive"  # first or last day, or one with a pause: it did not arrive while the challenge was live
    IN_PAUSE = "inPause"  # some of the activity's time was in a pause
    ROUND_OVER = "roundOver"  # that round of an elimination was decided
    DROPPED_OUT = "droppedOut"
    FINAL = "resultsFinal"  # it came after the results were; said in receipts, and never journalled
    PRIVATE = "private"  # standings would tell everybody what its owner tells nobody
    TOO_MANY = "tooMany"  # more activities than a challenge counts of one participant


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing counts from `start` until `end`; None while it lasts."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """When a challenge runs. It ends just before `ends_at`: a midnight end leaves the day it begins out."""

    starts_at: datetime
    ends_at: datetime
    pauses: Sequence[Pause] = ()


def why(window: Window, joined_at: datetime, day: date, zone: str, *, live: bool, settling: bool) -> Why:
    """Does an increment of `day` (in `zone`) count that arrives now, while the challenge is `live` or `settling`?

    A day between the first and the last that no pause touched counts whenever it arrives. The last day counts while
    settling too, unless the challenge was paused when it ended.
    """
    first = day_of(window.starts_at, zone)
    last = day_of(window.ends_at - _MOMENT, zone)
    if not first <= day <= last:
        return Why.OUTSIDE
    if day < day_of(joined_at, zone):
        return Why.BEFORE_JOINING
    if live or (settling and day == last and not _paused_at_the_end(window)):
        return Why.COUNTED
    whole = first < day < last and not any(_touches(pause, day, zone) for pause in window.pauses)
    return Why.COUNTED if whole else Why.NOT_LIVE


def why_activity(
    window: Window, joined_at: datetime, day: date, zone: str, starts_at: datetime, ends_at: datetime
) -> Why:
    """Does an activity of `day` count? With its whole time, or not at all."""
    if starts_at < window.starts_at or ends_at > window.ends_at or starts_at >= window.ends_at:
        return Why.OUTSIDE
    if day < day_of(joined_at, zone):
        return Why.BEFORE_JOINING
    for pause in window.pauses:
        begun = pause.start < ends_at or pause.start == starts_at
        if begun and (pause.end is None or starts_at < pause.end):
            return Why.IN_PAUSE
    return Why.COUNTED


def _paused_at_the_end(window: Window) -> bool:
    return bool(window.pauses) and window.pauses[-1].end == window.ends_at


def _touches(pause: Pause, day: date, zone: str) -> bool:
    if day < day_of(pause.start, zone):
        return False
    return pause.end is None or (pause.start < pause.end and day <= day_of(pause.end - _MOMENT, zone))


def add(counted: Counted, before: float, after: float) -> Counted:
    """Count [before, after) too. Counting a piece twice counts it once."""
    if before >= after:
        return counted
    if isinstance(counted, float) and before <= counted:
        return max(counted, after)
    return _joined([*_pieces(counted), (before, after)])


def cut(counted: Counted, at: float) -> Counted:
    """Remove what lies above `at`."""
    if isinstance(counted, float):
        return min(counted, at)
    return _joined([(low, min(high, at)) for low, high in counted if low < at])


def measure(counted: Counted) -> float:
    """How much counts."""
    if isinstance(counted, float):
        return counted
    return fsum(high - low for low, high in counted)


def total(days: Iterable[Counted]) -> float:
    """The sum over days, exactly rounded: their order makes no difference."""
    return fsum(map(measure, days))


def _pieces(counted: Counted) -> Sequence[tuple[float, float]]:
    if isinstance(counted, float):
        return ((0.0, counted),) if counted else ()
    return counted


def _joined(pieces: list[tuple[float, float]]) -> Counted:
    """The same line in its shortest form."""
    whole: list[tuple[float, float]] = []
    for low, high in sorted(pieces):
        if whole and low <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], high))
        else:
            whole.append((low, high))
    if not whole:
        return NOTHING
    if len(whole) == 1 and whole[0][0] == 0:
        return whole[0][1]
    return tuple(whole)
