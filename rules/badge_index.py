"""Which badges can a change of one number affect? Found by bisection, so that most syncs evaluate no badge."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from rules.badges import Badge, Subject

_NOTHING: Sequence[int] = ()


@dataclass(slots=True)
class Line:
    """The thresholds of one number, ascending, each with the position of its badge; and the repeatable badges."""

    thresholds: list[int] = field(default_factory=list)
    badges: list[int] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)  # (every so much, badge)

    def crossed(self, before: int, after: int) -> Sequence[int]:
        """Positions of the badges that may change when the number goes from `before` to `after`."""
        low, high = (before, after) if before < after else (after, before)
        thresholds = self.thresholds
        start = bisect_right(thresholds, low)
        touched = _NOTHING
        if start < len(thresholds) and thresholds[start] <= high:
            touched = self.badges[start : bisect_right(thresholds, high, start)]
        for need, position in self.steps:
            if low // need != high // need:
                touched = [*touched, position]
        return touched


class BadgeIndex:
    """The lines of a rule set's badges; positions are those in `badges`."""

    __slots__ = ("lines",)

    def __init__(self, badges: Sequence[Badge]) -> None:
        self.lines: dict[str, dict[str, Line]] = {subject.value: {} for subject in Subject}  # subject → of → line
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for position, badge in enumerate(badges):
            for condition in badge.when:
                subject, of = condition.subject.value, condition.of
                found.setdefault((subject, of), []).append((condition.at_least, position))
                line = self.lines[subject].setdefault(of, Line())
                # Of a day, it is always the day's value that crosses `at_least`, however many days it takes.
                if badge.repeatable and condition.subject is not Subject.DAY:
                    line.steps.append((condition.at_least, position))
        for (subject, of), pairs in found.items():
            line = self.lines[subject][of]
            line.thresholds = [threshold for threshold, _ in sorted(pairs)]
            line.badges = [position for _, position in sorted(pairs)]

    def affected(self, subject: str, of: str, before: int, after: int) -> Sequence[int]:
        """Positions of the badges that may change with that number.

        For `day`, the number is one day's value; for all others, the user's.
        """
        line = self.lines[subject].get(of)
        return _NOTHING if line is None else line.crossed(before, after)
