"""What a rule set would have given over past days, beside what was given: added up, and said for people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

SHOWN = 10  # users with the largest differences, either way


@dataclass(slots=True)
class Difference:
    """Of one user whose rewards would not be the same."""

    user_id: str
    name: str
    xp: tuple[int, int]  # as it is, as it would be
    level: tuple[int, int]
    gained: list[str]  # badges, by id
    lost: list[str]


@dataclass(slots=True)
class Preview:
    users: int = 0
    xp: tuple[int, int] = (0, 0)
    differences: list[Difference] = field(default_factory=list)

    def add(self, before: Any, after: Any) -> None:
        """A user's two states (rules.user.User)."""
        self.users += 1
        self.xp = (self.xp[0] + before.rewards.xp, self.xp[1] + after.rewards.xp)
        had, has = _badges(before), _badges(after)
        difference = Difference(
            before.id,
            before.username,
            (before.rewards.xp, after.rewards.xp),
            (before.rewards.level, after.rewards.level),
            sorted((has - had).elements()),
            sorted((had - has).elements()),
        )
        same = difference.xp[0] == difference.xp[1] and difference.level[0] == difference.level[1]
        if not same or difference.gained or difference.lost:
            self.differences.append(difference)

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.users:,} users; the rewards of {len(self.differences):,} would be others"
        yield f"XP in all: {self.xp[0]:,} → {self.xp[1]:,} ({self.xp[1] - self.xp[0]:+,})"
        up = sum(each.level[1] > each.level[0] for each in self.differences)
        down = sum(each.level[1] < each.level[0] for each in self.differences)
        yield f"levels: {up:,} users higher, {down:,} lower"
        gained = Counter(badge for each in self.differences for badge in each.gained)
        lost = Counter(badge for each in self.differences for badge in each.lost)
        for badge in sorted(gained.keys() | lost.keys()):
            yield f"badge {badge}: {gained[badge]:,} times more, {lost[badge]:,} times fewer"
        for each in nlargest(SHOWN, self.differences, key=lambda one: abs(one.xp[1] - one.xp[0])):
            change = each.xp[1] - each.xp[0]
            yield f"  {each.name}: XP {each.xp[0]:,} → {each.xp[1]:,} ({change:+,}), level {each.level[0]} → {each.level[1]}"

    def document(self) -> dict[str, Any]:
        """For machines: everything."""
        return {
            "users": self.users,
            "xp": {"before": self.xp[0], "after": self.xp[1]},
            "differences": [
                {
                    "userId": each.user_id,
                    "username": each.name,
                    "xp": {"before": each.xp[0], "after": each.xp[1]},
                    "level": {"before": each.level[0], "after": each.level[1]},
                    "badgesGained": each.gained,
                    "badgesLost": each.lost,
                }
                for each in self.differences
            ],
        }


def _badges(user: Any) -> Counter[str]:
    return Counter({badge_id: earned.times for badge_id, earned in user.rewards.badges.items()})
