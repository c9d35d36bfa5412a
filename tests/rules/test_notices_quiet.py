"""When quiet hours end, on clocks that are set forward and back."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.days import zone_info
from rules.notices.quiet import quiet_until

NIGHT = ("22:00", "07:00")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        (None, "UTC", "2026-05-01T23:00", None),
        (NIGHT, "UTC", "2026-05-01T21:59", None),
        (NIGHT, "UTC", "2026-05-01T22:00", "2026-05-02T07:00"),
        (NIGHT, "UTC", "2026-05-02T06:59", "2026-05-02T07:00"),
        (NIGHT, "UTC", "2026-05-02T07:00", None),
        (("13:00", "14:00"), "UTC", "2026-05-01T13:30", "2026-05-01T14:00"),
        (("13:00", "14:00"), "UTC", "2026-05-01T12:30", None),
        (NIGHT, "Asia/Tokyo", "2026-05-01T13:00", "2026-05-01T22:00"),
        # Berlin, 29 March: 02:00 becomes 03:00, so the night is an hour shorter
        (NIGHT, "Europe/Berlin", "2026-03-28T22:00", "2026-03-29T05:00"),
        (("22:00", "02:30"), "Europe/Berlin", "2026-03-28T23:30", "2026-03-29T01:00"),
        # Berlin, 25 October: 03:00 becomes 02:00, so that 02:15 comes twice
        (NIGHT, "Europe/Berlin", "2026-10-24T20:00", "2026-10-25T06:00"),
        (("22:00", "02:30"), "Europe/Berlin", "2026-10-25T00:15", "2026-10-25T00:30"),
        (("22:00", "02:30"), "Europe/Berlin", "2026-10-25T01:15", "2026-10-25T01:30"),
    ],
)
def test_the_end_of_quiet_hours(hours, zone, now, until):
    assert quiet_until(hours, zone, utc(now)) == (utc(until) if until else None)


def quiet_minutes(hours: tuple[str, str]) -> set[int]:
    """Of a day: minute by minute from the one to the other."""
    start, end = (time.fromisoformat(text).hour * 60 + time.fromisoformat(text).minute for text in hours)
    return {(start + n) % (24 * 60) for n in range((end - start) % (24 * 60))}


def minute_shown(zone: str, at: datetime) -> int:
    shown = at.astimezone(zone_info(zone))
    return shown.hour * 60 + shown.minute


clock_times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
changes = st.sampled_from(  # days on which some clock is set
    [
        ("Europe/Berlin", utc("2026-03-28T12:00")),
        ("Europe/Berlin", utc("2026-10-24T12:00")),
        ("Africa/Cairo", utc("2026-04-23T12:00")),  # at midnight
        ("America/Havana", utc("2026-10-31T12:00")),  # from 01:00 to midnight
        ("Australia/Lord_Howe", utc("2026-04-04T00:00")),  # by half an hour
        ("Asia/Kathmandu", utc("2026-06-01T00:00")),
    ]
)


@example(("Africa/Cairo", utc("2026-04-23T12:00")), ("01:15", "00:15"), 0)  # what is left of the hour between
@example(("America/Havana", utc("2026-11-01T04:45")), ("00:30", "07:00"), 0)  # set back to before they began
@given(changes, st.tuples(clock_times, clock_times).filter(lambda hours: hours[0] != hours[1]), st.integers(0, 36 * 60))
def test_it_is_the_first_minute_at_which_the_clock_shows_none_of_them(place, hours, minutes):
    zone, day = place
    now = day + timedelta(minutes=minutes)
    quiet, expected = quiet_minutes(hours), now
    while minute_shown(zone, expected) in quiet:
        expected += timedelta(minutes=1)
    assert quiet_until(hours, zone, now) == (None if expected == now else expected)
