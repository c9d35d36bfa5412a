"""The facts of one user's day, and what they come to.

Every device reports its own total so far: of a metric, the highest device's counts, never a sum. What the user did beside
(walks, puffs, …) adds to that.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from math import fsum

from rules.activity.fact import Fact, Kind
from rules.ids import ActivityId, UserId, derived
from rules.metrics import ACTIVE_MINUTES, CALORIES, DISTANCE, PUFFS, STEPS


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
class Sealed:
    """The puffs of a day long ago, of which no more is kept: how many, and when the last of them was recorded."""

    puffs: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What is known of a day. A value: changing one makes a new one."""

    date: date
    goal: int  # steps; the goal in force on that day
    zone: str
    devices: dict[str, DeviceDay] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()  # by the time that they began
    sealed: Sealed | None = None  # puffs that are not among the facts any more


def with_device(day: DayFacts, device: str, synced: DeviceDay) -> DayFacts:
    """The day after `device` has replaced its own totals."""
    return DayFacts(day.date, day.goal, day.zone, {**day.devices, device: synced}, day.facts, day.sealed)


def without_device(day: DayFacts, device: str) -> DayFacts:
    """The day after the totals of `device` were taken back."""
    kept = {name: totals for name, totals in day.devices.items() if name != device}
    return DayFacts(day.date, day.goal, day.zone, kept, day.facts, day.sealed)


def with_fact(day: DayFacts, fact: Fact) -> DayFacts:
    """The day with `fact`, in the place of the one with its id."""
    facts = [*_others(day, fact.id), fact]
    facts.sort(key=lambda each: (each.starts_at, each.id))
    return DayFacts(day.date, day.goal, day.zone, day.devices, tuple(facts), day.sealed)


def without_fact(day: DayFacts, activity_id: ActivityId) -> DayFacts:
    """The day after that activity was taken back."""
    return DayFacts(day.date, day.goal, day.zone, day.devices, tuple(_others(day, activity_id)), day.sealed)


def with_puffs_sealed(day: DayFacts) -> DayFacts:
    """The day with its puffs as a number: all that they add to stays as it is."""
    puffs = [fact for fact in day.facts if fact.kind is Kind.PUFF]
    if not puffs:
        return day
    n, last = len(puffs), max(fact.recorded_at for fact in puffs)
    if day.sealed is not None:
        n, last = n + day.sealed.puffs, max(last, day.sealed.recorded_at)
    kept = tuple(fact for fact in day.facts if fact.kind is not Kind.PUFF)
    return DayFacts(day.date, day.goal, day.zone, day.devices, kept, Sealed(n, last))


def fact_in(day: DayFacts, activity_id: ActivityId) -> Fact | None:
    return next((fact for fact in day.facts if fact.id == activity_id), None)


def totals(day: DayFacts) -> dict[str, float]:
    """metric → the day's value; metrics that nothing adds to may be missing. Steps and minutes are ints."""
    values = device_totals(day)
    if day.facts:
        _add_facts(values, day.facts)
    if day.sealed is not None:
        values[PUFFS] = values.get(PUFFS, 0.0) + day.sealed.puffs
    return values


def device_totals(day: DayFacts) -> dict[str, float]:
    """What the devices say of the day, without what the user did beside."""
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
    if len(day.devices) == 1 and not day.facts and day.sealed is None:  # usual; every sync comes by here twice
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
    """Of the day's steps: True when the device whose steps count is marked for review."""
    leading = leading_device(day)
    return leading is not None and day.devices[leading].review


def steps_activity_id(user_id: UserId, day: date, device: str) -> ActivityId:
    """A steps activity is identified by user, date and device: a repeated sync is the same activity."""
    return derived(user_id, "steps", day.isoformat(), device)


def _others(day: DayFacts, activity_id: ActivityId) -> list[Fact]:
    return [fact for fact in day.facts if fact.id != activity_id]


def _add_facts(values: dict[str, float], facts: tuple[Fact, ...]) -> None:
    """Exactly rounded, so that the order in which facts came leaves no trace."""
    added: dict[str, list[float]] = {}
    for fact in facts:
        for metric, value in fact.metrics.items():
            added.setdefault(metric, []).append(value)
    for metric, more in added.items():
        values[metric] = fsum([values.get(metric, 0), *more])
