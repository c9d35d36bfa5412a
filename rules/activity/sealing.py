"""What is long ago takes less room: puffs are kept as a number, and days as text (`rules.diary`).

Who puffs does so by the hundred, and nothing that is worked out ever looks at one of them again: not XP, badges, streaks
or goals, which see what a day comes to. Their rows stay; only taking one back is not possible any more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules.activity.fact import Kind
from rules.day import with_puffs_sealed
from rules.metrics import PUFFS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from rules.ruleset import RuleSet
    from rules.user.state import User

SEALED_AFTER = 31  # days; later, where rules take activities that are further back

_DAY = timedelta(days=1)


def seal(user: User, rules: RuleSet) -> None:
    """The user's day is another one now: which days are long ago has changed with it."""
    if user.today is None:
        return
    until = user.today - max(SEALED_AFTER, rules.activity.late_days) * _DAY
    if PUFFS in user.rewards.stats.totals:
        _seal_puffs(user, until)
    if user.days.packed_to is None or until > user.days.packed_to:
        user.days.pack(until)


def _seal_puffs(user: User, until: date) -> None:
    for day in list(_between(user, user.sealed_to, until)):
        before = user.days[day]
        after = with_puffs_sealed(before)
        if after is not before:
            user.days[day] = after
            for fact in before.facts:
                if fact.kind is Kind.PUFF:
                    del user.activities[fact.id]
    if user.sealed_to is None or until > user.sealed_to:
        user.sealed_to = until


def _between(user: User, since: date | None, until: date) -> Iterable[date]:
    """The known days of that time: usually it is one that has gone by."""
    if since is None:
        return (day for day in user.days if day < until)
    passed = (since + n * _DAY for n in range((until - since).days))
    return (day for day in passed if day in user.days)
