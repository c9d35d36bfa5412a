"""A route as compact text, for the payload of an event: five to ten characters a point.

    r1;SEGMENT;SEGMENT…      SEGMENT = lat,lon,time,ele,accuracy      r1 is the version: stored, never change what it means

Each column has a number for every point: 0 for none, else one more than the zigzag of the difference from the last value
(of times: of how much the step differs from the last step). A number is written 5 bits a character, lowest first; a
character from the upper half of the alphabet says that more follow. A column without any value is empty.

Kept are millionths of a degree (0.11 m), milliseconds, decimetres of elevation and metres of accuracy. What has been
through here once comes out as it went in.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from rules.route.points import Point, Segments

_VERSION = "r1"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_DIGITS = {letter: digit for digit, letter in enumerate(_ALPHABET)}
_MORE = 32

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MICRO = 1_000_000
_DECI = 10

Numbers: TypeAlias = list[int | None]  # of a column, a point each


def encode(segments: Segments) -> str:
    return ";".join([_VERSION, *(_segment(segment) for segment in segments)])


def decode(text: str) -> Segments:
    """The segments of `encode`. Raises ValueError for any other text."""
    version, *segments = text.split(";")
    if version != _VERSION:
        raise ValueError(f"a route in an unknown form: {version[:10]!r}")
    try:
        return [_points(segment) for segment in segments]
    except OverflowError:
        raise ValueError("a point of a route at no time of any calendar") from None


def _segment(points: Sequence[Point]) -> str:
    times = [None if point.at is None else (point.at - _EPOCH) // _MILLISECOND for point in points]
    columns = (
        _steps([round(point.lat * _MICRO) for point in points]),
        _steps([round(point.lon * _MICRO) for point in points]),
        _changes(_steps(times)),
        _steps([None if point.ele is None else round(point.ele * _DECI) for point in points]),
        _steps([None if point.accuracy is None else round(point.accuracy) for point in points]),
    )
    return ",".join(_column(column) for column in columns)


def _points(segment: str) -> list[Point]:
    columns = [_read(column) for column in segment.split(",")]
    if len(columns) != 5:
        raise ValueError(f"a segment of a route has 5 columns, not {len(columns)}")
    nothing: Numbers = [None] * len(columns[0])
    lats, lons, changes, elevations, accuracies = (column or nothing for column in columns)
    if None in lats or None in lons:
        raise ValueError("a point of a route without a place")
    rows = zip(_sums(lats), _sums(lons), _sums(_unchanged(changes)), _sums(elevations), _sums(accuracies), strict=True)
    return [Point((lat or 0) / _MICRO, (lon or 0) / _MICRO, *_more(*rest)) for lat, lon, *rest in rows]


def _more(
    time: int | None, ele: int | None, accuracy: int | None
) -> tuple[datetime | None, float | None, float | None]:
    return (
        None if time is None else _EPOCH + timedelta(milliseconds=time),
        None if ele is None else ele / _DECI,
        None if accuracy is None else float(accuracy),
    )


# --- differences ---


def _steps(values: Numbers) -> Numbers:
    """The difference of each value from the last one; of the first, from 0."""
    last = 0
    steps: Numbers = []
    for value in values:
        steps.append(None if value is None else value - last)
        last = last if value is None else value
    return steps


def _sums(steps: Numbers) -> Numbers:
    """The values of `_steps`."""
    total = 0
    values: Numbers = []
    for step in steps:
        total += step or 0
        values.append(None if step is None else total)
    return values


def _changes(steps: Numbers) -> Numbers:
    """As `_steps`, but that the first stays out of it: it is a time, and no step from anywhere."""
    first = _first(steps)
    return [*steps[: first + 1], *_steps(steps[first + 1 :])]


def _unchanged(changes: Numbers) -> Numbers:
    """The steps of `_changes`."""
    first = _first(changes)
    return [*changes[: first + 1], *_sums(changes[first + 1 :])]


def _first(numbers: Numbers) -> int:
    return next((position for position, number in enumerate(numbers) if number is not None), 0)


# --- text ---


def _column(numbers: Numbers) -> str:
    if all(number is None for number in numbers):
        return ""
    letters: list[str] = []
    for number in numbers:
        rest = 0 if number is None else 1 + (number * 2 if number >= 0 else -number * 2 - 1)
        while rest >= _MORE:
            letters.append(_ALPHABET[_MORE + rest % _MORE])
            rest //= _MORE
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def _read(column: str) -> Numbers:
    numbers: Numbers = []
    rest = shift = 0
    for letter in column:
        digit = _DIGITS.get(letter)
        if digit is None:
            raise ValueError(f"{letter!r} is no part of a route")
        rest += digit % _MORE << shift
        shift += 5
        if digit < _MORE:
            numbers.append(None if rest == 0 else rest // 2 if rest % 2 else -rest // 2)
            rest = shift = 0
    if shift:
        raise ValueError("a route that breaks off in a number")
    return numbers
