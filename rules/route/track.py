"""What a route adds up to."""

from dataclasses import dataclass
from datetime import datetime

from rules.route.climb import Climb, climb
from rules.route.fastest import Stretch, fastest_kilometre
from rules.route.line import Line, lay_out
from rules.route.moving import moving_seconds
from rules.route.points import Point, Segments

SPLIT = 1000.0  # m
LEAST = 1.0  # m; less is no split of its own
MAX_SPLITS = 500  # more than anybody walks in one go; what lies behind is in the last


@dataclass(frozen=True, slots=True)
class Split:
    """One kilometre, or what is left at the end. `seconds` on the move, and so `pace`, are None where times are missing."""

    distance: float  # m
    seconds: float | None
    pace: float | None  # s/km
    elevation_gain: float  # m


@dataclass(frozen=True, slots=True)
class Bounds:
    """Degrees. Where a route crosses the 180th meridian, `west` is greater than `east` (as in RFC 7946)."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True)
class Track:
    """Metres over the ground, seconds, seconds per kilometre. What needs times or elevations is None without them."""

    distance: float
    started_at: datetime | None  # the first and last time of a point
    ended_at: datetime | None
    elapsed_seconds: float | None
    moving_seconds: float | None  # without pauses
    pace: float | None  # on the move, of the part that has times
    speed: float | None  # km/h, likewise
    elevation_gain: float | None
    elevation_loss: float | None
    fastest: Stretch | None  # kilometre, or all of a shorter way
    longest_leg: float  # between two points of a segment
    splits: tuple[Split, ...]
    bounds: Bounds


def measure(segments: Segments) -> Track | None:
    """Adds up a route whose points are in order of time (`read_route`, `in_order`). None for one without points."""
    line = lay_out(segments)
    if not line.points:
        return None
    moving = moving_seconds(line)
    timed = _timed(line)
    climbed = climb(line)
    times = [point.at for point in line.points if point.at is not None]
    known = len(times) > 1
    pace = _pace(timed[-1], moving[-1])
    return Track(
        distance=line.along[-1],
        started_at=times[0] if times else None,
        ended_at=times[-1] if times else None,
        elapsed_seconds=(times[-1] - times[0]).total_seconds() if known else None,
        moving_seconds=moving[-1] if known else None,
        pace=pace,
        speed=3600 / pace if pace else None,
        elevation_gain=climbed.gain if climbed else None,
        elevation_loss=climbed.loss if climbed else None,
        fastest=fastest_kilometre(line),
        longest_leg=line.longest,
        splits=_splits(line, moving, timed, climbed),
        bounds=_bounds(line.points),
    )


def _timed(line: Line) -> list[float]:
    """Metres up to each point, but only of legs with both times."""
    total = 0.0
    timed = [0.0]
    for i in range(1, len(line.points)):
        if line.seconds[i] is not None and line.seconds[i - 1] is not None:
            total += line.along[i] - line.along[i - 1]
        timed.append(total)
    return timed


def _splits(line: Line, moving: list[float], timed: list[float], climbed: Climb | None) -> tuple[Split, ...]:
    splits: list[Split] = []
    start = (0.0, 0.0, 0.0, 0.0)
    for i in range(1, len(line.points)):
        while (place := start[0] + SPLIT) <= min(line.along[i], line.along[-1] - LEAST) and len(
            splits
        ) < MAX_SPLITS - 1:
            share = (place - line.along[i - 1]) / (line.along[i] - line.along[i - 1])
            end = (
                place,
                moving[i - 1] + share * (moving[i] - moving[i - 1]),
                timed[i - 1] + share * (timed[i] - timed[i - 1]),
                climbed.gained_at(place) if climbed else 0.0,
            )
            splits.append(_split(start, end))
            start = end
    end = (line.along[-1], moving[-1], timed[-1], climbed.gain if climbed else 0.0)
    if end[0] > start[0]:
        splits.append(_split(start, end))
    return tuple(splits)


def _split(start: tuple[float, float, float, float], end: tuple[float, float, float, float]) -> Split:
    """Between two places: metres, seconds on the move, metres with times, metres gained."""
    distance, seconds, timed, gain = (b - a for a, b in zip(start, end, strict=True))
    known = timed >= distance * 0.999
    return Split(distance, seconds if known else None, _pace(distance, seconds) if known else None, gain)


def _pace(distance: float, seconds: float) -> float | None:
    return seconds / distance * 1000 if distance > 0 and seconds > 0 else None


def _bounds(points: list[Point]) -> Bounds:
    lats = [point.lat for point in points]
    lons = [point.lon for point in points]
    west, east = min(lons), max(lons)
    if east - west > 180:  # shorter the other way round
        west, east = min(lon for lon in lons if lon >= 0), max(lon for lon in lons if lon < 0)
    return Bounds(min(lats), west, max(lats), east)
