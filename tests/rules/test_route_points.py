from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from rules.refusal import Code, Refusal
from rules.route.points import MAX_POINTS, Point, RoutePoint, in_order, metres, read_route
from rules.route.recorded import RecordedRoute, Route
from tests.rules.routes import START, at


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (Point(0, 0), Point(0, 0), 0),
        (Point(0, 0), Point(1, 0), 111_195),  # a degree of a circle of 6,371 km
        (Point(0, 0), Point(0, 1), 111_195),
        (Point(60, 0), Point(60, 1), 55_597),  # half as long, within its bend
        (Point(0, 179.5), Point(0, -179.5), 111_195),
        (Point(90, 0), Point(90, 180), 0),
        (Point(-90, 0), Point(90, 0), 20_015_115),
    ],
)
def test_the_way_between_two_points(a, b, expected):
    assert metres(a, b) == pytest.approx(expected, abs=1)
    assert metres(b, a) == metres(a, b)


def test_a_route_in_json_is_put_in_order_and_loses_its_wild_points():
    def sent(seconds, accuracy=None):
        return RoutePoint(46.0, 14.0, START + timedelta(seconds=seconds), 300.0, accuracy)

    (segment,) = read_route([sent(10), sent(0, 100.0), sent(5, 100.1)])
    assert segment == [Point(46.0, 14.0, START, 300.0, 100.0), Point(46.0, 14.0, START + timedelta(seconds=10), 300.0)]
    assert read_route([sent(0, 500.0)]) == []
    assert read_route([]) == []


POINT = {"lat": 46, "lon": 14.5, "time": "2026-05-01T08:00:00Z"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"ele": 300, "accuracy": 4.5}, None),
        ({"lat": 90.01}, "lat"),
        ({"lon": -180.01}, "lon"),
        ({"lat": "46"}, "lat"),
        ({"lat": float("nan")}, "lat"),
        ({"ele": 10_001}, "ele"),
        ({"accuracy": -1}, "accuracy"),
        ({"time": None}, "time"),
        ({"speed": 3}, "speed"),
    ],
)
def test_a_point_on_the_wire(change, problem):
    read = TypeAdapter(Route).validate_python
    if problem is None:
        ((point,),) = read([{**POINT, **change}]).segments
        assert (point.lat, point.at) == (46.0, datetime(2026, 5, 1, 8, tzinfo=UTC))
    else:
        with pytest.raises(ValidationError) as error:
            read([{**POINT, **change}])
        assert error.value.errors()[0]["loc"] == (0, problem)


def test_a_route_has_at_most_20_000_points():
    read = TypeAdapter(Route).validate_python
    assert read([POINT] * MAX_POINTS).points == MAX_POINTS == 20_000
    with pytest.raises(ValidationError, match="20000"):
        read([POINT] * (MAX_POINTS + 1))


def test_a_route_of_wild_points_alone_is_none():
    with pytest.raises(ValueError, match="known to 100 m"):
        RecordedRoute.of([RoutePoint(46.0, 14.0, START, accuracy=500.0)])


def test_a_route_is_worked_out_once():
    route = RecordedRoute.of([RoutePoint(46.0, 14.0, START)])
    route.work_out()
    assert route.track is not None
    assert route.track is route.track
    assert route.encoded is route.encoded
    nothing = RecordedRoute.of([])
    assert (nothing.track, nothing.encoded) == (None, None)


def test_points_and_segments_are_put_in_order_of_time():
    a, b, c, d = (at(i, i) for i in range(4))
    assert in_order([[d, c], [], [b, a]], "gpx") == [[a, b], [c, d]]


def test_points_without_times_stay_where_they_are():
    a, b, nowhen = at(0, 0), at(2, 2), at(1)
    assert in_order([[a, nowhen, b]], "gpx") == [[a, nowhen, b]]
    assert in_order([[nowhen], [a, b]], "gpx") == [[nowhen], [a, b]]


@pytest.mark.parametrize(
    "route",
    [
        [[at(2, 2), at(1), at(0, 0)]],  # where the one in the middle belongs, nobody knows
        [[at(2, 2), at(3, 3)], [at(9)], [at(0, 0), at(1, 1)]],
        [[at(0, 0), at(9, 9)], [at(0, 0), at(9, 9)]],  # the same twice
    ],
)
def test_a_route_that_goes_back_in_time_is_refused(route):
    told = in_order(route, "gpx")
    assert isinstance(told, Refusal)
    assert told.code is Code.VALIDATION_FAILED
    assert told.details["fields"][0]["path"] == "gpx"
    assert "2026-05-01T08:00:0" in told.message
