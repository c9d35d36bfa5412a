"""All rule sets that were ever in force, so that the past is reckoned by the rules of its time."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from rules.badges import Badge
from rules.ruleset import RuleSet
from rules.tables import RuleSetError


class RuleBook:
    """The earliest set is also in force before it starts. Raises RuleSetError for sets that contradict each other."""

    def __init__(self, sets: Iterable[RuleSet]) -> None:
        self.sets = tuple(replace(each) for each in sorted(sets, key=lambda each: each.starts_at))
        if not self.sets:
            raise RuleSetError("there is no rule set")
        self._starts = [each.starts_at for each in self.sets]
        self._versions = {each.version: each for each in self.sets}
        if len(self._versions) < len(self.sets):
            twice = next(each.version for each in self.sets if self._versions[each.version] is not each)
            raise RuleSetError(f"version: {twice} is there twice; give each rule set a version of its own")
        for earlier, later in zip(self.sets, self.sets[1:], strict=False):
            if earlier.starts_at == later.starts_at:
                raise RuleSetError(
                    f"starts_at: {earlier.version} and {later.version} start at the same time; let one start later"
                )
        if len(self.sets) > 1:
            for each in self.sets:
                object.__setattr__(each, "book", self)

    def __repr__(self) -> str:
        return f"RuleBook({self.sets!r})"

    @property
    def newest(self) -> RuleSet:
        return self.sets[-1]

    def at(self, moment: datetime) -> RuleSet:
        return self.sets[max(0, bisect_right(self._starts, moment) - 1)]

    def on(self, day: date) -> RuleSet:
        return self.at(datetime.combine(day, time(), UTC))

    def of(self, version: str) -> RuleSet | None:
        return self._versions.get(version)

    def badge(self, badge_id: str) -> Badge | None:
        return next((found for each in reversed(self.sets) if (found := each.badges_by_id.get(badge_id))), None)
