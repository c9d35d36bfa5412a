"""Calendar days of time zones, and times as text."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(zone)


@lru_cache(maxsize=8192)
def shared(day: date) -> date:
    """The same day. Everybody has streaks of the same ones: it is kept once for all of them."""
    return day


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC: `2026-05-01T08:00:00Z`, with milliseconds only when there are any."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    text = at.isoformat(timespec="milliseconds" if at.microsecond >= 1000 else "seconds")
    return text[:-6] + "Z"


def day_of(at: datetime, zone: str) -> date:
    """The calendar day that `at` falls on in `zone`."""
    return at.astimezone(zone_info(zone)).date()


def today_in(zone: str, now: datetime, last: date | None) -> date:
    """The user's today. Never earlier than `last`, the day they were on before.

    Who travels west (or through a clock that goes back over midnight) stays on their day until the zone has caught
    up, so that no calendar day comes twice.
    """
    today = day_of(now, zone)
    return today if last is None or today > last else last


def midnight_after(day: date, zone: str) -> datetime:
    """The first moment (UTC) at which the zone's calendar is past `day`: usually, but not always, its next midnight."""
    info = zone_info(zone)
    midnight = datetime.combine(day + _DAY, time(), info)
    start = midnight.astimezone(UTC)
    if start.astimezone(info).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    return _past(day, midnight.replace(fold=1).astimezone(UTC), start, info)


def midnight_before(day: date, zone: str) -> datetime:
    """The first moment (UTC) of `day` in the zone."""
    return midnight_after(day - _DAY, zone)


def _past(day: date, early: datetime, late: datetime, info: ZoneInfo) -> datetime:
    """The clock jumps over midnight somewhere after `early` and not after `late`: the moment it does."""
    if early.astimezone(info).date() > day:
        return early
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(info).date() > day:
            late = middle
        else:
            early = middle
    return late
