"""Badges: conditions as data over a user's stats. What a user has earned is a function of the stats alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from rules.stats import UserStats, best_day, days_with, in_hours

Tier: TypeAlias = Literal["bronze", "silver", "gold", "platinum"]


class Subject(StrEnum):
    """What a condition looks at."""

    TOTAL = "total"  # lifetime total of a metric
    DAY = "day"  # days with so much of a metric
    STREAK = "streak"  # longest streak of a kind
    REACH = "reach"  # "level"
    COUNT = "count"  # one of stats.Count
    HOUR = "hour"  # activities of a kind begun at a time of day


@dataclass(frozen=True, slots=True)
class Condition:
    """At least so much of something. `days` belongs to DAY, the hours [start, end) belong to HOUR."""

    subject: Subject
    of: str
    at_least: int
    days: int = 1
    start: int = 0
    end: int = 24


@dataclass(frozen=True, slots=True)
class Badge:
    """Earned when all conditions hold; a repeatable one again for each multiple of what they ask."""

    id: str
    name: str
    description: str
    tier: Tier
    when: tuple[Condition, ...]
    repeatable: bool = False


def have(condition: Condition, stats: UserStats) -> tuple[int, int]:
    """(how much there is, how much it takes), in the terms in which the condition counts."""
    match condition.subject:
        case Subject.TOTAL:
            return stats.totals.get(condition.of, 0), condition.at_least
        case Subject.DAY:
            return days_with(stats, condition.of, condition.at_least), condition.days
        case Subject.STREAK:
            return stats.streaks.get(condition.of, 0), condition.at_least
        case Subject.REACH:
            return stats.level, condition.at_least
        case Subject.COUNT:
            return stats.counts.get(condition.of, 0), condition.at_least
        case Subject.HOUR:
            return in_hours(stats, condition.of, condition.start, condition.end), condition.at_least


def times(badge: Badge, stats: UserStats) -> int:
    """How often the badge is earned; 0 is not."""
    fewest = min(max(0, got) // need for got, need in (have(condition, stats) for condition in badge.when))
    return fewest if badge.repeatable else min(1, fewest)


def earned(stats: UserStats, badges: Iterable[Badge]) -> dict[str, int]:
    """badge id → how often, for those earned at all."""
    return {badge.id: n for badge in badges if (n := times(badge, stats))}


def progress(badge: Badge, stats: UserStats) -> tuple[int, int]:
    """(have, need) towards the badge, or towards the next time of a repeatable one; have ≤ need.

    A single day's condition shows the best day's value. Of several conditions, the one furthest from done is shown.
    """
    done = times(badge, stats)
    shown = [_progress(condition, stats, done if badge.repeatable else 0) for condition in badge.when]
    return min(shown, key=lambda pair: pair[0] / pair[1])


def _progress(condition: Condition, stats: UserStats, done: int) -> tuple[int, int]:
    got, need = have(condition, stats)
    if condition.subject is Subject.DAY and condition.days == 1 and done == 0:
        return min(best_day(stats, condition.of), condition.at_least), condition.at_least
    return max(0, min(got - done * need, need)), need
