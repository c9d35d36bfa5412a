"""Reads a file of exercises in the format of free-exercise-db: a JSON array of records.

`id`, `name`, `force`, `level`, `equipment`, `primaryMuscles`, `secondaryMuscles`, `category` and, where there are any,
`instructions`; whatever else a record has is left alone. A problem costs its record and no other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from rules.exercises import IMPORTED, Category, Equipment, Exercise, Level, Measure, Muscle
from rules.fields import one_line

E = TypeVar("E", bound=StrEnum)

MAX_BYTES = 64 * 1024 * 1024
MAX_RECORDS = 20_000  # a server holds them all in memory
_MAX_NAME, _MAX_STEP, _MAX_STEPS = 100, 2000, 30

_ID = re.compile(r"(?=[_-]*[A-Za-z0-9])[A-Za-z0-9_-]{1,80}\Z")

# --- the file's words → ours ---

_LEVELS = {str(level): level for level in Level}
_CATEGORIES = {str(category): category for category in Category} | {
    "olympic weightlifting": Category.OLYMPIC_WEIGHTLIFTING,
}
_MUSCLES = {str(muscle): muscle for muscle in Muscle} | {
    "lower back": Muscle.LOWER_BACK,
    "middle back": Muscle.MIDDLE_BACK,
}
_EQUIPMENT = {str(equipment): equipment for equipment in Equipment} | {
    "body only": Equipment.BODY,
    "kettlebells": Equipment.KETTLEBELL,
    "e-z curl bar": Equipment.EZ_BAR,
    "medicine ball": Equipment.MEDICINE_BALL,
    "exercise ball": Equipment.EXERCISE_BALL,
    "foam roll": Equipment.FOAM_ROLLER,
}
_FORCES = ("push", "pull", "static")
_WITHOUT_WEIGHT = (Equipment.BODY, Equipment.BANDS, Equipment.EXERCISE_BALL, Equipment.FOAM_ROLLER)


class ImportProblem(ValueError):
    """The file as a whole can't be read. The message says why, and what is expected."""


class _BadRecord(ValueError):
    """The message names the field and its problem."""


@dataclass(frozen=True, slots=True)
class Import:
    """What a file holds."""

    exercises: tuple[Exercise, ...]  # no two with the same id
    problems: tuple[str, ...]  # a line for each record that was left out


def read_exercises(content: bytes) -> Import:
    """Raises ImportProblem."""
    if len(content) > MAX_BYTES:
        raise ImportProblem(f"it has more than {MAX_BYTES // 1024**2} MiB: split it")
    try:
        records = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        raise ImportProblem(f"it is not JSON: {problem}") from None
    if not isinstance(records, list):
        raise ImportProblem("it must be a JSON array of exercises")
    if len(records) > MAX_RECORDS:
        raise ImportProblem(f"it has {len(records):,} records, and at most {MAX_RECORDS:,} are taken: split it")
    exercises: dict[str, Exercise] = {}
    problems: list[str] = []
    for number, record in enumerate(records, 1):
        where = f"record {number}{_named(record)}"
        try:
            exercise = _exercise(record)
        except _BadRecord as problem:
            problems.append(f"{where}: {problem}")
            continue
        if exercises.setdefault(exercise.id, exercise) is not exercise:
            problems.append(f"{where}: id: an earlier record has the same, apart from case, _ and -")
    return Import(tuple(exercises.values()), tuple(problems))


def _named(record: Any) -> str:
    """How people find it; nothing that could confuse a terminal."""
    name = record.get("id") if isinstance(record, dict) else None
    return f" ({name})" if isinstance(name, str) and _ID.match(name) else ""


def _exercise(record: Any) -> Exercise:
    """Raises _BadRecord."""
    if not isinstance(record, dict):
        raise _BadRecord("must be an object")
    category = _word(_CATEGORIES, record, "category")
    equipment = Equipment.BODY if record.get("equipment") is None else _word(_EQUIPMENT, record, "equipment")
    force = record.get("force")
    if force is not None and force not in _FORCES:
        raise _BadRecord(f"force: must be null or one of {', '.join(_FORCES)}")
    primary = _muscles(record, "primaryMuscles")
    if not primary:
        raise _BadRecord("primaryMuscles: must name a muscle")
    return Exercise(
        id=_id(record),
        name=_line(record.get("name"), "name", _MAX_NAME),
        category=category,
        level=_word(_LEVELS, record, "level"),
        equipment=equipment,
        primary_muscles=primary,
        secondary_muscles=tuple(muscle for muscle in _muscles(record, "secondaryMuscles") if muscle not in primary),
        measures=_measures(category, equipment, is_static=force == "static"),
        instructions=_instructions(record.get("instructions", [])),
    )


def _id(record: Mapping[str, Any]) -> str:
    """`3_4_Sit-Up` → `imported-3-4-sit-up`."""
    given = record.get("id")
    if not isinstance(given, str) or not _ID.match(given):
        raise _BadRecord("id: must be 1 to 80 letters and digits, with _ or - between them")
    return IMPORTED + re.sub(r"[_-]+", "-", given.lower()).strip("-")


def _word(words: Mapping[str, E], record: Mapping[str, Any], field: str) -> E:
    return _known(words, record.get(field), field)


def _known(words: Mapping[str, E], given: Any, path: str) -> E:
    if not isinstance(given, str) or given not in words:
        raise _BadRecord(f"{path}: must be one of {', '.join(words)}, not {given!r:.40}")
    return words[given]


def _muscles(record: Mapping[str, Any], field: str) -> tuple[Muscle, ...]:
    given = record.get(field)
    if not isinstance(given, list):
        raise _BadRecord(f"{field}: must be an array of muscles")
    return tuple(dict.fromkeys(_known(_MUSCLES, name, f"{field}.{place}") for place, name in enumerate(given)))


def _measures(category: Category, equipment: Equipment, *, is_static: bool) -> tuple[Measure, ...]:
    """What sets are counted in; the file does not say it."""
    if category is Category.CARDIO:
        return (Measure.DISTANCE, Measure.SECONDS)
    if category is Category.STRETCHING or (is_static and equipment in _WITHOUT_WEIGHT):
        return (Measure.SECONDS,)
    if is_static:
        return (Measure.WEIGHT, Measure.SECONDS)
    if category is Category.PLYOMETRICS or equipment in _WITHOUT_WEIGHT:
        return (Measure.REPS,)
    return (Measure.WEIGHT, Measure.REPS)


def _instructions(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > _MAX_STEPS:
        raise _BadRecord(f"instructions: must be an array of at most {_MAX_STEPS} lines")
    # a step may be wrapped, or left empty
    steps = [" ".join(step.split()) if isinstance(step, str) else step for step in given]
    return tuple(_line(step, f"instructions.{place}", _MAX_STEP) for place, step in enumerate(steps) if step != "")


def _line(given: Any, path: str, most: int) -> str:
    text = given.strip() if isinstance(given, str) else ""
    if not 1 <= len(text) <= most:
        raise _BadRecord(f"{path}: must be a text of 1 to {most:,} characters")
    try:
        return one_line(text)
    except ValueError as problem:
        raise _BadRecord(f"{path}: {problem}") from None
