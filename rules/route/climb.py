"""Climbing: how far up and down a route goes, with the noise of its elevations removed.

Three kinds of noise, three steps: leaps that no slope explains (a lost fix, a lift, a new calibration) are taken out of
the profile; the rest is averaged over a stretch of the way; and a rise counts only once it is larger than what the
elevations of this recording are off by anyway.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt

from rules.route.line import Line

LEAP = 50.0  # m; a change of more than this, and steeper than 45°, is no climbing
STRETCH = 50.0  # m before and after a point that are averaged
LEAST = 3.0  # m; what a good barometer wanders in an hour
NOISE = 2.5  # a rise must be this many times what elevations are usually off by
MOST = 15.0  # m; however noisy, a rise of more counts


@dataclass(frozen=True, slots=True)
class Climb:
    """Metres gained and lost up to each place of the profile; `along` holds the places, in metres from the start."""

    along: list[float]
    gained: list[float]
    lost: list[float]

    @property
    def gain(self) -> float:
        return self.gained[-1] if self.gained else 0.0

    @property
    def loss(self) -> float:
        return self.lost[-1] if self.lost else 0.0

    def gained_at(self, along: float) -> float:
        """Metres gained in the first `along` metres."""
        after = bisect_right(self.along, along)
        if after == 0:
            return 0.0
        if after == len(self.along):
            return self.gained[-1]
        a, b = self.along[after - 1], self.along[after]
        share = (along - a) / (b - a)
        return self.gained[after - 1] + share * (self.gained[after] - self.gained[after - 1])


def climb(line: Line) -> Climb | None:
    """None for a route without elevations."""
    along, raw = _profile(line)
    if not raw:
        return None
    levels = _averaged(along, raw)
    off = sqrt(sum((a - b) ** 2 for a, b in zip(raw, levels, strict=True)) / len(raw))
    return _counted(along, levels, min(max(LEAST, NOISE * off), MOST))


def _profile(line: Line) -> tuple[list[float], list[float]]:
    """Places and elevations, where leaps and the gaps between segments are moved together so that it goes on level."""
    along: list[float] = []
    levels: list[float] = []
    shift, last = 0.0, 0.0
    apart = False
    for place, point, first in zip(line.along, line.points, line.first, strict=True):
        apart |= first
        if point.ele is None:
            continue
        change = abs(point.ele - last)
        if along and (apart or (change > LEAP and change > place - along[-1])):
            shift += last - point.ele
        along.append(place)
        levels.append(point.ele + shift)
        last, apart = point.ele, False
    return along, levels


def _averaged(along: list[float], levels: list[float]) -> list[float]:
    """Each level as the mean of those within STRETCH of it."""
    sums = [0.0]
    for level in levels:
        sums.append(sums[-1] + level)
    means: list[float] = []
    start = end = 0
    for place in along:
        while along[start] < place - STRETCH:
            start += 1
        while end < len(along) and along[end] <= place + STRETCH:
            end += 1
        means.append((sums[end] - sums[start]) / (end - start))
    return means


def _counted(along: list[float], levels: list[float], least: float) -> Climb:
    """Between two turns the way goes up or down; each metre of it is put where the way first got that far."""
    up, down = [0.0] * len(levels), [0.0] * len(levels)
    for start, end in pairwise(_turns(levels, least)):
        steps, sign = (up, 1) if levels[end] > levels[start] else (down, -1)
        reached = levels[start]
        for position in range(start + 1, end + 1):
            more = sign * (levels[position] - reached)
            if more > 0:
                steps[position] = more
                reached = levels[position]
    return Climb(along, list(accumulate(up)), list(accumulate(down)))


def _turns(levels: list[float], least: float) -> list[int]:
    """Where the way turns from up to down and back, with its first and last such place; wiggles below `least` are none."""
    turns: list[int] = []
    low = high = 0
    rising: bool | None = None
    for position, level in enumerate(levels):
        if level < levels[low]:
            low = position
        if level > levels[high]:
            high = position
        if rising is not True and level - levels[low] >= least:
            turns.append(low)
            rising, high = True, position
        elif rising is not False and levels[high] - level >= least:
            turns.append(high)
            rising, low = False, position
    if rising is not None:
        turns.append(high if rising else low)
    return turns
