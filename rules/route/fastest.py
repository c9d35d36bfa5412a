"""The fastest kilometre of a route: any kilometre, not only from one full one to the next."""

from dataclasses import dataclass

from rules.route.line import Line

KILOMETRE = 1000.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """`metres` of the way, from `start` metres on, and how long they took."""

    start: float
    metres: float
    seconds: float

    @property
    def kmh(self) -> float:
        return kmh(self.metres, self.seconds)


def kmh(metres: float, seconds: float) -> float:
    """Clocks of routes tick in seconds: nothing is taken to be shorter than one."""
    return metres / max(seconds, 1.0) * 3.6


def fastest_kilometre(line: Line) -> Stretch | None:
    """Of a shorter way: all of it. None without two points in time. Pauses and gaps between segments take their time.

    Between two points the speed is taken to be even, so the best kilometre begins or ends at a point: one pass over the
    points looks at both.
    """
    timed = [i for i, seconds in enumerate(line.seconds) if seconds is not None]
    along = [line.along[i] for i in timed]
    seconds = [s for s in line.seconds if s is not None]
    if len(timed) < 2:
        return None
    if along[-1] - along[0] < KILOMETRE:
        return Stretch(along[0], along[-1] - along[0], seconds[-1] - seconds[0])
    best = Stretch(along[0], KILOMETRE, seconds[-1] - seconds[0])
    back = ahead = 0
    for i, place in enumerate(along):
        start, end = place - KILOMETRE, place + KILOMETRE
        if start >= along[0]:
            while along[back + 1] <= start:
                back += 1
            took = seconds[i] - _between(along, seconds, back, start)
            if took < best.seconds:
                best = Stretch(start, KILOMETRE, took)
        if end <= along[-1]:
            while along[ahead] < end:
                ahead += 1
            took = _between(along, seconds, ahead - 1, end) - seconds[i]
            if took < best.seconds:
                best = Stretch(place, KILOMETRE, took)
    return best


def _between(along: list[float], seconds: list[float], before: int, place: float) -> float:
    """When `place`, on the leg after point `before`, was passed."""
    length = along[before + 1] - along[before]
    return seconds[before] + (place - along[before]) / length * (seconds[before + 1] - seconds[before])
