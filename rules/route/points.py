"""The points of a route: as a phone sends them, and as everything here works with them.

A route is one or more segments, each recorded in one go. Between two segments nothing was recorded: the way from one to
the next adds no distance, only time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, pi, sin, sqrt
from typing import Annotated, TypeAlias

from rules.days import stamp
from rules.fields import Limits, Time, Wire
from rules.refusal import Refusal, invalid

MAX_POINTS = 20_000  # five and a half hours at one point a second
WORST_ACCURACY = 100.0  # m; a point that may be further off says nothing about a walk
LOWEST, HIGHEST = -1000.0, 10_000.0  # m; the ground is between

_EARTH = 6_371_008.8  # m, the mean radius (IUGG)
_RADIANS = pi / 180

Latitude = Annotated[float, Limits((("ge", -90), ("le", 90), ("allow_inf_nan", False)))]
Longitude = Annotated[float, Limits((("ge", -180), ("le", 180), ("allow_inf_nan", False)))]
Elevation = Annotated[float, Limits((("ge", LOWEST), ("le", HIGHEST), ("allow_inf_nan", False)))]
Accuracy = Annotated[float, Limits((("ge", 0), ("le", 100_000), ("allow_inf_nan", False)))]


@dataclass(frozen=True, slots=True)
class RoutePoint(Wire):
    """Where you were, and when."""

    lat: Latitude
    """Degrees north (WGS 84)."""
    lon: Longitude
    """Degrees east."""
    time: Time
    ele: Elevation | None = None
    """Metres above the sea."""
    accuracy: Accuracy | None = None
    """Metres that the point may be off. Points that may be over 100 m off are left out."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, metres. A GPX file may lack times and elevations."""

    lat: float
    lon: float
    at: datetime | None = None
    ele: float | None = None
    accuracy: float | None = None


Segments: TypeAlias = Sequence[Sequence[Point]]


def metres(a: Point, b: Point) -> float:
    """The way between two points over the ground (haversine), elevation aside."""
    south, north = a.lat * _RADIANS, b.lat * _RADIANS
    over = sin((north - south) / 2)
    along = sin((b.lon - a.lon) * _RADIANS / 2)
    return 2 * _EARTH * asin(min(1.0, sqrt(over * over + cos(south) * cos(north) * along * along)))


def read_route(route: Sequence[RoutePoint]) -> Segments:
    """The one segment of a route in JSON, in order of time, without the points that are too far off. May be empty."""
    points = [
        Point(point.lat, point.lon, point.time, point.ele, point.accuracy)
        for point in sorted(route, key=lambda point: point.time)
        if point.accuracy is None or point.accuracy <= WORST_ACCURACY
    ]
    return [points] if points else []


def in_order(segments: Segments, path: str) -> Segments | Refusal:
    """The same points in order of time, without empty segments.

    A segment is put in order when all its points have times, and so are the segments when each has one. Where some are
    missing, nobody knows where the others belong: such a route must be in order already, or is refused (VALIDATION_FAILED
    for `path`).
    """
    ordered = [_by_time(segment) for segment in segments if segment]
    starts = [
        (start, position) for position, segment in enumerate(ordered) if (start := _first_time(segment)) is not None
    ]
    if len(starts) == len(ordered):
        ordered = [ordered[position] for _, position in sorted(starts)]
    latest: datetime | None = None
    for segment in ordered:
        for point in segment:
            if point.at is None:
                continue
            if latest is not None and point.at < latest:
                return invalid(
                    path,
                    f"goes back in time at {stamp(point.at)}; "
                    "leave out what was recorded twice, and give every point its time",
                )
            latest = point.at
    return ordered


def _by_time(segment: Sequence[Point]) -> Sequence[Point]:
    timed = [(point.at, position) for position, point in enumerate(segment) if point.at is not None]
    if len(timed) < len(segment):
        return segment
    return [segment[position] for _, position in sorted(timed)]


def _first_time(segment: Sequence[Point]) -> datetime | None:
    return next((point.at for point in segment if point.at is not None), None)
