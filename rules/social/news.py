"""What a user's friends hear of them.

Which setting decides about what stands in `DECIDED_BY`: `public` and `friends` let friends hear it, `private` nobody. A
private profile is silent in everything. Strangers and blocked people hear nothing in any case. A badge says what it was
earned with, so the settings of that decide about it, too (`revealed_by`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from rules.activity.fact import Fact, Kind
from rules.badges import Badge, Condition, Subject
from rules.challenge_views import number
from rules.changes import BadgeEarned, ChallengeCompleted, GoalAchieved, RecordAchieved
from rules.days import stamp
from rules.metrics import ACTIVE_MINUTES, CALORIES, CHECK_INS, DISTANCE, HU_CARES_SCORE, PUFFS, STEPS
from rules.stats import Count
from rules.streaks import ACTIVE, WORKOUT_WEEK
from rules.user.events import Preferences

DECIDED_BY: Mapping[str, str] = {
    "walkStarted": "workouts",
    "workoutCompleted": "workouts",
    "personalRecord": "workouts",
    "goalAchieved": "progress",
    "puff": "progress",
    "challengeCompleted": "scores",
    "badgeEarned": "profile",
    "presence": "profile",
}

_WALKED = {
    STEPS: "scores",
    DISTANCE: "scores",
    CALORIES: "scores",
    ACTIVE_MINUTES: "scores",
}  # as the boards of friends
_FELT = {PUFFS: "progress", CHECK_INS: "progress", HU_CARES_SCORE: "progress"}
_COUNTED = {Count.FRIENDS.value: "profile", Count.RECORDS.value: "workouts"}
_STREAKS = {ACTIVE: "scores", WORKOUT_WEEK: "workouts"}

FRESH = timedelta(days=1)  # what is older is no news

_ACTIVITIES: Mapping[Kind, str] = {
    Kind.WALK: "walkStarted",
    Kind.RUN: "walkStarted",
    Kind.WORKOUT: "workoutCompleted",
}

News: TypeAlias = tuple[str, dict[str, Any]]
"""The `activity` of a `friend:activity`, and its `details`."""


def friends_hear(preferences: Preferences, what: str) -> bool:
    privacy = preferences.privacy
    return privacy["profile"] != "private" and privacy[DECIDED_BY[what]] != "private"


def revealed_by(badge: Badge) -> frozenset[str]:
    """The settings that the things are under which one has to have done for the badge."""
    return frozenset(map(_setting, badge.when))


def badge_shown(preferences: Preferences, badge: Badge, *, friend: bool) -> bool:
    """May a friend, or a stranger who sees the profile, see that it was earned?"""
    hidden = ("private",) if friend else ("private", "friends")
    return not any(preferences.privacy[setting] in hidden for setting in revealed_by(badge))


def _setting(condition: Condition) -> str:
    match condition.subject:
        case Subject.TOTAL | Subject.DAY | Subject.HOUR:
            return {**_WALKED, **_FELT}.get(condition.of, "workouts")
        case Subject.STREAK:
            return _STREAKS.get(condition.of, "progress")
        case Subject.COUNT:
            return _COUNTED.get(condition.of, "scores")
        case Subject.REACH:
            return "profile"  # which shows the level


def is_news(before: Fact | None, after: Fact, now: datetime) -> bool:
    """Corrections are none, nor is what comes in late. That a walk is over is no correction."""
    return (before is None or before.going_on) and now - after.ends_at <= FRESH


def is_past(day: date, today: date) -> bool:
    """Whether what changes about a day comes too late to be news."""
    return day < today - FRESH


def is_kept_private(fact: Fact) -> bool:
    """By its owner, whatever their settings are."""
    said = fact.details
    return said.get("isPublic") is False or said.get("visibility") == "private" or said.get("isPrivate") is True


def of_fact(fact: Fact) -> News | None:
    """None for what friends hear of in another way, and for what its owner keeps to themselves."""
    activity = _ACTIVITIES.get(fact.kind)
    if activity is None or is_kept_private(fact):
        return None
    details: dict[str, Any] = {
        "activityId": fact.id,
        "kind": fact.kind.value,
        "startTime": stamp(fact.starts_at),
        "metrics": {metric: number(value) for metric, value in fact.metrics.items()},
    }
    if fact.details.get("name"):
        details["name"] = fact.details["name"]
    return activity, details


def of_record(record: RecordAchieved) -> News:
    details = {"exerciseId": record.exercise_id, "exercise": record.exercise, "kind": record.kind}
    numbers = {"value": number(record.value)}
    if record.previous is not None:
        numbers["previous"] = number(record.previous)
    return "personalRecord", {**details, **numbers}


def of_goal(goal: GoalAchieved) -> News:
    return "goalAchieved", {"title": goal.title, "metric": goal.metric, "target": number(goal.target)}


def of_challenge(challenge: ChallengeCompleted) -> News:
    details: dict[str, Any] = {"challengeId": challenge.challenge_id, "name": challenge.name}
    if challenge.rank is not None:
        details["rank"] = challenge.rank
    return "challengeCompleted", {**details, "reachedTarget": challenge.reached_target}


def of_badge(earned: BadgeEarned) -> News:
    badge = earned.badge
    return "badgeEarned", {"badgeId": badge.id, "name": badge.name, "tier": badge.tier, "times": earned.times}
