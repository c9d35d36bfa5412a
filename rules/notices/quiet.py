"""Quiet hours: from one time of day to another on the user's own clock, often over midnight."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from rules.days import zone_info

_DAY = timedelta(days=1)
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
    ends = sorted(
        datetime.combine(day, end, info).replace(fold=fold).astimezone(UTC)
        for day in (today, today + _DAY, today + 2 * _DAY)
        for fold in (0, 1)
    )
    late = next(moment for moment in ends if moment > now and not quiet(moment))
    if late.astimezone(info).time() == end:
        return late
    return _jumped(now, late, quiet)


def _jumped(early: datetime, late: datetime, quiet: Callable[[datetime], bool]) -> datetime:
    """The clock is set forward over the end, somewhere after `early` and not after `late`: the second it is."""
    early = early.replace(microsecond=0)
    while late - early > _SECOND:
        middle = (early + (late - early) // 2).replace(microsecond=0)
        if quiet(middle):
            early = middle
        else:
            late = middle
    return late
