"""Exercises as they are written in rules/exercises.toml."""

import re
import tomllib
from enum import StrEnum
from typing import Any, TypeVar

from rules import tables
from rules.exercises import IMPORTED, Catalogue, Category, Equipment, Exercise, Level, Measure, Muscle
from rules.tables import RuleSetError

E = TypeVar("E", bound=StrEnum)

_FIELDS = ("id", "name", "category", "level", "equipment", "primary", "secondary", "measures", "instructions")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def parse(text: str) -> Catalogue:
    """The catalogue of a TOML document. Raises RuleSetError."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleSetError(f"not TOML: {error}") from None
    tables.only(given, ("exercises",), "")
    value = tables.required(given, "exercises", "")
    if not isinstance(value, list):
        raise RuleSetError("exercises: must be an array of tables")
    exercises: dict[str, Exercise] = {}
    names: set[str] = set()
    for position, item in enumerate(value):
        path = f"exercises.{position}"
        exercise = _exercise(item, path)
        if exercise.id in exercises:
            raise RuleSetError(f"{path}.id: {exercise.id} is there twice")
        if exercise.name.casefold() in names:
            raise RuleSetError(f"{path} ({exercise.id}).name: {exercise.name} is there twice")
        exercises[exercise.id] = exercise
        names.add(exercise.name.casefold())
    return Catalogue(exercises.values())


def _exercise(value: Any, path: str) -> Exercise:
    given = tables.table(value, path)
    exercise_id = _slug(tables.required(given, "id", path), f"{path}.id")
    path = f"{path} ({exercise_id})"
    tables.only(given, _FIELDS, path)
    name = tables.text(tables.required(given, "name", path), f"{path}.name")
    primary = _several(Muscle, tables.required(given, "primary", path), f"{path}.primary")
    secondary = _several(Muscle, given.get("secondary", []), f"{path}.secondary", least=0)
    if both := [muscle for muscle in secondary if muscle in primary]:
        raise RuleSetError(f"{path}.secondary: {both[0]} is a primary muscle already")
    return Exercise(
        id=exercise_id,
        name=name,
        category=tables.one_of(Category, tables.required(given, "category", path), f"{path}.category"),
        level=tables.one_of(Level, tables.required(given, "level", path), f"{path}.level"),
        equipment=tables.one_of(Equipment, tables.required(given, "equipment", path), f"{path}.equipment"),
        primary_muscles=primary,
        secondary_muscles=secondary,
        measures=_several(Measure, tables.required(given, "measures", path), f"{path}.measures"),
        instructions=_steps(tables.required(given, "instructions", path), f"{path}.instructions"),
    )


def _slug(value: Any, path: str) -> str:
    text = tables.text(value, path)
    if not _SLUG.match(text) or text.startswith(IMPORTED):
        raise RuleSetError(f"{path}: must be lower-case words joined by hyphens, and not begin with {IMPORTED}")
    return text


def _several(kinds: type[E], value: Any, path: str, least: int = 1) -> tuple[E, ...]:
    if not isinstance(value, list) or len(value) < least:
        raise RuleSetError(f"{path}: must be an array" + (" that is not empty" if least else ""))
    members = tuple(tables.one_of(kinds, item, f"{path}.{position}") for position, item in enumerate(value))
    if len(set(members)) < len(members):
        raise RuleSetError(f"{path}: must name each only once")
    return members


def _steps(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise RuleSetError(f"{path}: must be an array of sentences")
    return tuple(tables.text(item, f"{path}.{position}") for position, item in enumerate(value))
