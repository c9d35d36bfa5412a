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
from rules.metrics import PUFFS, WORKOUTS
from rules.reward_challenges import challenge_counts
from rules.reward_facts import change_hour, check_in_periods
from rules.reward_state import Award, ChallengeResult, EarnedBadge, PuffWatch, Rewards, StreakTrack, Weeks
from rules.ruleset import RuleSet
from rules.stats import Count, change_day
from rules.streak_keys import kind_of, step_of, view_of
from rules.streaks import DAILY_KINDS, DAY, PUFF_FREE, WORKOUT_WEEK
from rules.tells import ChallengeEnded
from rules.workout_weeks import monday_of, target_of
from rules.xp import activity_xp, challenge_xp, day_xp, milestone_xp


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
    watched: Iterable[tuple[date, date | None]] = (),
    targets: Iterable[tuple[date, int]] = (),
    awards: Mapping[str, Award] | None = None,
    manual: Mapping[str, tuple[date, ...]] | None = None,
) -> Rewards:
    """`days`: one for each date. `level` is the highest ever reached, `counts` what is counted beside days and
    challenges; `watched` are the whole days between which puffs were tracked, `targets` the weekly workouts from a Monday
    on, `awards` what other parts gave, `manual` the days of streaks that were frozen by hand. When badges were first
    earned is not known any more: all get `at`.
    """
    days = list(days)
    rewards = Rewards(user_id, today=today)
    _days(rewards, days, ruleset)
    qualifying = _qualifying(days, Weeks(targets=list(targets)), PuffWatch(list(watched)), today, ruleset)
    rewards.xp += sum(ruleset.on(day).xp.puff_free_day for day in qualifying.get(PUFF_FREE, ()))
    for key, dates in qualifying.items():
        _streak(rewards, key, sorted(dates), (manual or {}).get(key, ()), ruleset)
    rewards.joined = set(joined)
    for end in ended:
        _challenge(rewards, end, at, ruleset)
    rewards.awards = dict(awards) if awards else None
    rewards.xp += sum(award.amount for award in (awards or {}).values())
    rewards.stats.counts = challenge_counts(rewards.joined, rewards.results)
    rewards.stats.counts.update({count.value: value for count, value in (counts or {}).items()})
    rewards.stats.level = level_kept(level, rewards.xp, ruleset.levels.step)
    rewards.badges = {badge_id: EarnedBadge(n, at) for badge_id, n in earned(rewards.stats, ruleset.badges).items()}
    return rewards


def _days(rewards: Rewards, days: list[DayFacts], ruleset: RuleSet) -> None:
    for day in days:
        values, xp = whole_totals(day), ruleset.on(day.date).xp
        rewards.xp += sum(part.amount for part in day_xp(values, day.goal, xp))
        rewards.xp += sum(part.amount for _, part in activity_xp(day.facts, xp))
        for metric, value in values.items():
            change_day(rewards.stats, metric, 0, value)
        for fact in day.facts:
            change_hour(rewards, fact, 1, ruleset)


def _qualifying(
    days: list[DayFacts], weeks: Weeks, watch: PuffWatch, today: date, ruleset: RuleSet
) -> dict[str, set[date]]:
    """streak → the days (or first days) that count for it."""
    found: dict[str, set[date]] = {}
    values = {day.date: whole_totals(day) for day in days}
    for day in days:
        counts = streaks.qualifying(values[day.date], day.goal, ruleset.streaks_on(day.date))
        for kind, counted in zip(DAILY_KINDS, counts, strict=True):
            if counted:
                found.setdefault(kind, set()).add(day.date)
        for key, first in check_in_periods(day.facts):
            found.setdefault(key, set()).add(first)
        monday = monday_of(day.date)
        week = [monday + n * DAY for n in range(7)]
        if sum(values.get(each, {}).get(WORKOUTS, 0) for each in week) >= target_of(weeks, monday):
            found.setdefault(WORKOUT_WEEK, set()).add(monday)
    for first, last in watch.periods:
        day_over = first
        while day_over < today and (last is None or day_over <= last):
            if not values.get(day_over, {}).get(PUFFS, 0):
                found.setdefault(PUFF_FREE, set()).add(day_over)
            day_over += DAY
    return found


def _streak(rewards: Rewards, key: str, days: list[date], manual: tuple[date, ...], ruleset: RuleSet) -> None:
    assert rewards.today is not None
    kind = kind_of(key)
    track = StreakTrack(days, streaks.folded(days, ruleset.streaks_on, manual, step_of(key)), manual)
    rewards.streaks[key] = track
    rewards.stats.streaks[kind] = max(rewards.stats.streaks.get(kind, 0), track.fold.longest)
    runs = view_of(track, key, rewards.today).runs
    rewards.xp += sum(part.amount for _, _, part in milestone_xp(kind, runs, ruleset.streaks_on))


def _challenge(rewards: Rewards, end: ChallengeEnded, at: datetime, ruleset: RuleSet) -> None:
    if end.outcome == "cancelled":
        rewards.joined.discard(end.challenge_id)
        return
    parts = challenge_xp(end.rank, end.ranked, end.reached_target, ruleset.of(end.rule_version).xp)
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
