"""What every change of rewards comes down to: XP gained or taken back, days of a streak, and the level and badges that follow."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from rules import badges, streaks
from rules.badges import Subject
from rules.changes import BadgeEarned, BadgeLost, Change, LevelReached, StreakChanged, XpChanged
from rules.days import shared
from rules.levels import level_kept, xp_needed
from rules.receipt_ids import badge_receipt_id
from rules.reward_state import EarnedBadge, Rewards, StreakTrack
from rules.ruleset import RuleSet
from rules.streak_keys import group_of, kind_of, run_name, step_of, view_of
from rules.streaks import Run, StreakView
from rules.xp import milestone_rule, unit_of

_STREAK, _REACH, _COUNT = Subject.STREAK.value, Subject.REACH.value, Subject.COUNT.value


def gain(rewards: Rewards, amount: int, rule: str, of: str, reason: str, changes: list[Change]) -> None:
    """`of` is what the rule was applied to: with it, the award has the same receipt however often it changes."""
    rewards.xp += amount
    changes.append(XpChanged(amount, rewards.xp, rule, reason, rewards.user_id, of))


def streak_day(
    rewards: Rewards, key: str, day: date, added: bool, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    """A day qualifies now, or does no more. Returns the badges that this may touch."""
    today, day = rewards.today or day, shared(day)
    track = rewards.streaks.get(key)
    if track is None:
        track = rewards.streaks[key] = StreakTrack()
    before = view_of(track, key, today)
    newest = before.last_day is None or day > before.last_day
    if not (streaks.insert if added else streaks.remove)(track.days, day):
        return ()
    if added and newest:
        streaks.append(track.fold, day, ruleset.streaks_on(day), track.manual, step_of(key))
    else:
        track.fold = streaks.folded(track.days, ruleset.streaks_on, track.manual, step_of(key))
    after = view_of(track, key, today)
    what: Literal["extended", "mended", "shortened", "broken"]
    if after.current < before.current:
        what = "shortened" if after.first_day == before.first_day else "broken"
        changes.append(StreakChanged(kind_of(key), what, after, group_of(key)))
    elif after != before:
        what = "extended" if newest else "mended"
        changes.append(StreakChanged(kind_of(key), what, after, group_of(key)))
    return streak_followed(rewards, key, before, after, ruleset, changes)


def streak_followed(
    rewards: Rewards, key: str, before: StreakView, after: StreakView, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    """Milestones and the longest run follow from the runs. Returns the badges that this may touch."""
    _milestones(rewards, key, before.runs, after.runs, ruleset, changes)
    kind = kind_of(key)
    was, longest = rewards.stats.streaks.get(kind, 0), after.longest
    if kind != key:
        longest = max(track.fold.longest for other, track in rewards.streaks.items() if kind_of(other) == kind)
    rewards.stats.streaks[kind] = longest
    return ruleset.badge_index.affected(_STREAK, kind, was, longest)


def _milestones(
    rewards: Rewards,
    key: str,
    before: tuple[Run, ...],
    after: tuple[Run, ...],
    ruleset: RuleSet,
    changes: list[Change],
) -> None:
    """Runs may have grown, ended, joined into one or come apart: pay for more of them, take back for fewer.

    A run is paid by the rules of its first day.
    """
    kind = kind_of(key)
    old, new = milestones_reached(before, ruleset), milestones_reached(after, ruleset)
    if old == new:
        return
    for days in sorted(old.keys() | new.keys()):
        was, now = old.get(days, {}), new.get(days, {})
        if not (amount := sum(now.values()) - sum(was.values())):
            continue
        more, fewer = (now, was) if amount > 0 else (was, now)
        firsts = [first for first in more if first not in fewer][len(fewer) - len(more) :] or list(more)[-1:]
        reason = f"{days} {unit_of(kind)} in a row"
        for first in firsts[:-1]:
            part = more[first] if amount > 0 else -more[first]
            gain(rewards, part, milestone_rule(kind, days), run_name(key, first), reason, changes)
            amount -= part
        gain(rewards, amount, milestone_rule(kind, days), run_name(key, firsts[-1]), reason, changes)


def milestones_reached(runs: Iterable[Run], ruleset: RuleSet) -> dict[int, dict[date, int]]:
    """Days in a row → first day of each run that has so many → what that is worth."""
    reached: dict[int, dict[date, int]] = {}
    for run in runs:
        for days, xp in ruleset.streaks_on(run.first).milestones:
            if run.length >= days:
                reached.setdefault(days, {})[run.first] = xp
    return reached


def set_count(rewards: Rewards, count: str, value: int, ruleset: RuleSet) -> Sequence[int]:
    before = rewards.stats.counts.get(count, 0)
    rewards.stats.counts[count] = value
    return ruleset.badge_index.affected(_COUNT, count, before, value)


def settle(rewards: Rewards, touched: list[int], at: datetime, ruleset: RuleSet, changes: list[Change]) -> None:
    """Level and badges follow from XP and stats: the level first, since badges look at it."""
    stats, step = rewards.stats, ruleset.levels.step
    if rewards.version != ruleset.version:  # its badges may look at what was there before
        rewards.version = ruleset.version
        touched = list(range(len(ruleset.badges)))
    if rewards.xp >= xp_needed(stats.level + 1, step):
        before, stats.level = stats.level, level_kept(stats.level, rewards.xp, step)
        changes.append(LevelReached(stats.level, rewards.xp, xp_needed(stats.level + 1, step)))
        touched += ruleset.badge_index.affected(_REACH, "level", before, stats.level)
    for position in sorted(set(touched)):
        badge = ruleset.badges[position]
        known = rewards.badges.get(badge.id)
        was, now = known.times if known else 0, badges.times(badge, stats)
        if now == was:
            continue
        if now == 0:
            del rewards.badges[badge.id]
        elif known is not None:
            known.times = now
        else:
            rewards.badges[badge.id] = EarnedBadge(now, at)
        if now > was:
            changes.append(BadgeEarned(badge, now, badge_receipt_id(rewards.user_id, badge.id)))
        else:
            changes.append(BadgeLost(badge.id, now))
