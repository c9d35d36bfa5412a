"""What a day's activities bring one by one, beside what they add to the day: XP, their hour, the periods of groups."""

from collections.abc import Sequence
from datetime import date, timedelta

from rules.activity.fact import Fact, Kind
from rules.badges import Subject
from rules.changes import Change
from rules.days import zone_info
from rules.metrics import ACTIVITY_COUNTS
from rules.reward_changes import gain, streak_day
from rules.reward_state import Rewards
from rules.ruleset import RuleSet
from rules.stats import hour_key
from rules.streak_keys import check_in_key
from rules.xp import activity_xp

_HOUR = Subject.HOUR.value
_COUNTED_AS = dict(zip((Kind.WALK, Kind.RUN, Kind.WORKOUT, Kind.CHECK_IN), ACTIVITY_COUNTS, strict=True))
_PERIOD = {"daily": 1, "weekly": 7, "biweekly": 14}  # days
_REASONS = {
    Kind.STEPS: "steps",
    Kind.WALK: "walk",
    Kind.RUN: "run",
    Kind.WORKOUT: "workout",
    Kind.PUFF: "puff",
    Kind.CHECK_IN: "check-in",
}


def facts_changed(
    rewards: Rewards,
    before: tuple[Fact, ...],
    after: tuple[Fact, ...],
    day: date,
    ruleset: RuleSet,
    changes: list[Change],
    touched: list[int],
) -> None:
    """What a day's activities bring one by one: XP, their hour, the group's periods. Adds the badges this may touch."""
    xp = ruleset.on(day).xp
    old = {(part.rule, fact.id): part.amount for fact, part in activity_xp(before, xp)}
    new = {(part.rule, fact.id): part.amount for fact, part in activity_xp(after, xp)}
    kinds = {fact.id: fact.kind for fact in (*before, *after)}
    for rule, of in old | new:
        if amount := new.get((rule, of), 0) - old.get((rule, of), 0):
            gain(rewards, amount, rule, of, _REASONS[kinds[of]], changes)

    known = {fact.id: fact for fact in before}
    kept = {fact.id for fact in after if known.get(fact.id) == fact}
    for facts, sign in ((before, -1), (after, 1)):
        for fact in facts:
            if fact.id not in kept:
                touched += change_hour(rewards, fact, sign, ruleset)

    periods, now = check_in_periods(before), check_in_periods(after)
    for key, first in sorted(periods ^ now):
        touched += streak_day(rewards, key, first, (key, first) in now, ruleset, changes)


def change_hour(rewards: Rewards, fact: Fact, sign: int, ruleset: RuleSet) -> Sequence[int]:
    """One more (or less) of that activity began in its hour. Returns the badges that this may touch."""
    counted = _COUNTED_AS.get(fact.kind)
    if counted is None or fact.going_on:
        return ()
    hours = rewards.stats.hours
    key = hour_key(counted, fact.starts_at.astimezone(zone_info(fact.zone)).hour)
    if n := hours.pop(key, 0) + sign:
        hours[key] = n
    line = ruleset.badge_index.lines[_HOUR].get(counted)
    return () if line is None else line.badges


def check_in_periods(facts: Sequence[Fact]) -> set[tuple[str, date]]:
    """The periods of groups that were checked in for: (streak, first day).

    One that began late, after another frequency, is known by the first day that it has by the calendar.
    """
    found = set()
    for fact in facts:
        if fact.kind is Kind.CHECK_IN:
            length = _PERIOD[fact.details["frequency"]]
            last = date.fromisoformat(fact.details["period"]["to"])
            found.add((check_in_key(fact.details["groupId"], length), last - timedelta(days=length - 1)))
    return found
