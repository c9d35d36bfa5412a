"""The facts of one user's day, and what they come to.

Every device reports its own total so far. The day's value of a metric is the highest device's, never a sum.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from rules.ids import ActivityId, UserId, derived
from rules.metrics import ACTIVE_MINUTES, CALORIES, DISTANCE, STEPS


@dataclass(frozen=True, slots=True)
class DeviceDay:
    """One device's totals of one day: metres, kilocalories, minutes."""

    steps: int
    at: datetime  # of its last sync, game time
    distance: float = 0
    calories: float = 0
    active_minutes: int = 0
    review: bool = False


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of a day. A value: changing one makes a new one."""

    date: date
    goal: int  # steps; the goal in force on that day
    zone: str
    devices: dict[str, DeviceDay] = field(default_factory=dict)


def with_device(day: DayFacts, device: str, synced: DeviceDay) -> DayFacts:
    """The day after `device` has replaced its own totals."""
    return DayFacts(day.date, day.goal, day.zone, {**day.devices, device: synced})


def without_device(day: DayFacts, device: str) -> DayFacts:
    """The day after the totals of `device` were taken back."""
    kept = {name: totals for name, totals in day.devices.items() if name != device}
    return DayFacts(day.date, day.goal, day.zone, kept)


def totals(day: DayFacts) -> dict[str, float]:
    """metric → the day's value. Steps and minutes are ints."""
    devices = day.devices
    if len(devices) == 1:
        (only,) = devices.values()
        return {
            STEPS: only.steps,
            DISTANCE: only.distance,
            CALORIES: only.calories,
            ACTIVE_MINUTES: only.active_minutes,
        }
    return {
        STEPS: max((device.steps for device in devices.values()), default=0),
        DISTANCE: max((device.distance for device in devices.values()), default=0),
        CALORIES: max((device.calories for device in devices.values()), default=0),
        ACTIVE_MINUTES: max((device.active_minutes for device in devices.values()), default=0),
    }


def whole_totals(day: DayFacts) -> dict[str, int]:
    """The totals in whole units, as rewards count them: sums of ints are the same in any order."""
    if len(day.devices) == 1:  # the usual case, and every sync comes by here twice
        (only,) = day.devices.values()
        return {
            STEPS: only.steps,
            DISTANCE: int(only.distance),
            CALORIES: int(only.calories),
            ACTIVE_MINUTES: only.active_minutes,
        }
    return {metric: int(value) for metric, value in totals(day).items()}


def leading_device(day: DayFacts) -> str | None:
    """The device whose steps are the day's; the first by name where several are equal."""
    return min(day.devices, key=lambda name: (-day.devices[name].steps, name), default=None)


def in_review(day: DayFacts) -> bool:
    """True when the device whose steps count is marked for review."""
    leading = leading_device(day)
    return leading is not None and day.devices[leading].review


def steps_activity_id(user_id: UserId, day: date, device: str) -> ActivityId:
    """A steps activity is identified by user, date and device: a repeated sync is the same activity."""
    return derived(user_id, "steps", day.isoformat(), device)
