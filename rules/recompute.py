"""Rewards from scratch: the same numbers as `rules.rewards` keeps by differences, straight from all the facts.

It is what the differences are tested against, and what a changed rule set is tried on past days with.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from rules import streaks
from rules.badges import earned
from rules.day import DayFacts, whole_totals
from rules.ids import ChallengeId, UserId
from rules.levels import level_kept
from rules.rewards import ChallengeResult, EarnedBadge, Rewards, StreakTrack, challenge_counts
from rules.ruleset import RuleSet
from rules.stats import Count, change_day
from rules.streaks import DAILY_KINDS
from rules.tells import ChallengeEnded
from rules.xp import challenge_xp, day_xp, milestone_xp


def recompute(
    user_id: UserId,
    days: Iterable[DayFacts],
    joined: Iterable[ChallengeId],
    ended: Iterable[ChallengeEnded],
    today: date,
    at: datetime,
    ruleset: RuleSet,
    *,
    level: int = 1,
    counts: Mapping[Count, int] | None = None,
) -> Rewards:
    """`days`: one for each date. `level` is the highest ever reached, `counts` what is counted beside days and
    challenges. When badges were first earned is not known any more: all get `at`.
    """
    rewards = Rewards(user_id, today=today)
    qualifying: dict[str, list[date]] = {kind: [] for kind in DAILY_KINDS}
    for day in days:
        values = whole_totals(day)
        rewards.xp += sum(part.amount for part in day_xp(values, day.goal, ruleset.xp))
        for metric, value in values.items():
            change_day(rewards.stats, metric, 0, value)
        for kind, dates in qualifying.items():
            if streaks.qualifies(kind, values, day.goal, ruleset.streaks):
                dates.append(day.date)

    for kind, dates in qualifying.items():
        if dates:
            dates.sort()
            track = rewards.streaks[kind] = StreakTrack(dates, streaks.folded(dates, ruleset.streaks))
            rewards.stats.streaks[kind] = track.fold.longest
            runs = streaks.view(track.fold, today).runs
            rewards.xp += sum(part.amount for _, _, part in milestone_xp(kind, runs, ruleset.streaks.milestones))

    rewards.joined = set(joined)
    for end in ended:
        if end.outcome == "cancelled":
            rewards.joined.discard(end.challenge_id)
            continue
        parts = challenge_xp(end.rank, end.ranked, end.reached_target, ruleset.xp)
        rewards.results[end.challenge_id] = ChallengeResult(
            end.name,
            end.ranked,
            end.rank,
            end.reached_target,
            end.rule_version,
            at,
            {part.rule: part.amount for part in parts},
        )
        rewards.xp += sum(part.amount for part in parts)
    rewards.stats.counts = challenge_counts(rewards.joined, rewards.results)
    rewards.stats.counts.update({count.value: value for count, value in (counts or {}).items()})

    rewards.stats.level = level_kept(level, rewards.xp, ruleset.levels.step)
    rewards.badges = {badge_id: EarnedBadge(n, at) for badge_id, n in earned(rewards.stats, ruleset.badges).items()}
    return rewards
