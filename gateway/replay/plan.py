"""What a replay will do, worked out before anything is sent: who, when, and the running total of each sync.

Everyone lives in UTC. The sync for the hour 10:00–11:00 is sent at game time 10:59:59, the last second that surely
belongs to that hour and its day: the one for 23:00–24:00 arrives at 23:59:59 of its own day, so on the last day of a
challenge it arrives while the challenge is still live.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gateway.fitbit import HourlySteps

HOUR = timedelta(hours=1)
BEFORE_START = timedelta(hours=1)  # time for everyone to join a challenge that can't be joined later
SETTLING = timedelta(minutes=15)
RACE_TARGET = 200_000


@dataclass(frozen=True, slots=True)
class Sync:
    """One `steps:sync`: a person's total of the day so far."""

    person: str
    day: date
    steps: int
    key: str


@dataclass(frozen=True, slots=True)
class Hour:
    """The syncs of one hour, and the game time at which they are sent."""

    at: datetime
    syncs: tuple[Sync, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    name: str  # short and the same for the same rows: part of every key
    people: tuple[str, ...]
    hours: tuple[Hour, ...]
    first_day: date
    last_day: date

    @property
    def opens_at(self) -> datetime:
        """Where the clock stands while everyone joins."""
        return self.starts_at - BEFORE_START

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.first_day, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """Midnight after the last day."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), UTC)

    @property
    def over_at(self) -> datetime:
        """A minute after settling."""
        return self.ends_at + SETTLING + timedelta(minutes=1)

    @property
    def syncs(self) -> int:
        return sum(len(hour.syncs) for hour in self.hours)


def plan(rows: Iterable[HourlySteps]) -> Plan:
    """The plan of an export, its rows in any order. Raises ValueError when there are none."""
    by_hour: dict[datetime, dict[str, int]] = defaultdict(dict)
    for row in rows:
        by_hour[row.hour][row.person] = row.steps
    if not by_hour:
        raise ValueError("the file has no rows: there is nothing to replay")
    name = _name(by_hour)
    totals: dict[tuple[str, date], int] = defaultdict(int)
    hours = []
    for start in sorted(by_hour):
        syncs = []
        for person, steps in sorted(by_hour[start].items()):
            totals[person, start.date()] += steps
            key = f"replay-{name}-{start:%Y%m%dT%H}"
            syncs.append(Sync(person, start.date(), totals[person, start.date()], key))
        hours.append(Hour(start + HOUR - timedelta(seconds=1), tuple(syncs)))
    people = sorted({person for steps in by_hour.values() for person in steps})
    return Plan(name, tuple(people), tuple(hours), min(by_hour).date(), max(by_hour).date())


def _name(by_hour: dict[datetime, dict[str, int]]) -> str:
    facts = hashlib.sha256()
    for hour in sorted(by_hour):
        facts.update(f"{hour:%Y%m%dT%H} {sorted(by_hour[hour].items())}\n".encode())
    return facts.hexdigest()[:12]
