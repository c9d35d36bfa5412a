"""Quiet hours: from one time of day to another on the user's own clock, often over midnight."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from rules.days import zone_info

_AHEAD = 3  # days: a clock that is set forward may leave out the one hour of a day that is not quiet
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


def quiet_until(hours: tuple[str, str] | None, zone: str, now: datetime) -> datetime | None:
    """When (UTC) the quiet hours that `now` lies in are over: the first moment at which the clock shows none of theirs.

    None outside of them. A clock that is set back may show them twice; one that is set forward may skip their end.
    """
    if hours is None:
        return None
    start, end = (time.fromisoformat(text) for text in hours)
    info = zone_info(zone)

    def quiet(at: datetime) -> bool:
        shown = at.astimezone(info).time()
        return start <= shown < end if start < end else shown >= start or shown < end

    if not quiet(now):
        return None
    today = now.astimezone(info).date()
    # what the clock shows turns from quiet to not quiet only where it shows their end, and where it is set
    moments = sorted((*_shows(end, today, info), *_is_set(now, info)))
    return next(moment for moment in moments if moment > now and not quiet(moment))


def _shows(clock: time, today: date, info: tzinfo) -> Iterator[datetime]:
    """When the clock shows that time, in the days from `today` on."""
    for days in range(_AHEAD):
        for fold in (0, 1):
            yield datetime.combine(today + days * _DAY, clock, info).replace(fold=fold).astimezone(UTC)


def _is_set(now: datetime, info: tzinfo) -> Iterator[datetime]:
    """When the clock is set forward or back, in the days from `now` on."""
    early = now.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    for _ in range(_AHEAD * 24):
        late = early + _HOUR
        if _offset(early, info) != _offset(late, info):
            yield _change(early, late, info)
        early = late


def _change(early: datetime, late: datetime, info: tzinfo) -> datetime:
    """The second at which the clock is set, after `early` and not after `late`."""
    before = _offset(early, info)
    while late - early > _SECOND:
        middle = (early + (late - early) // 2).replace(microsecond=0)
        if _offset(middle, info) == before:
            early = middle
        else:
            late = middle
    return late


def _offset(at: datetime, info: tzinfo) -> timedelta | None:
    return at.astimezone(info).utcoffset()
