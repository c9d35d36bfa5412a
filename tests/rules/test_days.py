from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.days import day_of, midnight_after, midnight_before, stamp, today_in

zones = st.sampled_from(sorted(available_timezones() - {"localtime"}))
moments = st.datetimes(datetime(1950, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 5, 1, 8, tzinfo=UTC), "2026-05-01T08:00:00Z"),
        (datetime(2026, 5, 1, 8, 0, 0, 120_000, tzinfo=UTC), "2026-05-01T08:00:00.120Z"),
        (datetime(2026, 5, 1, 8, 0, 0, 999, tzinfo=UTC), "2026-05-01T08:00:00Z"),
        (datetime(2026, 5, 1, 8, tzinfo=timezone(timedelta(hours=2))), "2026-05-01T06:00:00Z"),
    ],
)
def test_times_are_written_in_utc_with_milliseconds_only_when_there_are_any(at, text):
    assert stamp(at) == text


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("UTC", date(2026, 5, 1), datetime(2026, 5, 2, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),  # 23 hours long
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # 25 hours long
        ("America/Sao_Paulo", date(2018, 11, 3), datetime(2018, 11, 4, 3, tzinfo=UTC)),  # midnight does not exist
        ("America/Sao_Paulo", date(2018, 2, 17), datetime(2018, 2, 18, 3, tzinfo=UTC)),  # 23:00 comes twice
        ("America/Havana", date(2026, 10, 31), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight comes twice
        ("America/St_Johns", date(2010, 11, 6), datetime(2010, 11, 7, 2, 30, tzinfo=UTC)),  # back over midnight
        ("Pacific/Apia", date(2011, 12, 29), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the 30th does not exist
    ],
)
def test_the_next_day_begins_when_the_calendar_says_so(zone, day, start):
    assert midnight_after(day, zone) == start


@given(moments, zones)
@example(datetime(1919, 3, 31, 4, 29, tzinfo=UTC), "America/Toronto")  # 23:30 jumps to 00:30
def test_a_day_ends_at_the_first_moment_that_is_past_it(at, zone):
    day = day_of(at, zone)
    end = midnight_after(day, zone)
    assert day_of(end, zone) > day
    assert day_of(end - timedelta(seconds=1), zone) <= day
    assert midnight_before(day, zone) <= at


@given(st.lists(st.tuples(st.integers(0, 100_000), zones), min_size=1), moments)
def test_travelling_never_brings_a_calendar_day_twice(hops, now):
    """However the zone changes while time goes on, the user's days only ever move forward."""
    last = None
    for seconds, zone in hops:
        now += timedelta(seconds=seconds)
        today = today_in(zone, now, last)
        assert today >= day_of(now, zone)
        assert last is None or today >= last
        last = today
