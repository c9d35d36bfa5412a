"""Routes for tests: along a meridian, where a metre is the same fraction of a degree everywhere."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from rules.route.points import Point

START = datetime(2026, 5, 1, 8, tzinfo=UTC)
DEGREE = 6_371_008.8 * 3.141592653589793 / 180  # m of a meridian


def at(along: float, seconds: float | None = None, ele: float | None = None) -> Point:
    """The point so many metres north of 46° N 14° E."""
    return Point(46 + along / DEGREE, 14.0, None if seconds is None else START + timedelta(seconds=seconds), ele)


def steady(
    metres: float,
    kmh: float,
    *,
    every: float = 1.0,
    begin: float = 0.0,
    start: float = 0.0,
    ele: Callable[[float], float] | None = None,
) -> list[Point]:
    """Points `every` so many seconds of an even pace; the first `start` metres north, `begin` seconds after START."""
    took = metres / kmh * 3.6
    times = [*(i * every for i in range(int(took / every))), took]
    places = [start + time * kmh / 3.6 for time in times]
    return [at(place, begin + time, ele and ele(place)) for place, time in zip(places, times, strict=True)]


def legs(steps: Iterable[tuple[float, float]]) -> list[Point]:
    """From (metres, seconds) of each leg."""
    along = seconds = 0.0
    points = [at(0, 0)]
    for metres, took in steps:
        along, seconds = along + metres, seconds + took
        points.append(at(along, seconds))
    return points


points = st.builds(
    Point,
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - zoned by hypothesis
    st.none() | st.floats(-1000, 10_000),
    st.none() | st.floats(0, 100),
)
segments = st.lists(st.lists(points, min_size=1, max_size=12), max_size=4)
