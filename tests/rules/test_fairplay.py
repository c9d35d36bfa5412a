from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.day import DeviceDay
from rules.fairplay import OK, Accepted, judge_steps
from rules.refusal import Code, Refusal
from tests.rules.rule_sets import DEFAULT

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TODAY = date(2026, 5, 1)


def judge(steps, *, before=None, minutes=60.0, day=TODAY, now=NOW, zone="UTC", **more):
    previous = None if before is None else DeviceDay(before, now - timedelta(minutes=minutes))
    return judge_steps(previous, steps, day, now, zone, DEFAULT, **more)


@pytest.mark.parametrize(
    ("steps", "before", "minutes", "verdict"),
    [
        (0, None, 0, OK),
        (60_000, None, 0, OK),
        (60_001, None, 0, Accepted),
        (100_000, None, 0, Accepted),
        (100_001, None, 0, {"limit": 100_000, "got": 100_001}),
        (300, 0, 0, OK),  # a minute at least
        (301, 0, 0, {"limit": 300, "got": 301, "retryAfter": 61}),
        (18_000, 0, 60, OK),
        (18_001, 0, 60, {"limit": 18_000, "got": 18_001, "retryAfter": 1}),
        (300, 0, -30, OK),  # the clock went back
        (5, 90_000, 0, OK),  # a lower total is always fine
    ],
)
def test_steps(steps, before, minutes, verdict):
    told = judge(steps, before=before, minutes=minutes)
    if isinstance(verdict, dict):
        assert isinstance(told, Refusal)
        assert told.code is Code.IMPLAUSIBLE_ACTIVITY
        assert told.details == verdict
    elif verdict is Accepted:
        assert isinstance(told, Accepted)
        assert told.review
    else:
        assert told == verdict


@pytest.mark.parametrize(
    ("said", "limit"), [({"distance": 600_000}, 600_000), ({"calories": 20_000}, 20_000)], ids=["distance", "calories"]
)
def test_nobody_goes_or_burns_without_end(said, limit):
    """A challenge in metres is not won by saying a million of them."""
    ((name, most),) = said.items()
    assert isinstance(judge(5000, **said), Accepted)
    told = judge(5000, **{name: most + 1.0})
    assert isinstance(told, Refusal)
    assert (told.code, told.details) == (Code.IMPLAUSIBLE_ACTIVITY, {"limit": limit, "got": most + 1.0})


@given(st.integers(0, 60_000), st.integers(0, 60_000), st.floats(0, 600))
@example(0, 1235, 0.0)  # 247 s are no whole number of minutes
def test_who_waits_as_told_is_believed(before, steps, minutes):
    told = judge(steps, before=before, minutes=minutes)
    if isinstance(told, Refusal):
        later = minutes + told.details["retryAfter"] / 60
        assert isinstance(judge(steps, before=before, minutes=later), Accepted)
    if steps <= before:
        assert isinstance(told, Accepted)


@pytest.mark.parametrize(
    ("days", "hour", "zone", "code", "wait"),
    [
        (1, 12, "UTC", Code.IMPLAUSIBLE_ACTIVITY, 12 * 3600 - 300),
        (1, 12, "Pacific/Kiritimati", None, None),  # it is tomorrow there
        (2, 12, "Pacific/Kiritimati", Code.IMPLAUSIBLE_ACTIVITY, 22 * 3600 - 300),
        (-14, 12, "UTC", None, None),
        (-15, 12, "UTC", Code.VALIDATION_FAILED, None),
        (-14, 12, "Pacific/Kiritimati", Code.VALIDATION_FAILED, None),
    ],
)
def test_which_days_are_taken(days, hour, zone, code, wait):
    told = judge(100, day=TODAY + timedelta(days), zone=zone)
    if code is None:
        assert told == OK
    else:
        assert told.code is code
        assert told.details.get("retryAfter") == wait


def test_a_clock_may_be_five_minutes_ahead():
    tomorrow = TODAY + timedelta(1)
    assert isinstance(judge(100, day=tomorrow, now=datetime(2026, 5, 1, 23, 54, tzinfo=UTC)), Refusal)
    assert judge(100, day=tomorrow, now=datetime(2026, 5, 1, 23, 55, tzinfo=UTC)) == OK


def test_who_travelled_west_stays_on_their_day():
    now = datetime(2026, 5, 2, 2, tzinfo=UTC)  # still 1 May in New York
    assert isinstance(judge(100, day=date(2026, 5, 2), now=now, zone="America/New_York"), Refusal)
    assert judge(100, day=date(2026, 5, 2), now=now, zone="America/New_York", today=date(2026, 5, 2)) == OK


def test_older_days_are_sent_to_the_import():
    told = judge(100, day=date(2026, 1, 1))
    assert "import" in told.message
    assert told.details["fields"][0]["path"] == "date"


@pytest.mark.parametrize(
    ("steps", "hour", "more", "said"),
    [
        (3001, 0, {}, "minutes of the day so far"),  # at 00:10, the first sync of the day
        (2999, 0, {}, None),
        (1000, 12, {"distance": 4001}, "far for 1,000 steps"),
        (1000, 12, {"distance": 4000}, None),
    ],
)
def test_unlikely_days_are_marked_for_review(steps, hour, more, said):
    told = judge(steps, now=NOW.replace(hour=hour, minute=10), **more)
    assert isinstance(told, Accepted)
    assert told.review is None if said is None else said in told.review


def test_a_day_has_1440_minutes():
    assert judge(1, active_minutes=1440) == OK
    told = judge(1, active_minutes=1441)
    assert (told.code, told.details["fields"][0]["path"]) == (Code.VALIDATION_FAILED, "activeMinutes")
