"""Receipts: why something counted, or did not, in one sentence. Computed from the facts when asked for."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, TypeAlias

from rules.badges import Badge
from rules.day import DayFacts, DeviceDay, leading_device, steps_activity_id, whole_totals
from rules.days import day_of, stamp
from rules.ids import ActivityId, ChallengeId, UserId, derived
from rules.levels import xp_needed
from rules.receipt_ids import badge_receipt_id, xp_receipt_id
from rules.resources import Because, Receipt
from rules.reward_state import ChallengeResult, EarnedBadge, StreakTrack
from rules.ruleset import RuleSet
from rules.streak_keys import kind_of, run_name
from rules.streaks import StreakView, view
from rules.xp import XpPart, challenge_xp, day_xp, milestone_xp, numbered, unit_of

OTHER_DEVICE = "steps.highestDevice"  # why steps count nowhere: in XP as little as in a challenge

Subject: TypeAlias = Literal["xp", "badge", "streak", "level", "goal", "challenge"]


def receipt(
    receipt_id: str,
    at: datetime,
    subject: Subject,
    rule: str,
    version: str,
    text: str,
    because: Because,
    *,
    amount: float | None = None,
    counted: bool = True,
) -> Receipt:
    made: Receipt = {
        "id": receipt_id,
        "at": stamp(at),
        "subject": subject,
        "rule": rule,
        "ruleVersion": version,
        "because": because,
        "counted": counted,
        "text": text,
    }
    if amount is not None:
        made["amount"] = amount
    return made


# --- a day ---


def day_receipts(user_id: UserId, day: DayFacts, ruleset: RuleSet) -> list[Receipt]:
    """All that is to be said of a day's steps: their XP, what a cap held back, other devices, and marks for review."""
    leading = leading_device(day)
    if leading is None:
        return []
    at = day.devices[leading].at
    because = _because(day, steps_activity_id(user_id, day.date, leading))
    made = []
    for part in day_xp(whole_totals(day), day.goal, ruleset.xp):
        made.append(xp_receipt(user_id, part, day.date.isoformat(), at, ruleset.version, because))
        if part.cap is not None and part.uncapped > part.amount:
            made.append(capped(user_id, part, part.cap, day.date.isoformat(), at, ruleset.version, because))
    for name, synced in sorted(day.devices.items()):
        if name != leading:
            made.append(_other_device(user_id, day, name, synced, leading, ruleset))
        elif synced.review:
            made.append(_reviewed(user_id, day, name, synced, ruleset))
    return made


def _because(day: DayFacts, activity_id: ActivityId) -> Because:
    return {"activityId": activity_id, "date": day.date.isoformat(), "timezone": day.zone}


def xp_receipt(user_id: UserId, part: XpPart, of: str, at: datetime, version: str, because: Because) -> Receipt:
    if part.cap is not None:
        because = {**because, "cap": part.cap}
    receipt_id = xp_receipt_id(user_id, part.rule, of)
    return receipt(receipt_id, at, "xp", part.rule, version, part.text, because, amount=part.amount)


def capped(user_id: UserId, part: XpPart, cap: int, of: str, at: datetime, version: str, because: Because) -> Receipt:
    """What the cap of a part held back."""
    rule, lost = f"{part.rule}.cap", part.uncapped - part.amount
    text = f"{lost} more XP did not count, because the cap of {cap} XP for {part.capped} was reached."
    receipt_id = derived(user_id, "xp", rule, of)
    return receipt(receipt_id, at, "xp", rule, version, text, {**because, "cap": cap}, amount=lost, counted=False)


def _other_device(
    user_id: UserId, day: DayFacts, name: str, synced: DeviceDay, leading: str, ruleset: RuleSet
) -> Receipt:
    most = day.devices[leading].steps
    text = (
        f"{synced.steps:,} steps from {name} were not added, because {leading} has {most:,} for the same day "
        "and only the highest device counts."
    )
    return receipt(
        derived(user_id, "steps.otherDevice", day.date.isoformat(), name),
        synced.at,
        "xp",
        OTHER_DEVICE,
        ruleset.version,
        text,
        _because(day, steps_activity_id(user_id, day.date, name)),
        amount=synced.steps,
        counted=False,
    )


def _reviewed(user_id: UserId, day: DayFacts, name: str, synced: DeviceDay, ruleset: RuleSet) -> Receipt:
    text = (
        f"{synced.steps:,} steps from {name} are unusual: they count, "
        "and the hosts of the challenges they count in see them marked for review."
    )
    return receipt(
        derived(user_id, "steps.review", day.date.isoformat(), name),
        synced.at,
        "challenge",
        "steps.review",
        ruleset.version,
        text,
        _because(day, steps_activity_id(user_id, day.date, name)),
        amount=synced.steps,
    )


# --- streaks, levels, badges ---


def milestone_receipts(
    user_id: UserId, key: str, track: StreakTrack, zone: str, at: Callable[[date], datetime], ruleset: RuleSet
) -> list[Receipt]:
    """The XP of a streak, one for each milestone of each run. `at` says when the day that reached it was synced."""
    if track.fold.last is None:
        return []
    runs = view(track.fold, track.fold.last).runs
    made = []
    for run, days, part in milestone_xp(kind_of(key), runs, ruleset.streaks_on):
        reached = track.days[bisect_left(track.days, run.first) + days - 1]
        because: Because = {
            "date": reached.isoformat(),
            "timezone": zone,
            "window": f"{run.first.isoformat()}/{reached.isoformat()}",
        }
        version = ruleset.on(run.first).version
        made.append(xp_receipt(user_id, part, run_name(key, run.first), at(reached), version, because))
    return made


def streak_receipt(
    user_id: UserId, key: str, streak: StreakView, today: date, zone: str, at: datetime, ruleset: RuleSet
) -> Receipt:
    """How the streak as it stands came about."""
    kind = kind_of(key)
    unit = unit_of(kind)
    if streak.first_day is None:
        text = f"The {kind} streak is at 0 {unit}, because the last day that counted was {streak.last_day or 'never'}."
    else:
        frozen = f", with {numbered(len(streak.frozen_days), f'missed {unit}')} frozen" if streak.frozen_days else ""
        text = f"The {kind} streak is at {numbered(streak.current, unit)} since {streak.first_day}{frozen}."
    because: Because = {"date": today.isoformat(), "timezone": zone}
    if streak.first_day is not None:
        because["window"] = f"{streak.first_day}/{streak.last_day}"
    return receipt(
        derived(user_id, "streak", key, today.isoformat()),
        at,
        "streak",
        f"streak.{kind}",
        ruleset.version,
        text,
        because,
        amount=streak.current,
        counted=streak.current > 0,
    )


def badge_receipt(
    user_id: UserId, badge: Badge, earned: EarnedBadge, ruleset: RuleSet, because: Because | None = None
) -> Receipt:
    often = f" (so far {numbered(earned.times, 'times')})" if badge.repeatable else ""
    text = f"The badge {badge.name} was earned{often}: {badge.description}"
    receipt_id = badge_receipt_id(user_id, badge.id)
    rule, times = f"badge.{badge.id}", earned.times
    return receipt(receipt_id, earned.earned_at, "badge", rule, ruleset.version, text, because or {}, amount=times)


def level_receipt(
    user_id: UserId, level: int, xp: int, at: datetime, ruleset: RuleSet, because: Because | None = None
) -> Receipt:
    needed = xp_needed(level, ruleset.levels.step)
    kept = "; a level once reached is kept" if xp < needed else ""
    text = f"Level {level} begins at {needed:,} XP, and there are {xp:,}{kept}."
    receipt_id, version = derived(user_id, "level", level), ruleset.version
    return receipt(receipt_id, at, "level", "level", version, text, because or {}, amount=level)


# --- challenges ---


def result_receipts(
    user_id: UserId, challenge_id: ChallengeId, result: ChallengeResult, zone: str, ruleset: RuleSet
) -> list[Receipt]:
    """The XP of a finished challenge; for who was not ranked, why there is none. They belong to the day it became final."""
    day = day_of(result.at, zone).isoformat()
    because: Because = {"challengeId": challenge_id, "date": day, "timezone": zone}
    if not result.ranked:
        text = f"{result.name} earned no XP, because only ranked participants do."
        receipt_id = derived(user_id, "xp", "xp.challenge.unranked", challenge_id)
        return [
            receipt(
                receipt_id, result.at, "xp", "xp.challenge.unranked", result.rule_version, text, because, counted=False
            )
        ]
    return [
        xp_receipt(user_id, part, challenge_id, result.at, result.rule_version, because)
        for part in challenge_xp(result.rank, result.ranked, result.reached_target, ruleset.of(result.rule_version).xp)
    ]


_UNITS = {  # what a metric's amounts are, in words
    "distance": "metres",
    "elevationGain": "metres uphill",
    "duration": "seconds",
    "calories": "kcal",
    "volume": "kg",
    "checkIns": "check-ins",
    "huCaresScore": "points",
    "streakDays": "steps towards an active day",
}


def said(amount: float, metric: str) -> str:
    """`1 workout`, `12,500 steps`."""
    unit = _UNITS.get(metric, metric)
    return f"{amount:,.0f} {unit.removesuffix('s') if round(amount) == 1 else unit}"


def score_receipt(
    user_id: UserId,
    challenge_id: ChallengeId,
    activity_id: ActivityId,
    day: date,
    zone: str,
    at: datetime,
    version: str,
    *,
    metric: str,
    amount: float,
    why_not: str | None = None,
    window: str | None = None,
    cap: int | None = None,
    review: bool = False,
    kind: str | None = None,
    weight: tuple[str, float] | None = None,
) -> Receipt:
    """What an activity did for a challenge's score.

    `why_not` ends the sentence "did not count, because …": `the challenge was paused`, `the day lies before its first
    day`. `window` is the challenge's, as `from/to`. `kind` is that of the activity, where it is no day's steps; `weight`
    its own metric, and the factor that made the amount of it.
    """
    because: Because = {
        "activityId": activity_id,
        "challengeId": challenge_id,
        "date": day.isoformat(),
        "timezone": zone,
    }
    if window is not None:
        because["window"] = window
    if cap is not None:
        because["cap"] = cap
    done, counted_as, one = f"{said(amount, metric)} of {day}", "", round(amount) == 1
    if kind is not None and (weight is not None or metric == "streakDays"):
        name, one = {"checkIn": "check-in"}.get(kind, kind), True
        done = f"A {name} of {day}"
        if weight is not None:
            source, factor = weight
            done = f"A {name} of {said(amount / factor, source)} of {day}"
            counted_as = f" as {said(amount, metric)} ({factor:g} for each)"
    count, them = ("counts", "it") if one else ("count", "them")
    marked = f", and its judges see {them} marked for review" if review else ""
    counts = f"{done} {count}{counted_as} in the challenge{marked}."
    text = counts if why_not is None else f"{done} did not count{counted_as}, because {why_not}."
    return receipt(
        derived(user_id, "challenge", challenge_id, activity_id, at.isoformat()),
        at,
        "challenge",
        f"challenge.{metric}",
        version,
        text,
        because,
        amount=amount,
        counted=why_not is None,
    )
