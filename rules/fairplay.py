"""Fair play for steps: what no human can do is refused, what is only unlikely is marked for review."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import TypeAlias

from rules.day import DeviceDay
from rules.days import day_of, midnight_before
from rules.refusal import Code, Refusal, invalid
from rules.ruleset import RuleSet

_MINUTES_A_DAY = 1440
_ROUNDING = 1e-6  # of a step: whoever waits as long as they were told is believed


@dataclass(frozen=True, slots=True)
class Accepted:
    """`review` says, for people, why the sync is marked for review; None when nothing is odd about it."""

    review: str | None = None


Verdict: TypeAlias = Accepted | Refusal

OK = Accepted()


def judge_steps(
    previous: DeviceDay | None,
    steps: int,
    date: date,
    now: datetime,
    zone: str,
    rules: RuleSet,
    *,
    distance: float = 0,
    calories: float = 0,
    active_minutes: int = 0,
    today: date | None = None,
) -> Verdict:
    """May this device say that `date` has come to `steps` so far?

    `previous` is the same device's last sync of that date. `today` is the user's day where it is known (it may be ahead
    of the zone's calendar, after travelling west). The details of a refusal carry `limit` and `got`; where waiting
    helps also `retryAfter`, in seconds. A lower total is always fine.
    """
    today = today or day_of(now, zone)
    refusal = (
        _wrong_day(date, now, zone, today, rules)
        or _too_many(steps, rules)
        or _too_fast(previous, steps, now, rules)
        or _too_busy(active_minutes)
        or _too_far(distance, rules)
        or _too_much_burnt(calories, rules)
    )
    if refusal is not None:
        return refusal
    review = _unlikely(previous, steps, distance, date, now, zone, today, rules)
    return Accepted(review) if review else OK


def _wrong_day(date: date, now: datetime, zone: str, today: date, rules: RuleSet) -> Refusal | None:
    if date > today:
        skew = timedelta(seconds=rules.activity.clock_skew)
        wait = (midnight_before(date, zone) - skew - now).total_seconds()
        if wait <= 0:
            return None
        return Refusal(
            Code.IMPLAUSIBLE_ACTIVITY,
            f"{date} has not begun in {zone}, where it is {today}; correct the device's clock or zone and sync again",
            {"limit": today.isoformat(), "got": date.isoformat(), "retryAfter": ceil(wait)},
        )
    oldest = today - timedelta(days=rules.activity.late_days)
    if date < oldest:
        return invalid(
            "date",
            f"must be {oldest} or later ({rules.activity.late_days} days back)",
            message=f"{date} is more than {rules.activity.late_days} days back; older days come in through import",
        )
    return None


def _too_many(steps: int, rules: RuleSet) -> Refusal | None:
    limit = rules.fair_play.steps_per_day
    if steps <= limit:
        return None
    return Refusal(
        Code.IMPLAUSIBLE_ACTIVITY,
        f"{steps:,} steps in a day are more than the {limit:,} that a person can walk; send the day's real total",
        {"limit": limit, "got": steps},
    )


def _too_fast(previous: DeviceDay | None, steps: int, now: datetime, rules: RuleSet) -> Refusal | None:
    if previous is None or steps <= previous.steps:
        return None
    more, rate = steps - previous.steps, rules.fair_play.steps_per_minute
    passed = max(0.0, (now - previous.at).total_seconds())
    limit = int(rate * max(60.0, passed) / 60 + _ROUNDING)
    if more <= limit:
        return None
    wait = ceil(more * 60 / rate - passed)
    return Refusal(
        Code.IMPLAUSIBLE_ACTIVITY,
        f"{more:,} steps more than at this device's last sync are too many for the time since (at most "
        f"{rate} a minute, {limit:,} by now); sync again in {wait} s, or send the real total",
        {"limit": limit, "got": more, "retryAfter": wait},
    )


def _too_busy(active_minutes: int) -> Refusal | None:
    if active_minutes <= _MINUTES_A_DAY:
        return None
    return invalid("activeMinutes", f"must be at most {_MINUTES_A_DAY}, the minutes of a day")


def _too_far(distance: float, rules: RuleSet) -> Refusal | None:
    """Nobody covers more in a day than at the fastest run from midnight to midnight."""
    limit = rules.fair_play.run_kmh * _MINUTES_A_DAY // 60 * 1000
    return None if distance <= limit else _beyond(limit, distance, "m")


def _too_much_burnt(calories: float, rules: RuleSet) -> Refusal | None:
    limit = rules.fair_play.kilocalories_per_day
    return None if calories <= limit else _beyond(limit, calories, "kcal")


def _beyond(limit: int, got: float, unit: str) -> Refusal:
    text = (
        f"{got:,.0f} {unit} in a day are more than the {limit:,} that a person can come to; send the day's real total"
    )
    return Refusal(Code.IMPLAUSIBLE_ACTIVITY, text, {"limit": limit, "got": got})


def _unlikely(
    previous: DeviceDay | None,
    steps: int,
    distance: float,
    date: date,
    now: datetime,
    zone: str,
    today: date,
    rules: RuleSet,
) -> str | None:
    limits = rules.fair_play
    if steps > limits.review_steps_per_day:
        return f"{steps:,} steps in a day are more than the usual {limits.review_steps_per_day:,}"
    metres = limits.review_metres_per_step * steps + limits.review_metres_slack
    if distance > metres:
        return f"{distance:,.0f} m are far for {steps:,} steps"
    if previous is None and date >= today:
        minutes = max(1.0, (now - midnight_before(date, zone)).total_seconds() / 60)
        if steps > limits.steps_per_minute * minutes:
            return f"{steps:,} steps are many for the {int(minutes)} minutes of the day so far"
    return None
