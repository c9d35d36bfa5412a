"""What must come out of a replay, straight from the file: spec/game.md worked out again, with none of the server's code.

Run as a script it prints the numbers of a file: `python tests/play/fitbit_oracle.py FILE.csv`.

What the rules leave open is read here as:
- a run's length is its qualifying days; a day bridged by a freeze keeps the run and does not lengthen it;
- each kind of streak earns and uses freezes of its own; a run that breaks has used up all of them;
- in a race, those who reached the target in the same hour share a rank; the others follow by their steps;
- who has walked nothing at all has no reward from a challenge.
"""

import csv
import json
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

TARGET = 200_000
GOAL = 10_000
ACTIVE = 1_000
MILESTONES = {7: 100, 30: 500, 100: 2000, 365: 10_000}
PODIUM = {1: 500, 2: 300, 3: 200}
DAY = timedelta(days=1)
RULES = Path(__file__).parents[2] / "rules" / "default.toml"
FORMS = ("%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S", "%m/%d/%y %H:%M")


@dataclass
class Streak:
    """`freezes` are those held in the end; `runs` the lengths of all runs."""

    current: int = 0
    longest: int = 0
    last_day: date | None = None
    frozen_days: list[date] = field(default_factory=list)
    freezes: int = 0
    runs: list[int] = field(default_factory=list)


@dataclass
class Row:
    rank: int
    person: str
    score: int
    reached_at: datetime | None


@dataclass
class Person:
    days: dict[date, int]  # those with a row in the file, also when nothing was walked
    xp: int
    level: int
    badges: dict[str, int]
    streaks: dict[str, Streak]


@dataclass
class Expected:
    most: list[Row]
    race: list[Row]
    people: dict[str, Person]


def expect(path: Path) -> Expected:
    """Everything, as of the day after the last one in the file."""
    hours = read(path)
    today = max(max(moments) for moments in hours.values()).date() + DAY
    most, race = standings_of_most(hours), standings_of_race(hours)
    badges = tomllib.loads(RULES.read_text())["badges"]
    people = {person: _person(person, hours[person], today, most, race, badges) for person in hours}
    return Expected(most, race, people)


def read(path: Path) -> dict[str, dict[datetime, int]]:
    """person → hour (naive, UTC) → steps."""
    hours: dict[str, dict[datetime, int]] = defaultdict(dict)
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            hours[row["Id"]][_hour(row["ActivityHour"])] = int(row["StepTotal"])
    return dict(hours)


def _hour(text: str) -> datetime:
    for form in FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - all of it is UTC
        except ValueError:
            continue
    raise ValueError(f"no known form of a date: {text!r}")


# --- standings ---


def standings_of_most(hours: dict[str, dict[datetime, int]]) -> list[Row]:
    rows = []
    for person, moments in hours.items():
        walked = [hour for hour, steps in moments.items() if steps]
        rows.append((-sum(moments.values()), _last_second(max(walked)) if walked else None, person))
    return _ranked([((minus,), -minus, at, person) for minus, at, person in rows])


def standings_of_race(hours: dict[str, dict[datetime, int]]) -> list[Row]:
    rows = []
    for person, moments in hours.items():
        total, last, reached = 0, None, None
        for hour in sorted(moments):
            total += moments[hour]
            last = hour if moments[hour] else last
            if total >= TARGET and reached is None:
                reached = hour
        place: tuple[Any, ...] = (0, reached) if reached else (1, -total)
        at = reached or last
        rows.append((place, total, _last_second(at) if at else None, person))
    return _ranked(rows)


def _ranked(rows: list[tuple[tuple[Any, ...], int, datetime | None, str]]) -> list[Row]:
    """Equal places share a rank: 1, 2, 2, 4."""
    rows.sort(key=lambda row: row[0])
    ranked: list[Row] = []
    for index, (place, score, at, person) in enumerate(rows):
        rank = ranked[-1].rank if index and rows[index - 1][0] == place else index + 1
        ranked.append(Row(rank, person, score, at))
    return ranked


def _last_second(hour: datetime) -> datetime:
    """When the sync of that hour is sent."""
    return hour + timedelta(minutes=59, seconds=59)


# --- rewards ---


def _person(
    person: str,
    moments: dict[datetime, int],
    today: date,
    most: list[Row],
    race: list[Row],
    badges: list[dict[str, Any]],
) -> Person:
    days: dict[date, int] = defaultdict(int)
    for hour, steps in moments.items():
        days[hour.date()] += steps
    streaks = {
        "active": streak([day for day, steps in days.items() if steps >= ACTIVE], today),
        "stepsGoal": streak([day for day, steps in days.items() if steps >= GOAL], today),
    }
    xp = sum(min(steps // 100, 300) + (50 if steps >= GOAL else 0) for steps in days.values())
    xp += sum(
        xp for kind in streaks.values() for run in kind.runs for length, xp in MILESTONES.items() if run >= length
    )

    results = [row for row in (*most, *race) if row.person == person and row.score > 0]
    reached = sum(row.score >= TARGET for row in race if row.person == person)
    xp += sum(50 + PODIUM.get(row.rank, 0) for row in results) + 100 * reached

    level = 1
    while 50 * (level + 1) * level <= xp:
        level += 1
    numbers = {
        "level": level,
        "challengesJoined": 2,
        "challengesFinished": len(results),
        "challengesWon": sum(row.rank == 1 for row in results),
        "podiums": sum(row.rank <= 3 for row in results),
        "targetsReached": reached,
    }
    earned = {badge["id"]: _times(badge, days, streaks, numbers) for badge in badges}
    return Person(dict(days), xp, level, {name: n for name, n in earned.items() if n}, streaks)


def streak(qualifying: list[date], today: date) -> Streak:
    """Day by day from the first qualifying day: yesterday is over, today is not."""
    found = Streak()
    if not qualifying:
        return found
    found.last_day = max(qualifying)
    good, day, length = set(qualifying), min(qualifying), 0
    while day < today:
        if day in good:
            length += 1
            found.longest = max(found.longest, length)
            if length % 10 == 0:
                found.freezes = min(2, found.freezes + 1)
        elif length and found.freezes:
            found.freezes -= 1
            found.frozen_days.append(day)
        elif length:
            found.runs.append(length)
            length, found.frozen_days = 0, []
        day += DAY
    if length:
        found.runs.append(length)
    found.current = length
    return found


def _times(badge: dict[str, Any], days: dict[date, int], streaks: dict[str, Streak], numbers: dict[str, int]) -> int:
    """How often a badge is earned by someone who does nothing but walk."""
    conditions = badge["when"] if isinstance(badge["when"], list) else [badge["when"]]
    times = min(_multiples(condition, days, streaks, numbers) for condition in conditions)
    return times if badge.get("repeatable") else min(times, 1)


def _multiples(
    condition: dict[str, Any], days: dict[date, int], streaks: dict[str, Streak], numbers: dict[str, int]
) -> int:
    least = condition["at_least"]
    match condition:
        case {"total": "steps"}:
            return sum(days.values()) // least
        case {"day": "steps"}:
            return sum(steps >= least for steps in days.values()) // int(condition.get("days", 1))
        case {"streak": kind}:
            return streaks.get(kind, Streak()).longest // int(least)
        case {"reach": name} | {"count": name}:
            return numbers.get(name, 0) // int(least)
        case {"total": _} | {"day": _} | {"hour": _}:
            return 0  # nobody here runs, lifts or checks in
        case _:
            raise ValueError(f"a condition that this oracle does not know: {condition}")


if __name__ == "__main__":
    print(json.dumps(expect(Path(sys.argv[1])), default=lambda value: getattr(value, "__dict__", None) or str(value)))
