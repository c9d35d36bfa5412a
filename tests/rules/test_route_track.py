from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.route import Point, measure
from rules.route.calories import calories
from rules.route.points import MAX_POINTS, in_order
from rules.route.track import MAX_SPLITS, Bounds
from tests.rules.routes import at, legs, segments, steady


def test_an_even_walk():
    track = measure([steady(2500, 5, ele=lambda along: 300 + along / 10)])
    assert track.distance == pytest.approx(2500)
    assert track.elapsed_seconds == track.moving_seconds == pytest.approx(1800)
    assert track.pace == pytest.approx(720)
    assert track.speed == pytest.approx(5)
    assert track.elevation_gain == pytest.approx(250, rel=0.03)
    assert track.elevation_loss == 0
    assert track.longest_leg == pytest.approx(5 / 3.6)
    assert [split.distance for split in track.splits] == pytest.approx([1000, 1000, 500])
    assert [split.seconds for split in track.splits] == pytest.approx([720, 720, 360])
    assert [split.pace for split in track.splits] == pytest.approx([720] * 3)
    assert [split.elevation_gain for split in track.splits] == pytest.approx([100, 100, 50], abs=5)


def test_a_square_is_as_long_as_its_sides():
    corners = [(0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0), (0.0, 0.0)]
    track = measure([[Point(lat, lon) for lat, lon in corners]])
    assert track.distance == pytest.approx(4 * 1111.95, rel=1e-5)
    assert track.bounds == Bounds(0.0, 0.0, 0.01, 0.01)


def test_pauses_take_time_but_no_moving_time():
    walk = steady(600, 5)
    random = Random(1)
    pause = [at(600 + random.gauss(0, 2), 432 + second) for second in range(1, 601)]
    track = measure([walk + pause + steady(600, 5, start=600, begin=1033)])
    assert track.elapsed_seconds == pytest.approx(1465)
    assert track.moving_seconds == pytest.approx(864, abs=30)


def test_a_pause_with_few_points_is_a_pause_too():
    """Phones stop recording where nobody moves: 225 s for 16 m are no walk."""
    track = measure([legs([(60, 50), (16, 225), (60, 50)])])
    assert track.moving_seconds == pytest.approx(100)


@pytest.mark.parametrize("every", [1, 7, 60])
def test_slow_climbers_move(every):
    assert measure([steady(500, 1.5, every=every)]).moving_seconds == pytest.approx(1200, rel=0.01)


def test_a_receiver_that_lies_still_hardly_moves():
    random = Random(2)
    track = measure([[at(random.gauss(0, 2), second) for second in range(600)]])
    assert track.moving_seconds < 60


def test_the_way_between_segments_takes_time_and_adds_nothing_else():
    far = steady(1000, 6, start=50_000, begin=4200, ele=lambda _: 2000.0)
    track = measure([steady(1000, 6, ele=lambda _: 100.0), far])
    assert track.distance == pytest.approx(2000)
    assert track.elapsed_seconds == pytest.approx(4800)
    assert track.moving_seconds == pytest.approx(1200)
    assert track.elevation_gain == 0
    assert track.longest_leg < 2
    assert [split.seconds for split in track.splits] == pytest.approx([600, 600])


def test_a_route_without_times_or_elevations_has_its_length():
    track = measure([[at(0), at(800), at(1600)]])
    assert track.distance == pytest.approx(1600)
    assert (track.elapsed_seconds, track.moving_seconds, track.pace, track.speed, track.fastest) == (None,) * 5
    assert (track.elevation_gain, track.elevation_loss) == (None, None)
    assert [(split.seconds, split.pace, split.elevation_gain) for split in track.splits] == [(None, None, 0)] * 2


def test_where_only_a_part_has_times_the_pace_is_that_of_the_part():
    track = measure([[at(0), at(500), at(1000)], steady(1000, 6)])
    assert track.distance == pytest.approx(2000)
    assert track.pace == pytest.approx(600)
    assert [split.seconds for split in track.splits] == [None, pytest.approx(600)]


def test_one_point_is_no_way_and_none_is_no_track():
    track = measure([[at(0, 0, 300.0)]])
    assert (track.distance, track.elapsed_seconds, track.pace, track.splits) == (0, None, None, ())
    assert measure([]) is None
    assert measure([[]]) is None


def test_bounds_over_the_date_line():
    assert measure([[Point(-17, 179.9), Point(-16, -179.8)]]).bounds == Bounds(-17, 179.9, -16, -179.8)


def test_there_are_at_most_500_splits():
    track = measure([[at(0), *(at(900 * i) for i in range(1, 1000))]])
    assert len(track.splits) == MAX_SPLITS == 500
    assert sum(split.distance for split in track.splits) == pytest.approx(track.distance)
    assert {round(split.distance) for split in track.splits[:-1]} == {1000}


@pytest.mark.parametrize(
    "route",
    [
        [at(1.4 * i, i, 300.0) for i in range(MAX_POINTS)],
        [at(i % 2 * 10.5, i, 300.0) for i in range(MAX_POINTS)],  # to and fro
        [at(0, 0, i % 7) for i in range(MAX_POINTS)],  # all at once, on the spot
        [at(999 * i, i, i % 9000) for i in range(10_000)],
    ],
)
def test_the_longest_routes_are_measured_in_no_time(route):
    """About 0.06 s. What looks at pairs of points would take minutes."""
    start = process_time()
    assert measure([route]).distance >= 0
    assert process_time() - start < 2


@given(segments)
def test_splits_add_up_to_the_track(route):
    ordered = in_order(route, "route")
    track = measure(ordered) if isinstance(ordered, list) else None
    if track is None:
        return
    assert sum(split.distance for split in track.splits) == pytest.approx(track.distance)
    gain = sum(split.elevation_gain for split in track.splits)
    if track.splits:
        assert gain == pytest.approx(track.elevation_gain or 0, abs=1e-6)
    if track.moving_seconds is not None:
        assert 0 <= track.moving_seconds <= track.elapsed_seconds
    assert all(split.elevation_gain >= 0 and (split.seconds or 0) >= 0 for split in track.splits)


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 600)), min_size=1, max_size=30), st.integers(1, 29))
def test_a_pause_of_the_recording_changes_no_distance(steps, cut):
    """Where one segment ends at the point at which the next begins."""
    points = legs(steps)
    whole, parts = measure([points]), measure([points[: cut + 1], points[cut:]] if cut < len(points) else [points])
    assert parts.distance == pytest.approx(whole.distance)
    assert parts.elapsed_seconds == whole.elapsed_seconds


@pytest.mark.parametrize(
    ("kind", "distance", "gain", "expected"),
    [("walk", 0, 0, 0), ("walk", 1000, 0, 35), ("run", 1000, 0, 70), ("walk", 1000, 100, 98), ("run", 1000, 100, 102)],
)
def test_calories(kind, distance, gain, expected):
    assert calories(kind, distance, gain) == pytest.approx(expected, abs=1)
    assert calories(kind, distance, gain, weight=140.0) == pytest.approx(2 * expected, abs=2)
