"""A made-up export of the same shape as the real one: 33 people, 31 days, about 22,099 rows, the same every time.

People sleep, commute and walk; some stop wearing the tracker early, some have days without a step; two share a total.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

PEOPLE, DAYS = 33, 31
START = datetime(2016, 4, 12)  # noqa: DTZ001 - as in the file
# how busy the hours of a day are
RHYTHM = (1, 0, 0, 0, 0, 3, 12, 30, 40, 35, 30, 35, 50, 40, 35, 35, 40, 60, 70, 50, 35, 20, 10, 4)


def write(path: Path, *, people: int = PEOPLE, days: int = DAYS, seed: int = 7) -> int:
    """Writes the file in the first of Fitbit's date forms → its rows."""
    random = Random(seed)
    rows = [
        (f"{1_500_000_000 + 7919 * 31_337 * (index + 1)}", hour, steps)
        for index, person in enumerate(_people(people, days, random))
        for hour, steps in person
    ]
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(("Id", "ActivityHour", "StepTotal"))
        for person, hour, steps in rows:
            half = "AM" if hour.hour < 12 else "PM"
            written = f"{hour.month}/{hour.day}/{hour.year} {hour.hour % 12 or 12}:00:00 {half}"
            out.writerow((person, written, steps))
    return len(rows)


def _people(people: int, days: int, random: Random) -> list[list[tuple[datetime, int]]]:
    made = [_person(days, random) for _ in range(people)]
    if people > 1:
        made[1] = list(made[0])  # twins: every rank they have is shared
    return made


def _person(days: int, random: Random) -> list[tuple[datetime, int]]:
    busy = random.triangular(0.5, 3.0, 1.1)
    worn = days if random.random() < 0.6 else random.randint(max(1, days // 2), days)
    lazy = random.uniform(0, 0.25)
    rows = []
    for day in range(worn):
        mood = (
            0 if random.random() < lazy / 4 else random.lognormvariate(0, 0.45) * (0.3 if random.random() < lazy else 1)
        )
        hours = 24 if day + 1 < worn else random.randint(8, 24)
        for hour in range(hours):
            if random.random() < 0.002:
                continue  # a row is missing now and then
            mean = RHYTHM[hour] * 14 * busy * mood
            steps = 0 if random.random() < 0.25 else min(11_000, int(random.expovariate(1 / mean))) if mean else 0
            rows.append((START + timedelta(days=day, hours=hour), steps))
    return rows
