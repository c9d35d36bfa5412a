"""Why something of a user's counted, or did not: receipts from the state, newest first."""

from datetime import date, datetime
from functools import partial

from rules import rewards as rewarding
from rules.activity.found import fact_of, steps_of
from rules.activity.receipts import award_receipt, fact_receipts, puff_free_receipts
from rules.day import DayFacts
from rules.days import day_of, midnight_before
from rules.goals.receipts import goal_receipts
from rules.receipts import (
    OTHER_DEVICE,
    badge_receipt,
    day_receipts,
    level_receipt,
    milestone_receipts,
    result_receipts,
    streak_receipt,
)
from rules.resources import Because, Receipt
from rules.ruleset import RuleSet
from rules.streaks import PUFF_FREE
from rules.user.causes import because_of
from rules.user.commands import Explain
from rules.user.state import User
from rules.user.streak_days import streak_day_receipts

MOST = 200  # receipts in one answer; naming a date or an activity narrows it
RECENT_DAYS = 31  # looked at when neither is named


def explain(user: User, asked: Explain, today: date, rules: RuleSet) -> list[Receipt]:
    """All receipts that match what was asked for; what challenges counted is theirs to say."""
    found: list[Receipt] = []
    if asked.subject in (None, "xp", "challenge"):
        for day in _days(user, asked):
            then = rules.on(day.date)
            found += day_receipts(user.id, day, then)
            found += fact_receipts(user.id, day, then)
        found += _awards(user, rules)
    if asked.subject in (None, "badge"):
        found += _badges(user, rules)
    if asked.subject in (None, "streak") and (named := _day_named(user, asked)) is not None:
        found += streak_day_receipts(user, named, today, _last_sync(user, named), rules)
    if asked.activity_id is None:
        found += _beyond_days(user, today, rules)
        found += goal_receipts(user, today, rules)
    matching = [receipt for receipt in found if matches(receipt, asked)]
    return sorted(matching, key=lambda receipt: receipt["at"], reverse=True)[:MOST]


def _days(user: User, asked: Explain) -> list[DayFacts]:
    if asked.date is not None:
        return [user.days[asked.date]] if asked.date in user.days else []
    if asked.activity_id is not None:
        steps = steps_of(user, asked.activity_id)
        known = user.activities.get(asked.activity_id) if steps is None else steps[0]
        return [] if known is None else [user.days[known]]
    return [user.days[day] for day in sorted(user.days)[-RECENT_DAYS:]]


def _day_named(user: User, asked: Explain) -> date | None:
    """The day that was asked about, by itself or by an activity of it."""
    if asked.date is not None or asked.activity_id is None:
        return asked.date
    return next((day.date for day in _days(user, asked)), None)


def _awards(user: User, rules: RuleSet) -> list[Receipt]:
    found = []
    for award in (user.rewards.awards or {}).values():
        known = None if award.activity_id is None else fact_of(user, award.activity_id)
        zone = user.timezone if known is None else known.zone
        because: Because = {"date": day_of(award.at, zone).isoformat(), "timezone": zone}
        found.append(award_receipt(user.id, award, because, rules))
    return found


def _badges(user: User, rules: RuleSet) -> list[Receipt]:
    found = []
    for badge_id, earned in user.rewards.badges.items():
        badge = rules.badge(badge_id)
        if badge is not None:
            because = None if earned.cause is None else because_of(earned.cause)
            found.append(badge_receipt(user.id, badge, earned, rules.at(earned.earned_at), because))
    return found


def _beyond_days(user: User, today: date, rules: RuleSet) -> list[Receipt]:
    rewards = user.rewards
    found: list[Receipt] = []
    at = partial(_last_sync, user)
    for key, track in rewards.streaks.items():
        found += milestone_receipts(user.id, key, track, user.timezone, at, rules)
        view = rewarding.streak(rewards, key, today)
        found.append(streak_receipt(user.id, key, view, today, user.timezone, at(view.last_day or today), rules))
        if key == PUFF_FREE:
            found += puff_free_receipts(user.id, track.days, user.timezone, rules)
    for challenge_id, result in rewards.results.items():
        found += result_receipts(user.id, challenge_id, result, user.timezone, rules)
    newest = max(user.days, default=today)
    because: Because = {"date": newest.isoformat(), "timezone": user.timezone}
    found.append(level_receipt(user.id, rewards.level, rewards.xp, at(newest), rules, because))
    return found


def _last_sync(user: User, day: date) -> datetime:
    """When the day's facts were last added to."""
    facts = user.days.get(day)
    known: list[datetime] = []
    if facts is not None:
        known += [device.at for device in facts.devices.values()]
        known += [fact.recorded_at for fact in facts.facts]
        if facts.sealed is not None:
            known.append(facts.sealed.recorded_at)
    return max(known, default=None) or midnight_before(day, user.timezone)


def matches(receipt: Receipt, asked: Explain) -> bool:
    """Is it among what was asked for? Another device's steps count in no challenge either, if it is asked about them."""
    because, narrow = receipt["because"], asked.date is not None or asked.activity_id is not None
    return (
        (asked.subject is None or receipt["subject"] == asked.subject)
        and (asked.date is None or because.get("date") == asked.date.isoformat())
        and (asked.activity_id is None or because.get("activityId") == asked.activity_id)
        and (asked.challenge_id in (None, because.get("challengeId")) or (narrow and receipt["rule"] == OTHER_DEVICE))
    )
