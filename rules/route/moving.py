"""Moving time: the time of a route without its pauses.

A GPS never stands quite still, so a pause is no matter of single legs: somebody stands who takes so long to get 10 m
away from where they were that they would be slower than anybody walks.
"""

from itertools import accumulate

from rules.route.line import Line
from rules.route.points import metres

AWAY = 10.0  # m; what a standing receiver wanders is less
SLOWEST = 0.3  # m/s, about 1 km/h; on foot and on the move one is faster


def moving_seconds(line: Line) -> list[float]:
    """Seconds on the move up to each point. Legs without both times, and the gaps between segments, add none."""
    steps = [0.0] * len(line.points)
    since = 0  # the last point that was certainly reached on the move
    for i in range(1, len(line.points)):
        if line.first[i] or line.seconds[i] is None or line.seconds[since] is None:
            _close(line, steps, since, i - 1)
            since = i
        elif line.along[i] - line.along[since] >= AWAY and metres(line.points[since], line.points[i]) >= AWAY:
            _close(line, steps, since, i)
            since = i
    _close(line, steps, since, len(line.points) - 1)
    return list(accumulate(steps))


def _close(line: Line, steps: list[float], since: int, until: int) -> None:
    """Fills in the legs from `since` to `until`, all with times. After a pause only the last may have been on the move."""
    if since >= until:
        return
    if _moves(line, since, until):
        start = since
    elif line.along[until] - line.along[until - 1] >= AWAY and _moves(line, until - 1, until):
        start = until - 1
    else:
        return
    for i in range(start + 1, until + 1):
        steps[i] = _seconds(line, i - 1, i)


def _moves(line: Line, since: int, until: int) -> bool:
    return metres(line.points[since], line.points[until]) >= SLOWEST * _seconds(line, since, until)


def _seconds(line: Line, since: int, until: int) -> float:
    a, b = line.seconds[since], line.seconds[until]
    return 0.0 if a is None or b is None else b - a
