"""Check-in periods: whole days of the group's time zone, one after the other, none twice.

Weeks begin on Monday. Fortnights are counted from Monday 5 January 1970, the same ones for every group.
A period keeps the frequency and the time zone that it began with. After a change of either, the next one ends where
such a period ends by the calendar, and begins after the last day of the one before: it may be shorter than usual.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from rules.days import midnight_after, today_in

Frequency: TypeAlias = Literal["daily", "weekly", "biweekly"]

_LENGTH: dict[Frequency, int] = {"daily": 1, "weekly": 7, "biweekly": 14}
_FIRST_MONDAY = date(1970, 1, 5).toordinal()

_NUDGE_BEFORE: dict[Frequency, timedelta] = {
    "daily": timedelta(hours=4),
    "weekly": timedelta(hours=24),
    "biweekly": timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date
    frequency: Frequency
    zone: str
    begins_at: datetime
    ends_at: datetime  # the first moment after it

    @property
    def nudge_at(self) -> datetime:
        """When those who have not checked in are reminded: never in the first three quarters of it."""
        return self.ends_at - min(_NUDGE_BEFORE[self.frequency], (self.ends_at - self.begins_at) / 4)


def natural(frequency: Frequency, day: date) -> tuple[date, date]:
    """First and last day of the period that has `day`, by the calendar alone."""
    length = _LENGTH[frequency]
    first = day.toordinal() - (day.toordinal() - _FIRST_MONDAY) % length
    return date.fromordinal(first), date.fromordinal(first + length - 1)


def period_at(frequency: Frequency, zone: str, at: datetime, before: Period | None = None) -> Period:
    """The period that begins or goes on at this moment; wholly after the one before."""
    after = None if before is None else before.last + timedelta(days=1)
    first, last = natural(frequency, today_in(zone, at, after))
    return Period(first if after is None else max(first, after), last, frequency, zone, at, midnight_after(last, zone))
