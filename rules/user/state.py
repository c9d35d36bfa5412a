"""A user: the fold of their events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeAlias

from rules import rewards as rewarding
from rules.changes import Change, DayChanged, ProfileChanged
from rules.day import DayFacts, DeviceDay, with_device
from rules.days import midnight_after, today_in
from rules.ids import ChallengeId, UserId
from rules.rewards import Rewards
from rules.ruleset import RuleSet
from rules.tells import ChallengeEnded
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
    days: dict[date, DayFacts] = field(default_factory=dict)
    challenges: dict[ChallengeId, str] = field(default_factory=dict)  # taking part in → metric
    today: date | None = None  # the newest day the user was on
    turns_at: datetime | None = None  # when that day ends, where a streak waits for it


def blank(user_id: UserId) -> User:
    return User(user_id, Rewards(user_id))


def today_of(user: User, now: datetime) -> date:
    """The user's day; never one before the day they were on already."""
    return today_in(user.timezone, now, user.today)


def alarms(user: User) -> dict[str, datetime]:
    """The durable reminders that the user waits for: name → due."""
    return {} if user.turns_at is None else {"day": user.turns_at}


def evolve(user: User, event: Event, rules: RuleSet) -> list[Change]:
    """Apply what happened, in place. Returns what it changed."""
    return _EVOLVE[type(event)](user, event, rules)


def _synced(user: User, event: StepsSynced, rules: RuleSet) -> list[Change]:
    today = today_of(user, event.at)
    before = user.days.get(event.date)
    day = before or DayFacts(event.date, user.preferences.daily_step_goal, user.timezone)
    synced = DeviceDay(event.steps, event.at, event.distance, event.calories, event.active_minutes, event.review)
    after = user.days[event.date] = with_device(day, event.device, synced)
    new_day = user.today != today
    user.today = today
    changes: list[Change] = [DayChanged(before, after)]
    changes += rewarding.day_changed(user.rewards, before, after, event.at, today, rules)
    if new_day or user.turns_at is None:
        _watch_the_day(user, today, rules)
    return changes


def _day_turned(user: User, event: DayTurned, rules: RuleSet) -> list[Change]:
    user.today = event.date
    changes = rewarding.day_turned(user.rewards, event.date, event.at, rules)
    _watch_the_day(user, event.date, rules)
    return changes


def _challenge_entered(user: User, event: ChallengeEntered, rules: RuleSet) -> list[Change]:
    user.challenges[event.challenge_id] = event.metric
    return rewarding.challenge_joined(user.rewards, event.challenge_id, event.at, rules)


def _challenge_exited(user: User, event: ChallengeExited, rules: RuleSet) -> list[Change]:
    user.challenges.pop(event.challenge_id, None)
    return rewarding.challenge_left(user.rewards, event.challenge_id, event.at, rules)


def _challenge_concluded(user: User, event: ChallengeConcluded, rules: RuleSet) -> list[Change]:
    user.challenges.pop(event.challenge_id, None)
    return rewarding.challenge_ended(user.rewards, _ended(event), event.at, rules)


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
    return [ProfileChanged(introduction=True)]


def _preferences_updated(user: User, event: PreferencesUpdated, rules: RuleSet) -> list[Change]:
    user.preferences = event.preferences
    return [ProfileChanged(introduction=False), *_goal_changed(user, event, rules)]


def _goal_changed(user: User, event: PreferencesUpdated, rules: RuleSet) -> list[Change]:
    """A new goal counts from today on; earlier days keep theirs."""
    today = today_of(user, event.at)
    before = user.days.get(today)
    if before is None or before.goal == event.preferences.daily_step_goal:
        return []
    user.today = today
    after = user.days[today] = replace(before, goal=event.preferences.daily_step_goal)
    return [
        DayChanged(before, after),
        *rewarding.day_changed(user.rewards, before, after, event.at, today, rules),
    ]


def _watch_the_day(user: User, today: date, rules: RuleSet) -> None:
    """The end of the day matters only to who has a streak to lose."""
    alive = any(rewarding.streak(user.rewards, kind, today, rules).current for kind in user.rewards.streaks)
    user.turns_at = midnight_after(today, user.timezone) if alive else None


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
    StepsSynced: _synced,
    DayTurned: _day_turned,
    ChallengeEntered: _challenge_entered,
    ChallengeExited: _challenge_exited,
    ChallengeConcluded: _challenge_concluded,
}
