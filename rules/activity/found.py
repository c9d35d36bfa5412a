"""What is known of a user's activities, by id and by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.day import fact_in, steps_activity_id
from rules.days import day_of, today_in
from rules.ids import workout_id
from rules.refusal import Refusal, invalid

if TYPE_CHECKING:
    from datetime import date, datetime

    from rules.activity.fact import Fact
    from rules.ids import ActivityId
    from rules.ruleset import RuleSet
    from rules.user.state import User


def fact_of(user: User, activity_id: ActivityId) -> Fact | None:
    """The activity with that id; a day's steps are none."""
    day = user.activities.get(activity_id)
    return None if day is None else fact_in(user.days[day], activity_id)


def named_fact(user: User, said: str) -> Fact | None:
    """The activity that people mean by an id: its own, or of a workout the session's."""
    return fact_of(user, said) or fact_of(user, workout_id(user.id, said))


def steps_of(user: User, activity_id: ActivityId) -> tuple[date, str] | None:
    """The day and device whose steps have that id."""
    for day in sorted(user.days, reverse=True):
        for device in user.days[day].devices:
            if steps_activity_id(user.id, day, device) == activity_id:
                return day, device
    return None


def as_dated(user: User, fact: Fact) -> Fact:
    """A correction that leaves the time as it was leaves the day, too, wherever the user is now."""
    known = fact_of(user, fact.id)
    if known is None or known.starts_at != fact.starts_at:
        return fact
    return replace(fact, date=known.date, zone=known.zone)


def happened_on(user: User, at: datetime, now: datetime) -> date:
    """The user's day that something at that time counts for. Never one that has not come, by whatever clock.

    Who has travelled west stays on the day they were on, and so does what they do there.
    """
    today = today_in(user.timezone, now, user.today)
    day = day_of(at, user.timezone)
    return today if day >= day_of(now, user.timezone) else min(day, today)


def too_late(user: User, day: date, path: str, now: datetime, rules: RuleSet) -> Refusal | None:
    """Activities further back than the rules allow come in only through import."""
    oldest = today_in(user.timezone, now, user.today) - timedelta(days=rules.activity.late_days)
    if day >= oldest:
        return None
    return invalid(
        path,
        f"must be on {oldest} or later ({rules.activity.late_days} days back)",
        message=f"{day} is more than {rules.activity.late_days} days back; older days come in through import",
    )
