"""A user's rewards as they stand, and what each new fact changes about them.

XP, badges and streaks are functions of the facts: their order and repetition leave no trace, nor does what is taken
back. Only a level once reached is kept. The functions here change `Rewards` in place, by the difference that one fact
makes; `rules.recompute` says the same from scratch.
"""

from collections.abc import Sequence
from datetime import date, datetime

from rules import puff_free, streaks, workout_weeks
from rules.badges import Subject
from rules.changes import BadgeEarned, BadgeLost, Change, LevelReached, StreakChanged, XpChanged
from rules.day import DayFacts, whole_totals
from rules.ids import ActivityId
from rules.levels import xp_needed
from rules.metrics import PUFFS, WORKOUTS
from rules.reward_challenges import challenge_ended, challenge_joined, challenge_left
from rules.reward_changes import gain, set_count, settle, streak_day, streak_followed
from rules.reward_facts import facts_changed
from rules.reward_state import Award, ChallengeResult, EarnedBadge, Rewards, StreakTrack, award_key
from rules.ruleset import RuleSet
from rules.stats import Count, change_day
from rules.streak_keys import group_of, kind_of, step_of, streak, view_of
from rules.streaks import DAILY_KINDS, PUFF_FREE
from rules.xp import GOAL_RULE, STEPS_RULE, day_amounts

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
    "award",
    "challenge_ended",
    "challenge_joined",
    "challenge_left",
    "count_changed",
    "day_changed",
    "day_turned",
    "frozen_by_hand",
    "next_level_at",
    "settings_changed",
    "streak",
    "take_back",
]

_TOTAL, _DAY = Subject.TOTAL.value, Subject.DAY.value
_NO_VALUES: dict[str, int] = {"steps": 0}
_NEITHER = (False, False)
_DAY_REASONS = {STEPS_RULE: "steps", GOAL_RULE: "daily goal"}


def next_level_at(rewards: Rewards, ruleset: RuleSet) -> int:
    """The XP at which the level after the one held begins."""
    return xp_needed(rewards.level + 1, ruleset.levels.step)


# --- days ---


def day_changed(
    rewards: Rewards, before: DayFacts | None, after: DayFacts, at: datetime, today: date, ruleset: RuleSet
) -> list[Change]:
    """A day's facts are now `after`; `before` is what they were (None: nothing known of that day).

    `ruleset` is the one in force now, for badges and levels; what the day is worth is said by the rules of its time.
    """
    then = ruleset.on(after.date)
    changes: list[Change] = []
    touched: list[int] = []
    if rewards.today != today:
        touched += _turn(rewards, today, ruleset, changes)
    old, old_goal = (whole_totals(before), before.goal) if before is not None else (_NO_VALUES, 0)
    new, goal = whole_totals(after), after.goal
    facts = after.facts if before is None else after.facts or before.facts
    if old == new and old_goal == goal and not facts:
        if touched or changes:
            settle(rewards, touched, at, ruleset, changes)
        return changes
    if facts:
        new = {**dict.fromkeys(old, 0), **new}

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

    earned, earns = day_amounts(old, old_goal, then.xp), day_amounts(new, goal, then.xp)
    for rule, amount in earns.items():
        if amount != earned[rule]:
            gain(rewards, amount - earned[rule], rule, after.date.isoformat(), _DAY_REASONS[rule], changes)

    counted = streaks.qualifying(old, old_goal, then.streaks) if before is not None else _NEITHER
    counts = streaks.qualifying(new, goal, then.streaks)
    if counts != counted:
        for kind, had, has in zip(DAILY_KINDS, counted, counts, strict=True):
            if has != had:
                touched += streak_day(rewards, kind, after.date, has, ruleset, changes)
    if facts:
        facts_changed(
            rewards, before.facts if before is not None else (), after.facts, after.date, ruleset, changes, touched
        )
        was, now = old.get(WORKOUTS, 0), new.get(WORKOUTS, 0)
        touched += workout_weeks.workouts_changed(rewards, after.date, was, now, ruleset, changes)
        was, now = old.get(PUFFS, 0), new.get(PUFFS, 0)
        touched += puff_free.puffs_changed(rewards, after.date, was, now, ruleset, changes)
    settle(rewards, touched, at, ruleset, changes)
    return changes


def day_turned(rewards: Rewards, today: date, at: datetime, ruleset: RuleSet) -> list[Change]:
    """The user's calendar moved on to `today`: days without a puff count, missed days are frozen or break streaks."""
    changes: list[Change] = []
    settle(rewards, list(_turn(rewards, today, ruleset, changes)), at, ruleset, changes)
    return changes


def settings_changed(
    rewards: Rewards, *, tracks_puffs: bool, weekly_workouts: int, today: date, at: datetime, ruleset: RuleSet
) -> list[Change]:
    """What the user wants of themselves is this from `today` on. Harmless when repeated."""
    changes: list[Change] = []
    touched = list(_turn(rewards, today, ruleset, changes))
    puff_free.switched(rewards, tracks_puffs, today)
    touched += workout_weeks.target_changed(rewards, weekly_workouts, today, ruleset, changes)
    settle(rewards, touched, at, ruleset, changes)
    return changes


def frozen_by_hand(rewards: Rewards, key: str, day: date, today: date, at: datetime, ruleset: RuleSet) -> list[Change]:
    """The user froze a day of a streak (`rules.streak_keys`). Harmless when repeated."""
    changes: list[Change] = []
    touched = list(_turn(rewards, today, ruleset, changes))
    track = rewards.streaks.get(key)
    if track is not None and day not in track.manual:
        before = view_of(track, key, today)
        track.manual = (*track.manual, day)
        track.fold = streaks.folded(track.days, ruleset.streaks_on, track.manual, step_of(key))
        after = view_of(track, key, today)
        changes.append(StreakChanged(kind_of(key), "frozen", after, group_of(key)))
        touched += streak_followed(rewards, key, before, after, ruleset, changes)
    settle(rewards, touched, at, ruleset, changes)
    return changes


# --- what other parts of the game give ---


def award(
    rewards: Rewards,
    rule: str,
    of: str,
    amount: int,
    reason: str,
    at: datetime,
    ruleset: RuleSet,
    *,
    activity_id: ActivityId | None = None,
) -> list[Change]:
    """XP by a rule for something that it is applied to once. Repeated, it changes nothing; with another amount, that counts.

    `reason` goes on after "25 XP for …": "a personal record: Squat". `xp_receipt_id(user, rule, of)` is the receipt.
    """
    key = award_key(rule, of)
    awards = rewards.awards or {}
    known = awards.get(key)
    changes: list[Change] = []
    more = amount - (known.amount if known is not None else 0)
    if more:
        rewards.awards = awards
        awards[key] = Award(rule, of, amount, reason, at, activity_id)
        gain(rewards, more, rule, of, reason, changes)
        settle(rewards, [], at, ruleset, changes)
    return changes


def take_back(rewards: Rewards, rule: str, of: str, at: datetime, ruleset: RuleSet) -> list[Change]:
    """What `award` gave. Harmless when repeated."""
    known = (rewards.awards or {}).pop(award_key(rule, of), None)
    changes: list[Change] = []
    if known is not None:
        gain(rewards, -known.amount, rule, of, f"taken back: {known.reason}", changes)
        settle(rewards, [], at, ruleset, changes)
    return changes


def count_changed(rewards: Rewards, count: Count, value: int, at: datetime, ruleset: RuleSet) -> list[Change]:
    """Something counted beside days and challenges (friends, records) is now `value`."""
    changes: list[Change] = []
    settle(rewards, list(set_count(rewards, count.value, value, ruleset)), at, ruleset, changes)
    return changes


# --- the differences ---


def _turn(rewards: Rewards, today: date, ruleset: RuleSet, changes: list[Change]) -> Sequence[int]:
    last = rewards.today
    if last is not None and today <= last:
        return ()
    rewards.today = today
    if last is None:
        return ()
    touched = puff_free.days_over(rewards, last, today, ruleset, changes)
    for key, track in rewards.streaks.items():
        if key == PUFF_FREE:
            continue
        before, after = view_of(track, key, last), view_of(track, key, today)
        if after.current != before.current:
            changes.append(StreakChanged(kind_of(key), "broken", after, group_of(key)))
        elif after.frozen_days != before.frozen_days:
            changes.append(StreakChanged(kind_of(key), "frozen", after, group_of(key)))
    return touched
