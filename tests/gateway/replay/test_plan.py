"""What a replay sends, and when."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.fitbit import HourlySteps
from gateway.replay.plan import plan


def rows(*facts: tuple[str, int, int, int]) -> list[HourlySteps]:
    return [HourlySteps(person, datetime(2016, 4, day, hour, tzinfo=UTC), steps) for person, day, hour, steps in facts]


ROWS = rows(("a", 12, 22, 10), ("a", 12, 23, 5), ("b", 12, 23, 7), ("a", 13, 0, 3), ("b", 13, 0, 0))


def test_each_sync_carries_the_running_total_of_its_day() -> None:
    sent = [[(sync.person, sync.day.day, sync.steps) for sync in hour.syncs] for hour in plan(ROWS).hours]

    assert sent == [[("a", 12, 10)], [("a", 12, 15), ("b", 12, 7)], [("a", 13, 3), ("b", 13, 0)]]


def test_the_last_hour_of_a_day_is_sent_within_that_day() -> None:
    """Else it would arrive after the end on a challenge's last day."""
    planned = plan(ROWS)

    assert planned.hours[1].at == datetime(2016, 4, 12, 23, 59, 59, tzinfo=UTC)
    assert all(hour.at.date() == sync.day for hour in planned.hours for sync in hour.syncs)
    assert planned.hours[-1].at < planned.ends_at


def test_everyone_can_join_before_the_first_hour() -> None:
    planned = plan(ROWS)

    assert planned.opens_at < planned.starts_at == datetime(2016, 4, 12, tzinfo=UTC) < planned.hours[0].at
    assert (planned.first_day, planned.last_day) == (date(2016, 4, 12), date(2016, 4, 13))
    assert planned.over_at > planned.ends_at == datetime(2016, 4, 14, tzinfo=UTC)


@given(st.integers())
def test_the_order_of_the_file_makes_no_difference(seed: int) -> None:
    shuffled = list(ROWS)
    Random(seed).shuffle(shuffled)

    assert plan(shuffled) == plan(ROWS)


def test_keys_are_the_same_for_the_same_rows_and_others_for_others() -> None:
    keys = [(sync.person, sync.key) for hour in plan(ROWS).hours for sync in hour.syncs]

    assert len(set(keys)) == len(keys)
    assert all(len(key) <= 64 for _, key in keys)
    assert plan(ROWS[:-1]).name != plan(ROWS).name


def test_a_file_without_rows_is_an_error() -> None:
    with pytest.raises(ValueError, match="no rows"):
        plan([])
