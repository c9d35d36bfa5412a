"""What is known of each of a user's days. Those of long ago are kept as text: there may be thousands, and nobody asks.

A day has no activity but steps to be kept so, and is a line of its month, the first two characters of which are its number:
`07["Europe/Berlin",8000,[["phone",9120,1778162400000000,6400.5,310.0,71,0]]]` is the zone, the goal in force, and of each
device its name, steps, when it was last synced (µs), metres, kilocalories, active minutes, and 1 for a mark for review;
where puffs are kept as a number (`Sealed`), that and when the last was recorded stand at the end.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rules.day import DayFacts, DeviceDay, Sealed

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Diary(Mapping[date, DayFacts]):
    """What is set is what is read: which of the two ways a day is kept in shows nowhere."""

    days: dict[date, DayFacts] = field(default_factory=dict)  # the newest, and those with activities
    months: dict[str, str] = field(default_factory=dict)  # `2026-05` → its lines
    packed_to: date | None = None  # the days before it are text, where they can be

    def pack(self, until: date) -> None:
        """Days before that one are of long ago. `until` never goes back."""
        since, self.packed_to = self.packed_to, until
        if since is None:
            since = min(self.days, default=until)
        passed = (since + n * _DAY for n in range((until - since).days))
        for day in passed:
            facts = self.days.get(day)
            if facts is not None and not facts.facts:
                self._write(facts)

    def get(self, day: date, default: Any = None) -> Any:
        found = self.days.get(day)
        if found is None and self.months:
            found = self._read(day)
        return default if found is None else found

    def __getitem__(self, day: date) -> DayFacts:
        found: DayFacts | None = self.get(day)
        if found is None:
            raise KeyError(day)
        return found

    def __setitem__(self, day: date, facts: DayFacts) -> None:
        if self.packed_to is None or day >= self.packed_to:
            self.days[day] = facts
        elif facts.facts:
            self._erase(day)
            self.days[day] = facts
        else:
            self._write(facts)

    def __contains__(self, day: object) -> bool:
        return self.get(day) is not None  # type: ignore[arg-type]  # no other key is ever asked for

    def __iter__(self) -> Iterator[date]:
        """In no order."""
        yield from self.days
        for month, lines in self.months.items():
            first = date.fromisoformat(f"{month}-01")
            for line in lines.splitlines():
                yield first.replace(day=int(line[:2]))

    def __len__(self) -> int:
        return len(self.days) + sum(lines.count("\n") for lines in self.months.values())

    # --- the text ---

    def _read(self, day: date) -> DayFacts | None:
        lines = self.months.get(_month_of(day), "")
        found = _line_of(lines, day)
        if found is None:
            return None
        zone, goal, devices, *sealed = json.loads(lines[found[0] + 2 : found[1]])
        known = {
            name: DeviceDay(steps, _moment(at), metres, kilocalories, minutes, bool(review))
            for name, steps, at, metres, kilocalories, minutes, review in devices
        }
        return DayFacts(day, goal, zone, known, (), Sealed(sealed[0], _moment(sealed[1])) if sealed else None)

    def _write(self, facts: DayFacts) -> None:
        self._erase(facts.date)
        self.days.pop(facts.date, None)
        devices = [
            [
                name,
                of.steps,
                _micros(of.at),
                float(of.distance),
                float(of.calories),
                of.active_minutes,
                int(of.review),
            ]
            for name, of in sorted(facts.devices.items())
        ]
        said: list[Any] = [facts.zone, facts.goal, devices]
        if facts.sealed is not None:
            said += [facts.sealed.puffs, _micros(facts.sealed.recorded_at)]
        month, line = _month_of(facts.date), f"{facts.date:%d}{json.dumps(said, separators=(',', ':'))}\n"
        self.months[month] = "".join(sorted([*self.months.get(month, "").splitlines(keepends=True), line]))

    def _erase(self, day: date) -> None:
        month = _month_of(day)
        lines = self.months.get(month, "")
        found = _line_of(lines, day)
        if found is not None:
            self.months[month] = lines[: found[0]] + lines[found[1] :]
            if not self.months[month]:
                del self.months[month]


def _month_of(day: date) -> str:
    return day.isoformat()[:7]


def _line_of(lines: str, day: date) -> tuple[int, int] | None:
    """Where the day's line begins, and the next one. No text within a line has a break: JSON writes it as `\\n`."""
    begin = f"{day:%d}["
    at = 0 if lines.startswith(begin) else lines.find(f"\n{begin}") + 1
    if not at and not lines.startswith(begin):
        return None
    return at, lines.index("\n", at) + 1


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
