"""All rule sets that were ever in force, so that the past is reckoned by the rules of its time."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime

from rules.days import midnight_before
from rules.ruleset import RuleSet
from rules.tables import RuleSetError


class RuleBook:
    """The earliest set is also in force before it starts. Raises RuleSetError for sets that contradict each other."""

    def __init__(self, sets: Iterable[RuleSet]) -> None:
        self.sets = tuple(sorted(sets, key=lambda each: each.starts_at))
        if not self.sets:
            raise RuleSetError("there is no rule set")
        self._starts = [each.starts_at for each in self.sets]
        self._versions = {each.version: each for each in self.sets}
        if len(self._versions) < len(self.sets):
            twice = next(each.version for n, each in enumerate(self.sets) if self._versions[each.version] is not each)
            raise RuleSetError(f"version: {twice} is there twice; give each rule set a version of its own")
        for earlier, later in zip(self.sets, self.sets[1:], strict=False):
            if earlier.starts_at == later.starts_at:
                raise RuleSetError(
                    f"starts_at: {earlier.version} and {later.version} start at the same time; let one start later"
                )

    def __repr__(self) -> str:
        return f"RuleBook({self.sets!r})"

    def at(self, moment: datetime) -> RuleSet:
        """The rule set in force then."""
        if len(self.sets) == 1:
            return self.sets[0]
        return self.sets[max(0, bisect_right(self._starts, moment) - 1)]

    def on(self, day: date, zone: str) -> RuleSet:
        """The rule set in force when the day began there: a set that starts during a day counts from the next one on."""
        if len(self.sets) == 1:
            return self.sets[0]
        return self.at(midnight_before(day, zone))

    def of(self, version: str) -> RuleSet | None:
        return self._versions.get(version)
