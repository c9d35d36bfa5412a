"""What badges look at: a user's numbers over a lifetime, kept so that anything can be taken back."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from enum import StrEnum


class Count(StrEnum):
    """Things counted beside metrics. Names are used in rule sets and stored: never rename one."""

    CHALLENGES_JOINED = "challengesJoined"
    CHALLENGES_FINISHED = "challengesFinished"  # ranked at the end
    CHALLENGES_WON = "challengesWon"
    PODIUMS = "podiums"
    TARGETS_REACHED = "targetsReached"
    FRIENDS = "friends"  # the most at a time: a badge for friends is not lost with one of them
    RECORDS = "records"


@dataclass(slots=True)
class UserStats:
    """Whole units throughout, so that the order in which facts came leaves no trace.

    `days` holds every non-zero day value of a metric in ascending order (not by date): the best day, the number of days
    with at least x, and taking a day back are all a bisection away.
    """

    totals: dict[str, int] = field(default_factory=dict)  # metric → lifetime total
    days: dict[str, list[int]] = field(default_factory=dict)  # metric → day values, ascending
    streaks: dict[str, int] = field(default_factory=dict)  # kind → longest
    level: int = 1  # the highest ever reached
    counts: dict[str, int] = field(default_factory=dict)  # Count → n
    hours: dict[str, int] = field(default_factory=dict)  # `hour_key` → activities that began in that hour


def hour_key(activity: str, hour: int) -> str:
    """`run@06`: runs that began between 06:00 and 06:59, in the user's zone."""
    return f"{activity}@{hour:02}"


def change_day(stats: UserStats, metric: str, before: int, after: int) -> int:
    """A day's value went from `before` to `after` (0: none). Returns the lifetime total before that."""
    total = stats.totals.get(metric, 0)
    stats.totals[metric] = total - before + after
    values = stats.days.get(metric)
    if values is None:
        values = stats.days[metric] = []
    _replace(values, before, after)
    return total


def best_day(stats: UserStats, metric: str) -> int:
    """The highest day value; 0 when there is none."""
    values = stats.days.get(metric)
    return max(0, values[-1]) if values else 0


def days_with(stats: UserStats, metric: str, at_least: int) -> int:
    """The number of days with at least so much (`at_least` above 0)."""
    values = stats.days.get(metric)
    return len(values) - bisect_left(values, at_least) if values else 0


def in_hours(stats: UserStats, activity: str, start: int, end: int) -> int:
    """Activities that began at `start` o'clock or later and before `end` o'clock."""
    return sum(stats.hours.get(hour_key(activity, hour), 0) for hour in range(start, end))


def _replace(values: list[int], before: int, after: int) -> None:
    if before:
        at = bisect_left(values, before)
        nearby = at + 1 == len(values) or values[at + 1] >= after
        if after > before and after and nearby:  # the usual case: a day grows and stays where it is in the order
            values[at] = after
            return
        del values[at]
    if after:
        insort(values, after)
