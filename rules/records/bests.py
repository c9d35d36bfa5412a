"""The bests of one exercise, and the records that a set is.

The heaviest weight and the estimated maximum have a record from the first set on. The most repetitions at a weight, and
the volume of a session, only where an earlier session has left something to beat: else every new weight would be one.
"""

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Names are public API and stored: never rename one."""

    MAX_WEIGHT = "maxWeight"
    MAX_REPS = "maxReps"  # at a weight; 0 kg is the body's own
    MAX_VOLUME = "maxVolume"  # in a session
    ONE_REP_MAX = "oneRepMax"  # estimated


@dataclass(frozen=True, slots=True)
class Bests:
    """Kilograms; `volume` is that of one session. None or missing: never done."""

    weight: float | None = None
    one_rep_max: float | None = None
    volume: float | None = None
    reps: tuple[tuple[float, int], ...] = ()  # (weight, most repetitions at it), ascending

    def reps_at(self, weight: float) -> int | None:
        at = bisect_left(self.reps, (weight,))
        return self.reps[at][1] if at < len(self.reps) and self.reps[at][0] == weight else None


@dataclass(frozen=True, slots=True)
class Record:
    """`value` beats `previous` (None: the first of its kind). `at_weight` belongs to the most repetitions."""

    kind: Kind
    value: float
    previous: float | None
    at_weight: float | None = None


NOTHING = Bests()


def estimated_max(weight: float, reps: int) -> float:
    """The weight that could be lifted once, after Epley: w · (1 + reps / 30)."""
    return round(weight * (1 + reps / 30), 2)


def with_set(bests: Bests, weight: float | None, reps: int | None) -> Bests:
    """The bests of a session after one more set in it."""
    if reps == 0:
        return bests  # a try
    kilograms = weight or 0.0
    return Bests(
        _higher(bests.weight, kilograms or None),
        _higher(bests.one_rep_max, estimated_max(kilograms, reps) if kilograms and reps else None),
        round((bests.volume or 0.0) + kilograms * reps, 2) if kilograms and reps else bests.volume,
        _more(bests.reps, ((kilograms, reps),)) if reps else bests.reps,
    )


def merged(one: Bests, other: Bests) -> Bests:
    """The better of two sessions, in each respect."""
    if one == NOTHING or other == NOTHING:
        return one if other == NOTHING else other
    return Bests(
        _higher(one.weight, other.weight),
        _higher(one.one_rep_max, other.one_rep_max),
        _higher(one.volume, other.volume),
        _more(one.reps, other.reps),
    )


def judge(earlier: Bests, session: Bests, weight: float | None, reps: int | None) -> tuple[Record, ...]:
    """The records that this set is: better than all `earlier` sessions, and than what this `session` had so far.

    A session's volume is a record in the set with which it passes all earlier ones, and grows silently after that.
    """
    after = with_set(session, weight, reps)
    found: list[Record] = []

    def beats(kind: Kind, value: float | None, best: float | None) -> None:
        if value is not None and (best is None or value > best):
            found.append(Record(kind, value, best))

    beats(Kind.MAX_WEIGHT, after.weight, _higher(earlier.weight, session.weight))
    beats(Kind.ONE_REP_MAX, after.one_rep_max, _higher(earlier.one_rep_max, session.one_rep_max))
    known = earlier.reps_at(weight or 0.0)
    if reps and known is not None and reps > (best := max(known, session.reps_at(weight or 0.0) or 0)):
        found.append(Record(Kind.MAX_REPS, reps, best, weight or 0.0))
    if earlier.volume is not None and (session.volume or 0.0) <= earlier.volume < (after.volume or 0.0):
        found.append(Record(Kind.MAX_VOLUME, after.volume or 0.0, earlier.volume))
    return tuple(found)


def _higher(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _more(one: tuple[tuple[float, int], ...], other: tuple[tuple[float, int], ...]) -> tuple[tuple[float, int], ...]:
    most = dict(one)
    for weight, reps in other:
        most[weight] = max(reps, most.get(weight, 0))
    return tuple(sorted(most.items()))
