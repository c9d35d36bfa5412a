"""A user's wire resources."""

from datetime import date, datetime
from typing import Any

from rules import rewards as rewarding
from rules.badges import progress, times
from rules.challenge_views import number
from rules.day import DayFacts, steps_activity_id, totals
from rules.days import stamp
from rules.ids import ActivityId
from rules.notices.views import unread
from rules.resources import Activity, DayTotals, EarnedBadge, Preferences, PublicUser, Rewards, Streak
from rules.resources import User as UserResource
from rules.ruleset import RuleSet
from rules.streak_keys import group_of, kind_of, shown_keys
from rules.streaks import StreakView
from rules.user.state import User, today_of


def day_totals(day: date, facts: DayFacts | None) -> DayTotals:
    values = totals(facts) if facts is not None else {}
    return {
        "date": day.isoformat(),
        "steps": int(values.get("steps", 0)),
        "distance": number(values.get("distance", 0)),
        "calories": number(values.get("calories", 0)),
        "activeMinutes": int(values.get("activeMinutes", 0)),
        "duration": number(values.get("duration", 0)),
        "elevationGain": number(values.get("elevationGain", 0)),
        "volume": number(values.get("volume", 0)),
        "workouts": int(values.get("workouts", 0)),
        "puffs": int(values.get("puffs", 0)),
        "checkIns": int(values.get("checkIns", 0)),
    }


def activity(user: User, day: date, device: str) -> Activity:
    """The steps of one device on one day."""
    synced = user.days[day].devices[device]
    return {
        "id": activity_id(user, day, device),
        "userId": user.id,
        "kind": "steps",
        "date": day.isoformat(),
        "metrics": {
            "steps": synced.steps,
            "distance": number(synced.distance),
            "calories": number(synced.calories),
            "activeMinutes": synced.active_minutes,
        },
        "status": "review" if synced.review else "counted",
        "details": {"device": device, "syncedAt": stamp(synced.at)},
    }


def activity_id(user: User, day: date, device: str) -> ActivityId:
    return steps_activity_id(user.id, day, device)


def streak(kind: str, view: StreakView, group_id: str | None = None) -> Streak:
    resource: dict[str, Any] = {
        "kind": kind,
        "current": view.current,
        "longest": view.longest,
        "frozenDays": [day.isoformat() for day in view.frozen_days],
    }
    if group_id is not None:
        resource["groupId"] = group_id
    if view.last_day is not None:
        resource["lastDay"] = view.last_day.isoformat()
    return resource  # type: ignore[return-value]  # built key by key


def streak_of(user: User, key: str, today: date) -> Streak:
    """`key`: of `rules.streak_keys`."""
    return streak(kind_of(key), rewarding.streak(user.rewards, key, today), group_of(key))


def streaks(user: User, today: date) -> list[Streak]:
    return [streak_of(user, key, today) for key in shown_keys(user.rewards)]


def rewards(user: User, today: date, rules: RuleSet) -> Rewards:
    earned: list[EarnedBadge] = [
        {"id": badge_id, "earnedAt": stamp(badge.earned_at), "times": badge.times}
        for badge_id, badge in sorted(user.rewards.badges.items(), key=lambda item: (item[1].earned_at, item[0]))
    ]
    freezes = sum(rewarding.streak(user.rewards, key, today).freezes for key in shown_keys(user.rewards))
    return {
        "xp": user.rewards.xp,
        "level": user.rewards.level,
        "nextLevelAt": rewarding.next_level_at(user.rewards, rules),
        "badges": earned,
        "freezes": freezes,
    }


def preferences(user: User) -> Preferences:
    known = user.preferences
    resource: dict[str, Any] = {
        "notifications": dict(known.notifications),
        "privacy": dict(known.privacy),
        "units": user.units,
        "defaultRestSeconds": known.default_rest_seconds,
        "dailyStepGoal": known.daily_step_goal,
        "weeklyWorkouts": known.weekly_workouts,
        "trackPuffs": known.track_puffs,
    }
    if known.quiet_hours is not None:
        resource["quietHours"] = {"from": known.quiet_hours[0], "to": known.quiet_hours[1]}
    return resource  # type: ignore[return-value]  # built key by key


def me(user: User, now: datetime, rules: RuleSet) -> dict[str, Any]:
    """The `Me` resource but for what only the account knows (e-mail, role)."""
    today = today_of(user, now)
    resource: dict[str, Any] = {
        **account(user),
        "preferences": preferences(user),
        "rewards": rewards(user, today, rules),
        "today": day_totals(today, user.days.get(today)),
        "streaks": streaks(user, today),
        "friends": list(user.social.friends) if user.social is not None else [],
        "groups": list(user.groups),
        "challenges": list(user.challenges),
        "unread": unread(user),
    }
    if user.lifting is not None and user.lifting.session_id is not None:
        resource["sessionId"] = user.lifting.session_id
    return resource


def account(user: User) -> UserResource:
    """The `User` resource."""
    resource: dict[str, Any] = {
        "id": user.id,
        "username": user.username,
        "displayName": user.display_name,
        "timezone": user.timezone,
        "units": user.units,
        "level": user.rewards.level,
        "xp": user.rewards.xp,
        "createdAt": stamp(user.created_at),
    }
    if user.avatar_url is not None:
        resource["avatarUrl"] = user.avatar_url
    return resource  # type: ignore[return-value]  # built key by key


def public(user: User) -> PublicUser:
    resource: PublicUser = {
        "id": user.id,
        "username": user.username,
        "displayName": user.display_name,
        "level": user.rewards.level,
    }
    if user.avatar_url is not None:
        resource["avatarUrl"] = user.avatar_url
    return resource


def badge_catalogue(user: User, rules: RuleSet) -> list[dict[str, Any]]:
    """Every badge, with how far the user is: `have` of `need`."""
    catalogue = []
    for badge in rules.badges:
        have, need = progress(badge, user.rewards.stats)
        entry: dict[str, Any] = {
            "id": badge.id,
            "name": badge.name,
            "description": badge.description,
            "tier": badge.tier,
            "repeatable": badge.repeatable,
            "progress": {"have": have, "need": need},
            "times": times(badge, user.rewards.stats),
        }
        earned = user.rewards.badges.get(badge.id)
        if earned is not None:
            entry["earnedAt"] = stamp(earned.earned_at)
        catalogue.append(entry)
    return catalogue
