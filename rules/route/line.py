"""A route laid out in a line: how far along and when each of its points is. What measures a route walks along it."""

from dataclasses import dataclass

from rules.route.points import Point, Segments, metres


@dataclass(frozen=True, slots=True)
class Line:
    """All lists are as long as `points`. Between segments `along` stands still."""

    points: list[Point]
    along: list[float]  # metres from the start
    seconds: list[float | None]  # since the first point that has a time
    first: list[bool]  # begins a segment
    longest: float  # metres between two neighbours in a segment


def lay_out(segments: Segments) -> Line:
    points = [point for segment in segments for point in segment]
    first = [position == 0 for segment in segments for position in range(len(segment))]
    start = next((point.at for point in points if point.at is not None), None)
    along: list[float] = []
    total = longest = 0.0
    before: Point | None = None
    for point, begins in zip(points, first, strict=True):
        if before is not None and not begins:
            leg = metres(before, point)
            total += leg
            longest = max(longest, leg)
        along.append(total)
        before = point
    return Line(
        points,
        along,
        [None if point.at is None or start is None else (point.at - start).total_seconds() for point in points],
        first,
        longest,
    )
