"""A user: the fold of their events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

from rules import rewards as rewarding
from rules.activity import evolve as activity
from rules.activity.sealing import seal
from rules.changes import BadgeEarned, ChallengeCompleted, Change, ProfileChanged, StreakChanged
from rules.days import midnight_after, today_in
from rules.diary import Diary
from rules.goals import state as goals
from rules.goals.events import EVENTS as GOAL_EVENTS
from rules.goals.state import Goals
from rules.group import mine as groups
from rules.ids import ActivityId, ChallengeId, UserId
from rules.notices import state as notices
from rules.notices.decide import watch_evening
from rules.notices.events import EVENTS as NOTICE_EVENTS
from rules.notices.state import Inbox
from rules.records.events import EVENTS as RECORD_EVENTS
from rules.records.state import Lifting
from rules.records.state import evolve as evolve_records
from rules.rewards import Rewards
from rules.ruleset import RuleSet
from rules.social.events import EVENTS as SOCIAL_EVENTS
from rules.social.state import Social
from rules.social.state import evolve as evolve_social
from rules.tells import ChallengeEnded
from rules.user.causes import cause_of
from rules.user.events import (
    ChallengeConcluded,
    ChallengeEntered,
    ChallengeExited,
    DayTurned,
    Event,
    Preferences,
    PreferencesUpdated,
    ProfileUpdated,
    StepsSynced,
    UserRegistered,
    UserRenamed,
)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class User:
    id: UserId
    rewards: Rewards
    username: str = ""  # empty: nobody yet
    display_name: str = ""
    timezone: str = "UTC"
    units: str = "metric"
    avatar_url: str | None = None
    created_at: datetime = _NEVER
    preferences: Preferences = field(default_factory=Preferences)
    days: Diary = field(default_factory=Diary)
    activities: dict[ActivityId, date] = field(default_factory=dict)  # but for steps → the day that it counts for
    challenges: dict[ChallengeId, str] = field(default_factory=dict)  # taking part in → metric
    groups: tuple[str, ...] = ()  # active member of, in the order of joining
    social: Social | None = None  # friends and blocks; None: nobody ever
    lifting: Lifting | None = None  # workouts and personal records; None: never any
    goals: Goals | None = None
    inbox: Inbox | None = None  # None: was never told anything
    today: date | None = None  # the newest day the user was on
    sealed_to: date | None = None  # of earlier days, puffs are kept as a number
    turns_at: datetime | None = None  # when that day ends, where a streak waits for it
    warns_at: datetime | None = None  # the evening of that day, where a streak is at risk


def blank(user_id: UserId) -> User:
    return User(user_id, Rewards(user_id))


def today_of(user: User, now: datetime) -> date:
    """The user's day; never one before the day they were on already."""
    if user.today is not None and user.turns_at is not None and now < user.turns_at:
        return user.today  # quicker than asking the calendar
    return today_in(user.timezone, now, user.today)


def alarms(user: User) -> dict[str, datetime]:
    """The durable reminders that the user waits for: name → due."""
    due = {} if user.turns_at is None else {"day": user.turns_at}
    if user.warns_at is not None:
        due["evening"] = user.warns_at
    if user.inbox is not None and user.inbox.quiet_until is not None:
        due["quiet"] = user.inbox.quiet_until
    if user.goals is not None and user.goals.settles_at is not None:
        due["goals"] = user.goals.settles_at
    return due


def evolve(user: User, event: Event, rules: RuleSet) -> list[Change]:
    """Apply what happened, in place, by the rules of its time. Returns what it changed."""
    today, rules = user.today, rules.at(event.at)
    changes = _EVOLVE[type(event)](user, event, rules)
    if user.goals is not None:
        goals.follow(user, user.goals, event.at, changes)
    for change in changes:
        if type(change) is BadgeEarned and (badge := user.rewards.badges.get(change.badge.id)) is not None:
            badge.cause = badge.cause or cause_of(user, event)
    if user.today != today:
        seal(user, rules)
    if user.today != today or any(type(change) is StreakChanged for change in changes):
        watch_evening(user)
    return changes


def _challenge_entered(user: User, event: ChallengeEntered, rules: RuleSet) -> list[Change]:
    user.challenges[event.challenge_id] = event.metric
    return rewarding.challenge_joined(user.rewards, event.challenge_id, event.at, rules)


def _challenge_exited(user: User, event: ChallengeExited, rules: RuleSet) -> list[Change]:
    user.challenges.pop(event.challenge_id, None)
    return rewarding.challenge_left(user.rewards, event.challenge_id, event.at, rules)


def _challenge_concluded(user: User, event: ChallengeConcluded, rules: RuleSet) -> list[Change]:
    user.challenges.pop(event.challenge_id, None)
    changes = rewarding.challenge_ended(user.rewards, _ended(event), event.at, rules)
    if event.outcome == "finished":
        changes.append(
            ChallengeCompleted(event.challenge_id, event.name, event.ranked, event.rank, event.reached_target)
        )
    return changes


def _registered(user: User, event: UserRegistered, rules: RuleSet) -> list[Change]:  # noqa: ARG001 (as its siblings)
    user.username, user.display_name = event.username, event.display_name
    user.timezone, user.created_at = event.timezone, event.at
    return [ProfileChanged(introduction=True)]


def _renamed(user: User, event: UserRenamed, rules: RuleSet) -> list[Change]:  # noqa: ARG001 (as its siblings)
    user.username, user.display_name = event.username, event.display_name
    return [ProfileChanged(introduction=True)]


def _profile_updated(user: User, event: ProfileUpdated, rules: RuleSet) -> list[Change]:  # noqa: ARG001 (as its siblings)
    user.display_name, user.avatar_url = event.display_name, event.avatar_url
    user.timezone, user.units = event.timezone, event.units
    if user.turns_at is not None and user.today is not None:
        user.turns_at = midnight_after(user.today, user.timezone)
    if user.goals is not None:
        goals.plan(user, user.goals)
    notices.quiet_changed(user, event.at)
    watch_evening(user)
    return [ProfileChanged(introduction=True)]


def _preferences_updated(user: User, event: PreferencesUpdated, rules: RuleSet) -> list[Change]:
    changes = [ProfileChanged(introduction=False), *activity.preferred(user, event, rules)]
    notices.quiet_changed(user, event.at)
    return changes


def _ended(event: ChallengeConcluded) -> ChallengeEnded:
    return ChallengeEnded(
        event.challenge_id,
        event.name,
        event.outcome,
        event.ranked,
        event.rank,
        event.reached_target,
        event.rule_version,
    )


_Evolve: TypeAlias = Callable[..., list[Change]]  # (user, event, rules)

_EVOLVE: Mapping[type, _Evolve] = {
    UserRegistered: _registered,
    UserRenamed: _renamed,
    ProfileUpdated: _profile_updated,
    PreferencesUpdated: _preferences_updated,
    StepsSynced: activity.synced,
    DayTurned: activity.turned,
    ChallengeEntered: _challenge_entered,
    ChallengeExited: _challenge_exited,
    ChallengeConcluded: _challenge_concluded,
    **activity.EVOLVE,
    **dict.fromkeys(SOCIAL_EVENTS, evolve_social),
    **groups.EVOLVE,
    **dict.fromkeys(RECORD_EVENTS, evolve_records),
    **dict.fromkeys(GOAL_EVENTS, goals.evolve),
    **dict.fromkeys(NOTICE_EVENTS, notices.evolve),
}
