"""Reads Fitbit exports: hourly steps and daily activity, in the date forms that such exports come in.

`4/12/2016 12:00:00 AM` · `4/12/16` · `2016-4-12 0:00` · `2016-04-12T00:00:00Z`. Slashes mean month/day/year, as Fitbit
writes them. A time without a zone is taken as UTC, one with a zone is turned into UTC.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

_SLASHES = r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})"
_DASHES = r"(?P<iso_year>\d{4})-(?P<iso_month>\d{1,2})-(?P<iso_day>\d{1,2})"
_DATE = rf"(?:{_SLASHES}|{_DASHES})"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.0+)?)?(?:\s*(?P<half>[AaPp][Mm]))?"
_ZONE = r"(?:\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2}))?"
_MOMENT = re.compile(rf"{_DATE}(?:[Tt]|\s+){_TIME}{_ZONE}\Z")
_DAY = re.compile(rf"{_DATE}(?:(?:[Tt]|\s+)0?0:00(?::00)?|\s+12:00:00\s*AM)?\Z", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,9}\Z")
_PERSON = re.compile(r"[0-9A-Za-z]{1,13}\Z")  # becomes part of a username of at most 20


class FitbitError(ValueError):
    """A line that cannot be read. `line` counts from 1, with the header."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class HourlySteps:
    """A person's steps in the hour that begins at `hour` (UTC)."""

    person: str
    hour: datetime
    steps: int


@dataclass(frozen=True, slots=True)
class DailyActivity:
    """A person's day as the tracker summed it up: kilometres, kilocalories, minutes."""

    person: str
    date: date
    steps: int
    kilometres: float
    calories: int
    active_minutes: int


def read_hourly(lines: Iterable[str]) -> Iterator[HourlySteps]:
    """Rows of `Id,ActivityHour,StepTotal` in the order of the file; a row that repeats another exactly is left out.

    Raises FitbitError, also when two rows disagree about an hour.
    """
    seen: dict[tuple[str, datetime], tuple[int, int]] = {}
    for line, (who, when, what) in _rows(lines, ("Id", "ActivityHour", "StepTotal")):
        row = HourlySteps(_person(who, line), _hour(when, line), _whole(what, "StepTotal", line))
        first = seen.setdefault((row.person, row.hour), (line, row.steps))
        if first == (line, row.steps):
            yield row
        elif first[1] != row.steps:
            raise FitbitError(
                line, f"{row.steps} steps for {row.person} at {when.strip()}, but line {first[0]} says {first[1]}"
            )


def read_daily(lines: Iterable[str]) -> Iterator[DailyActivity]:
    """Rows of a dailyActivity export. Raises FitbitError, also for a second row for a person's day."""
    names = (
        *("Id", "ActivityDate", "TotalSteps", "TotalDistance", "Calories"),
        *("VeryActiveMinutes", "FairlyActiveMinutes", "LightlyActiveMinutes"),
    )
    seen: dict[tuple[str, date], int] = {}
    for line, (who, when, steps, distance, calories, *minutes) in _rows(lines, names):
        day = DailyActivity(
            person=_person(who, line),
            date=_day(when, line),
            steps=_whole(steps, "TotalSteps", line),
            kilometres=_decimal(distance, "TotalDistance", line),
            calories=_whole(calories, "Calories", line),
            active_minutes=sum(_whole(part, "…ActiveMinutes", line) for part in minutes),
        )
        first = seen.setdefault((day.person, day.date), line)
        if first != line:
            raise FitbitError(line, f"a second row for {day.person} on {when.strip()}; the first is line {first}")
        yield day


def _rows(lines: Iterable[str], names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number, the named columns) of every row that is not blank."""
    reader = csv.reader(lines, strict=True)
    columns: list[int] | None = None
    width = 0
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                header = [cell.strip().lstrip("\ufeff").lower() for cell in row]
                if missing := [name for name in names if name.lower() not in header]:
                    raise FitbitError(
                        reader.line_num, f"the header lacks {', '.join(missing)}; expected {','.join(names)}"
                    )
                columns, width = [header.index(name.lower()) for name in names], len(header)
            elif len(row) != width:
                raise FitbitError(reader.line_num, f"{len(row)} columns where the header has {width}")
            else:
                yield reader.line_num, [row[column] for column in columns]
    except csv.Error as problem:
        raise FitbitError(reader.line_num, str(problem)) from None
    if columns is None:
        raise FitbitError(1, f"the file is empty; expected a header with {','.join(names)}")


def _person(text: str, line: int) -> str:
    if not _PERSON.match(text.strip()):
        raise FitbitError(line, f"Id must be 1 to 13 letters or digits, not {text!r}")
    return text.strip()


def _whole(text: str, name: str, line: int) -> int:
    if not _WHOLE.match(text.strip()):
        raise FitbitError(line, f"{name} must be a whole number of 0 or more, not {text!r}")
    return int(text)


def _decimal(text: str, name: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < 1e9:
        raise FitbitError(line, f"{name} must be a number of 0 or more, not {text!r}")
    return number


def _hour(text: str, line: int) -> datetime:
    found = _MOMENT.match(text.strip())
    if found is None:
        raise FitbitError(
            line, f"ActivityHour must be a time like 4/12/2016 1:00:00 PM or 2016-04-12T13:00:00, not {text!r}"
        )
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise FitbitError(line, f"there is no {hour} o'clock {half.upper()} in {text!r}")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if int(found["minute"]) or int(found["second"] or 0):
        raise FitbitError(line, f"ActivityHour must be a full hour, not {text!r}")
    day = _date(found, text, line)
    if hour > 23:
        raise FitbitError(line, f"there is no such time as {text!r}")
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=_offset(found["zone"], text, line)).astimezone(UTC)
    if moment.minute:
        raise FitbitError(line, f"{text!r} is not a full hour in UTC")
    return moment


def _day(text: str, line: int) -> date:
    found = _DAY.match(text.strip())
    if found is None:
        raise FitbitError(line, f"ActivityDate must be a day like 4/12/2016 or 2016-04-12, not {text!r}")
    return _date(found, text, line)


def _date(found: re.Match[str], text: str, line: int) -> date:
    if found["iso_year"] is not None:
        year, month, day = int(found["iso_year"]), int(found["iso_month"]), int(found["iso_day"])
    else:
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        year += 2000 if year < 100 else 0  # trackers of steps are younger than the century
        if month > 12 >= day:
            raise FitbitError(line, f"there is no month {month} in {text!r}: dates with slashes are month/day/year")
    if not 2000 <= year < 2200:
        raise FitbitError(line, f"the year {year} in {text!r} is not between 2000 and 2199")
    try:
        return date(year, month, day)
    except ValueError:
        raise FitbitError(line, f"there is no such day as {text!r}") from None


def _offset(zone: str | None, text: str, line: int) -> timezone:
    if zone is None or zone in "Zz":
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    if offset > timedelta(hours=14):
        raise FitbitError(line, f"there is no such time zone as in {text!r}")
    return timezone(-offset if zone[0] == "-" else offset)
