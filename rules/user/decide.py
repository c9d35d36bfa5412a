"""What a user's command leads to: events, or a refusal. Nothing is changed here."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from rules.activity import decide as activity
from rules.asked import Asked
from rules.day import DeviceDay
from rules.fairplay import judge_steps
from rules.fields import UNSET, Unset, patched
from rules.goals import decide as goals
from rules.notices import decide as notices
from rules.refusal import Refusal, invalid
from rules.user.commands import (
    Command,
    NotificationChanges,
    PrivacyChanges,
    QuietHours,
    Register,
    SyncSteps,
    UpdatePreferences,
    UpdateProfile,
)
from rules.user.events import (
    Event,
    Preferences,
    PreferencesUpdated,
    ProfileUpdated,
    StepsSynced,
    UserRegistered,
    UserRenamed,
)
from rules.user.state import User, today_of

MOST_DEVICES = 10  # a day


def decide(user: User, command: Command, asked: Asked) -> list[Event] | Refusal:
    """No events: it was so already."""
    return _DECIDE[type(command)](user, command, asked)


def _sync(user: User, command: SyncSteps, asked: Asked) -> list[Event] | Refusal:
    device, now = command.device or asked.device, asked.now
    day = user.days.get(command.date)
    previous = day.devices.get(device) if day is not None else None
    # what a device does not say, it does not replace
    known = previous or DeviceDay(0, now)
    distance = known.distance if command.distance_meters is None else command.distance_meters
    calories = known.calories if command.calories is None else command.calories
    minutes = known.active_minutes if command.active_minutes is None else command.active_minutes
    verdict = judge_steps(
        previous,
        command.steps,
        command.date,
        now,
        user.timezone,
        asked.rules,
        distance=distance,
        calories=calories,
        active_minutes=minutes,
        today=today_of(user, now),
    )
    if isinstance(verdict, Refusal):
        return verdict
    if previous is None and day is not None and len(day.devices) >= MOST_DEVICES:
        return invalid(
            "device", f"a day takes at most {MOST_DEVICES} devices; use one of {', '.join(sorted(day.devices))}"
        )
    if previous is not None and (command.steps, distance, calories, minutes) == _numbers(previous):
        return []
    review = verdict.review is not None
    return [StepsSynced(now, command.date, device, command.steps, distance, calories, minutes, review)]


def _numbers(synced: DeviceDay) -> tuple[int, float, float, int]:
    return synced.steps, synced.distance, synced.calories, synced.active_minutes


def _update_profile(user: User, command: UpdateProfile, asked: Asked) -> list[Event]:
    event = ProfileUpdated(
        asked.now,
        patched(user.display_name, command.display_name),
        patched(user.timezone, command.timezone),
        patched(user.units, command.units),  # type: ignore[arg-type]  # the state holds what an event said
        patched(user.avatar_url, command.avatar_url),
    )
    same = (user.display_name, user.timezone, user.units, user.avatar_url)
    return [] if (event.display_name, event.timezone, event.units, event.avatar_url) == same else [event]


def _update_preferences(user: User, command: UpdatePreferences, asked: Asked) -> list[Event]:
    known = user.preferences
    preferences = Preferences(
        notifications=_merged(known.notifications, command.notifications),
        quiet_hours=known.quiet_hours if command.quiet_hours is UNSET else _span(command.quiet_hours),
        privacy=_merged(known.privacy, command.privacy),
        default_rest_seconds=patched(known.default_rest_seconds, command.default_rest_seconds),
        daily_step_goal=patched(known.daily_step_goal, command.daily_step_goal),
        weekly_workouts=patched(known.weekly_workouts, command.weekly_workouts),
        track_puffs=patched(known.track_puffs, command.track_puffs),
    )
    events: list[Event] = []
    if preferences != known:
        events.append(PreferencesUpdated(asked.now, preferences))
    if command.units is not UNSET and command.units != user.units:
        events.append(ProfileUpdated(asked.now, user.display_name, user.timezone, command.units, user.avatar_url))
    return events


def _span(hours: QuietHours | None) -> tuple[str, str] | None:
    return None if hours is None or hours.from_ == hours.to else (hours.from_, hours.to)


def _merged(known: dict[str, Any], changes: NotificationChanges | PrivacyChanges | Unset) -> dict[str, Any]:
    if changes is UNSET:
        return known
    return {name: patched(value, getattr(changes, name)) for name, value in known.items()}


def _register(user: User, command: Register, asked: Asked) -> list[Event]:
    if not user.username:
        return [UserRegistered(asked.now, command.username, command.display_name, command.timezone)]
    if user.username != command.username:
        return [UserRenamed(asked.now, command.username, command.display_name)]
    return []


_Decide: TypeAlias = Callable[..., list[Event] | Refusal]  # (user, command, asked)

_DECIDE: Mapping[type, _Decide] = {
    SyncSteps: _sync,
    UpdateProfile: _update_profile,
    UpdatePreferences: _update_preferences,
    Register: _register,
    **activity.DECIDE,
    **goals.DECIDE,
    **notices.DECIDE,
}
