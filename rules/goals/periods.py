"""The periods of a goal: stretches of the user's own calendar days. Weeks begin on Mondays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from rules.day import DayFacts, whole_totals

GoalType: TypeAlias = Literal["daily", "weekly", "monthly", "custom"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a goal asks for. Days before `first` and after `last` don't count; without `last` it goes on and on."""

    type: GoalType
    metric: str
    target: float
    first: date
    last: date | None
    title: str


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def period_of(terms: Terms, day: date) -> Period:
    """The period that `day` belongs to; for a day outside of the goal's time, the first or last one."""
    day = max(day, terms.first)
    if terms.last is not None:
        day = min(day, terms.last)
    match terms.type:
        case "daily":
            first, last = day, day
        case "weekly":
            first = day - timedelta(days=day.weekday())
            last = first + timedelta(days=6)
        case "monthly":
            first = day.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - _DAY
        case "custom":
            return Period(terms.first, terms.last)
    return Period(max(first, terms.first), last if terms.last is None else min(last, terms.last))


def periods_between(terms: Terms, since: date, before: date) -> Iterator[Period]:
    """Those that are over before that day, from the one of `since` on."""
    period = period_of(terms, since)
    if period.last is not None and period.last < since:
        return
    while period.last is not None and period.last < before:
        yield period
        if period.last == terms.last:
            return
        period = period_of(terms, period.last + _DAY)


def total(days: Mapping[date, DayFacts], metric: str, period: Period) -> int:
    """What the days of a period come to, in whole units: a sum of ints is the same in any order."""
    if period.last is not None and (period.last - period.first).days < len(days):
        known = (days.get(period.first + n * _DAY) for n in range((period.last - period.first).days + 1))
    else:
        known = (day for date, day in days.items() if date in period)
    return sum(whole_totals(day).get(metric, 0) for day in known if day is not None)
