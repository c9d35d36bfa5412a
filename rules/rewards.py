"""A user's rewards as they stand, and what each new fact changes about them.

XP, badges and streaks are functions of the facts: their order and repetition leave no trace, nor does what is taken
back. Only a level once reached is kept. The functions here change `Rewards` in place, by the difference that one fact
makes; `rules.recompute` says the same from scratch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from rules import badges, streaks
from rules.badges import Subject
from rules.changes import BadgeEarned, BadgeLost, Change, LevelReached, StreakChanged, XpChanged
from rules.day import DayFacts, whole_totals
from rules.ids import ChallengeId, UserId
from rules.levels import level_kept, xp_needed
from rules.receipt_ids import badge_receipt_id
from rules.ruleset import RuleSet
from rules.stats import Count, UserStats, change_day
from rules.streaks import DAILY_KINDS, Run, StreakFold, StreakView
from rules.tells import ChallengeEnded
from rules.xp import GOAL_RULE, STEPS_RULE, challenge_xp, day_amounts, milestone_rule

__all__ = [
    "BadgeEarned",
    "BadgeLost",
    "ChallengeResult",
    "Change",
    "EarnedBadge",
    "LevelReached",
    "Rewards",
    "StreakChanged",
    "StreakTrack",
    "XpChanged",
    "challenge_ended",
    "challenge_joined",
    "challenge_left",
    "count_changed",
    "day_changed",
    "day_turned",
    "next_level_at",
    "streak",
]

_TOTAL, _DAY, _STREAK, _REACH, _COUNT = (
    subject.value for subject in (Subject.TOTAL, Subject.DAY, Subject.STREAK, Subject.REACH, Subject.COUNT)
)
_NO_VALUES: dict[str, int] = {"steps": 0}


# --- state ---


@dataclass(slots=True)
class EarnedBadge:
    times: int
    earned_at: datetime  # the first time


@dataclass(slots=True)
class StreakTrack:
    """The qualifying days in order, and the walk over them."""

    days: list[date] = field(default_factory=list)
    fold: StreakFold = field(default_factory=StreakFold)


@dataclass(frozen=True, slots=True)
class ChallengeResult:
    name: str
    ranked: bool
    rank: int | None
    reached_target: bool
    rule_version: str
    at: datetime
    xp: dict[str, int]  # rule → amount


@dataclass(slots=True)
class Rewards:
    user_id: UserId
    xp: int = 0
    today: date | None = None  # the newest day that streaks have seen
    stats: UserStats = field(default_factory=UserStats)
    streaks: dict[str, StreakTrack] = field(default_factory=dict)  # kind → track
    badges: dict[str, EarnedBadge] = field(default_factory=dict)
    joined: set[ChallengeId] = field(default_factory=set)
    results: dict[ChallengeId, ChallengeResult] = field(default_factory=dict)

    @property
    def level(self) -> int:
        return self.stats.level


def next_level_at(rewards: Rewards, ruleset: RuleSet) -> int:
    """The XP at which the level after the one held begins."""
    return xp_needed(rewards.level + 1, ruleset.levels.step)


def streak(rewards: Rewards, kind: str, today: date, ruleset: RuleSet) -> StreakView:  # noqa: ARG001 (as its siblings)
    """The user's streak of that kind as of `today`; an empty one where there never was any."""
    track = rewards.streaks.get(kind)
    return streaks.view(track.fold if track else StreakFold(), today)


# --- facts ---


def day_changed(
    rewards: Rewards, before: DayFacts | None, after: DayFacts, at: datetime, today: date, ruleset: RuleSet
) -> list[Change]:
    """A day's facts are now `after`; `before` is what they were (None: nothing known of that day)."""
    changes: list[Change] = []
    touched: list[int] = []
    if rewards.today != today:
        _turn(rewards, today, changes)
    old, old_goal = (whole_totals(before), before.goal) if before is not None else (_NO_VALUES, 0)
    new, goal = whole_totals(after), after.goal
    if old == new and old_goal == goal:
        return changes

    lines = ruleset.badge_index.lines
    of_day, of_total = lines[_DAY], lines[_TOTAL]
    for metric, value in new.items():
        was = old.get(metric, 0)
        if value != was:
            total = change_day(rewards.stats, metric, was, value)
            if metric in of_day:
                touched += of_day[metric].crossed(was, value)
            if metric in of_total:
                touched += of_total[metric].crossed(total, total - was + value)

    earned, earns = day_amounts(old, old_goal, ruleset.xp), day_amounts(new, goal, ruleset.xp)
    for rule, amount in earns.items():
        if amount != earned[rule]:
            _gain(rewards, amount - earned[rule], rule, after.date.isoformat(), _DAY_REASONS[rule], changes)

    for kind in DAILY_KINDS:
        counted = before is not None and streaks.qualifies(kind, old, old_goal, ruleset.streaks)
        if streaks.qualifies(kind, new, goal, ruleset.streaks) != counted:
            touched += _streak_day(rewards, kind, after.date, not counted, ruleset, changes)
    _settle(rewards, touched, at, ruleset, changes)
    return changes


def day_turned(rewards: Rewards, today: date, at: datetime, ruleset: RuleSet) -> list[Change]:  # noqa: ARG001 (as its siblings)
    """The user's calendar moved on to `today`: missed days are frozen, or break streaks."""
    changes: list[Change] = []
    _turn(rewards, today, changes)
    return changes


def challenge_joined(rewards: Rewards, challenge_id: ChallengeId, at: datetime, ruleset: RuleSet) -> list[Change]:
    """Harmless when repeated."""
    before = _challenge_counts(rewards)
    rewards.joined.add(challenge_id)
    return _challenges_changed(rewards, before, at, ruleset, [])


def challenge_left(rewards: Rewards, challenge_id: ChallengeId, at: datetime, ruleset: RuleSet) -> list[Change]:
    """Takes back that it was joined, and whatever it had earned."""
    changes: list[Change] = []
    before = _challenge_counts(rewards)
    rewards.joined.discard(challenge_id)
    _take_back_result(rewards, challenge_id, changes)
    return _challenges_changed(rewards, before, at, ruleset, changes)


def challenge_ended(rewards: Rewards, ended: ChallengeEnded, at: datetime, ruleset: RuleSet) -> list[Change]:
    """A finished challenge earns its rewards once, however often it is told; a cancelled one counts as never joined."""
    if ended.outcome == "cancelled":
        return challenge_left(rewards, ended.challenge_id, at, ruleset)
    changes: list[Change] = []
    before = _challenge_counts(rewards)
    parts = challenge_xp(ended.rank, ended.ranked, ended.reached_target, ruleset.xp)
    xp = {part.rule: part.amount for part in parts}
    known = rewards.results.get(ended.challenge_id)
    if known is None or known.xp != xp:
        _take_back_result(rewards, ended.challenge_id, changes)
        for part in parts:
            _gain(rewards, part.amount, part.rule, ended.challenge_id, f"{part.text[:-1]}: {ended.name}", changes)
    rewards.results[ended.challenge_id] = ChallengeResult(
        ended.name,
        ended.ranked,
        ended.rank,
        ended.reached_target,
        ended.rule_version,
        known.at if known else at,
        xp,
    )
    return _challenges_changed(rewards, before, at, ruleset, changes)


def count_changed(rewards: Rewards, count: Count, value: int, at: datetime, ruleset: RuleSet) -> list[Change]:
    """Something counted beside days and challenges (friends, records) is now `value`."""
    changes: list[Change] = []
    _settle(rewards, list(_set_count(rewards, count.value, value, ruleset)), at, ruleset, changes)
    return changes


# --- the differences ---

_DAY_REASONS = {STEPS_RULE: "steps", GOAL_RULE: "daily goal"}


def _gain(rewards: Rewards, amount: int, rule: str, of: str, reason: str, changes: list[Change]) -> None:
    """`of` is what the rule was applied to: with it, the award has the same receipt however often it changes."""
    rewards.xp += amount
    changes.append(XpChanged(amount, rewards.xp, rule, reason, rewards.user_id, of))


def _streak_day(
    rewards: Rewards, kind: str, day: date, added: bool, ruleset: RuleSet, changes: list[Change]
) -> Sequence[int]:
    """A day qualifies now, or does no more. Returns the badges that this may touch."""
    rules, today = ruleset.streaks, rewards.today or day
    track = rewards.streaks.get(kind)
    if track is None:
        track = rewards.streaks[kind] = StreakTrack()
    before = streaks.view(track.fold, today)
    newest = before.last_day is None or day > before.last_day
    if not (streaks.insert if added else streaks.remove)(track.days, day):
        return []
    if added and newest:
        streaks.append(track.fold, day, rules)
    else:
        track.fold = streaks.folded(track.days, rules)
    after = streaks.view(track.fold, today)

    if after.current < before.current:
        changes.append(StreakChanged(kind, "shortened" if after.first_day == before.first_day else "broken", after))
    elif after != before:
        changes.append(StreakChanged(kind, "extended" if newest else "mended", after))
    _milestones(rewards, kind, before.runs, after.runs, ruleset, changes)
    rewards.stats.streaks[kind] = after.longest
    return ruleset.badge_index.affected(_STREAK, kind, before.longest, after.longest)


def _milestones(
    rewards: Rewards,
    kind: str,
    before: tuple[Run, ...],
    after: tuple[Run, ...],
    ruleset: RuleSet,
    changes: list[Change],
) -> None:
    """Runs may have grown, ended, joined into one or come apart: pay for more of them, take back for fewer."""
    for days, xp in ruleset.streaks.milestones:
        old = [run.first for run in before if run.length >= days]
        new = [run.first for run in after if run.length >= days]
        more, fewer, sign = (new, old, 1) if len(new) > len(old) else (old, new, -1)
        if n := len(more) - len(fewer):
            for first in [first for first in more if first not in fewer][-n:]:
                rule = milestone_rule(kind, days)
                _gain(rewards, sign * xp, rule, first.isoformat(), f"{days} days in a row", changes)


def _turn(rewards: Rewards, today: date, changes: list[Change]) -> None:
    if rewards.today is not None and today > rewards.today:
        for kind, track in rewards.streaks.items():
            before = streaks.view(track.fold, rewards.today)
            after = streaks.view(track.fold, today)
            if after.current != before.current:
                changes.append(StreakChanged(kind, "broken", after))
            elif after.frozen_days != before.frozen_days:
                changes.append(StreakChanged(kind, "frozen", after))
    if rewards.today is None or today > rewards.today:
        rewards.today = today


def _take_back_result(rewards: Rewards, challenge_id: ChallengeId, changes: list[Change]) -> None:
    known = rewards.results.pop(challenge_id, None)
    if known is not None:
        for rule, amount in known.xp.items():
            _gain(rewards, -amount, rule, challenge_id, f"result taken back: {known.name}", changes)


def challenge_counts(joined: set[ChallengeId], results: dict[ChallengeId, ChallengeResult]) -> dict[str, int]:
    """The counts that badges see of a user's challenges."""
    ranked = [result for result in results.values() if result.ranked]
    return {
        Count.CHALLENGES_JOINED.value: len(joined | results.keys()),
        Count.CHALLENGES_FINISHED.value: len(ranked),
        Count.CHALLENGES_WON.value: sum(result.rank == 1 for result in ranked),
        Count.PODIUMS.value: sum(result.rank is not None and result.rank <= 3 for result in ranked),
        Count.TARGETS_REACHED.value: sum(result.reached_target for result in ranked),
    }


def _challenge_counts(rewards: Rewards) -> dict[str, int]:
    return challenge_counts(rewards.joined, rewards.results)


def _challenges_changed(
    rewards: Rewards, before: dict[str, int], at: datetime, ruleset: RuleSet, changes: list[Change]
) -> list[Change]:
    touched: list[int] = []
    for count, value in _challenge_counts(rewards).items():
        if value != before[count]:
            touched += _set_count(rewards, count, value, ruleset)
    _settle(rewards, touched, at, ruleset, changes)
    return changes


def _set_count(rewards: Rewards, count: str, value: int, ruleset: RuleSet) -> Sequence[int]:
    before = rewards.stats.counts.get(count, 0)
    rewards.stats.counts[count] = value
    return ruleset.badge_index.affected(_COUNT, count, before, value)


def _settle(rewards: Rewards, touched: list[int], at: datetime, ruleset: RuleSet, changes: list[Change]) -> None:
    """Level and badges follow from XP and stats: the level first, since badges look at it."""
    stats, step = rewards.stats, ruleset.levels.step
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
        else:
            rewards.badges[badge.id] = EarnedBadge(now, known.earned_at if known else at)
        if now > was:
            changes.append(BadgeEarned(badge, now, badge_receipt_id(rewards.user_id, badge.id)))
        else:
            changes.append(BadgeLost(badge.id, now))
