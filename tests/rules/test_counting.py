from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.counting import NOTHING, Pause, Why, Window, add, cut, measure, total, why

START = datetime(2026, 5, 4, 8, tzinfo=UTC)
END = datetime(2026, 5, 10, 20, tzinfo=UTC)
WINDOW = Window(START, END)

values = st.integers(0, 60).map(float)
pieces = st.lists(st.tuples(values, values), max_size=8)


def verdict(day, window=WINDOW, zone="UTC", joined_at=START, live=False, settling=False):
    return why(window, joined_at, date(2026, 5, day), zone, live=live, settling=settling)


@given(pieces, values)
def test_a_line_is_the_set_of_its_points(increments, at):
    """Adding and cutting is what it would be with sets of whole numbers."""
    line, points = NOTHING, set()
    for before, after in increments:
        line = add(line, before, after)
        points |= set(range(int(before), int(after)))
    assert measure(line) == len(points)

    assert measure(cut(line, at)) == len({point for point in points if point < at})


@given(st.permutations([(0.0, 10.0), (10.0, 25.0), (40.0, 50.0), (25.0, 40.0)]))
def test_what_counts_from_zero_without_a_gap_is_just_a_number(increments):
    line = NOTHING
    for before, after in increments:
        line = add(line, before, after)

    assert line == 50.0


def test_what_was_there_before_joining_does_not_count():
    line = add(NOTHING, 3000.0, 4000.0)

    assert line == ((3000.0, 4000.0),)
    assert measure(line) == 1000


def test_a_take_back_goes_through_what_did_not_count_first():
    """5,000 came in a pause on top of 3,000 that count: taking 4,000 back leaves those 3,000 alone."""
    assert cut(3000.0, 8000.0 - 4000.0) == 3000.0
    assert cut(3000.0, 2000.0) == 2000.0


@given(st.lists(st.floats(0, 1e6), max_size=30), st.randoms())
def test_the_order_of_days_makes_no_difference_to_the_sum(days, random):
    mixed = random.sample(days, len(days))

    assert total(days) == total(mixed)


@pytest.mark.parametrize("day", [5, 6, 7, 8, 9])
@pytest.mark.parametrize("phase", [{}, {"live": True}, {"settling": True}], ids=["paused", "live", "settling"])
def test_a_day_in_between_counts_whenever_it_arrives(day, phase):
    assert verdict(day, **phase) is Why.COUNTED


@pytest.mark.parametrize("day", [3, 11])
def test_days_outside_never_count(day):
    assert verdict(day, live=True) is Why.OUTSIDE


def test_the_first_day_counts_only_while_live():
    assert verdict(4, live=True) is Why.COUNTED
    assert verdict(4, settling=True) is Why.NOT_LIVE
    assert verdict(4) is Why.NOT_LIVE


def test_the_last_day_counts_while_settling_too():
    assert verdict(10, live=True) is Why.COUNTED
    assert verdict(10, settling=True) is Why.COUNTED
    assert verdict(10) is Why.NOT_LIVE


def test_a_challenge_of_one_day_settles_its_day():
    window = Window(START, START.replace(hour=20))

    assert verdict(4, window, settling=True) is Why.COUNTED


def test_an_end_at_midnight_leaves_out_the_day_it_begins():
    window = Window(START, datetime(2026, 5, 10, tzinfo=UTC))

    assert verdict(9, window, settling=True) is Why.COUNTED
    assert verdict(10, window, live=True) is Why.OUTSIDE


def test_first_and_last_day_are_those_of_the_participant():
    """When it ends it is the 11th already in Auckland; when it starts it is still the 3rd in Honolulu."""
    assert verdict(11, zone="Pacific/Auckland", live=True) is Why.COUNTED
    assert verdict(12, zone="Pacific/Auckland", live=True) is Why.OUTSIDE
    assert verdict(3, zone="Pacific/Honolulu", live=True) is Why.COUNTED
    assert verdict(2, zone="Pacific/Honolulu", live=True) is Why.OUTSIDE


def test_a_day_with_a_pause_counts_only_while_live():
    pause = Pause(datetime(2026, 5, 6, 22, tzinfo=UTC), datetime(2026, 5, 8, tzinfo=UTC))
    window = Window(START, END, [pause])

    assert [verdict(day, window) for day in (5, 6, 7, 8)] == [Why.COUNTED, Why.NOT_LIVE, Why.NOT_LIVE, Why.COUNTED]
    assert verdict(7, window, live=True) is Why.COUNTED


def test_a_pause_that_lasts_touches_every_day_from_its_start():
    window = Window(START, END, [Pause(datetime(2026, 5, 6, 22, tzinfo=UTC), None)])

    assert [verdict(day, window) for day in (5, 6, 7)] == [Why.COUNTED, Why.NOT_LIVE, Why.NOT_LIVE]


def test_a_challenge_paused_to_its_end_does_not_settle_its_last_day():
    """What arrives then was done in the pause."""
    window = Window(START, END, [Pause(END - timedelta(hours=2), END)])

    assert verdict(10, window, settling=True) is Why.NOT_LIVE
    assert verdict(9, window, settling=True) is Why.COUNTED


def test_days_before_joining_do_not_count_whenever_they_are_synced():
    joined = datetime(2026, 5, 7, 12, tzinfo=UTC)

    assert verdict(6, joined_at=joined, live=True) is Why.BEFORE_JOINING
    assert verdict(7, joined_at=joined, live=True) is Why.COUNTED
