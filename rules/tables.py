"""Reads the tables of a TOML file into frozen dataclasses, strictly: every problem names its field."""

from collections.abc import Mapping
from dataclasses import Field, fields
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class RuleSetError(ValueError):
    """The file is no rule set. The message names the line or the field, and the problem."""


def table(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise RuleSetError(f"{path}: must be a table")
    return value


def only(given: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
    """Refuses keys that are not `known`; a misspelt one is told what it may have meant."""
    for key in given:
        if key not in known:
            nearest = get_close_matches(key, known, 1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(known)}"
            raise RuleSetError(f"{path}.{key}: unknown; {hint}".lstrip("."))


def numbers(cls: type[T], value: Any, path: str, **read: Any) -> T:
    """A dataclass of whole numbers, each within its metadata's `min` (0) and `max`; fields in `read` were read otherwise."""
    given = table(value, path)
    known = tuple(field.name for field in fields(cls))  # type: ignore[arg-type]
    only(given, known, path)
    plain = {
        field.name: _field(field, given, path)
        for field in fields(cls)  # type: ignore[arg-type]
        if field.name not in read
    }
    return cls(**plain, **read)


def whole(value: Any, path: str, least: int = 0, most: int = 2**53) -> int:
    if type(value) is not int or not least <= value < 2**53:
        raise RuleSetError(f"{path}: must be a whole number, {least} or more")
    if value > most:
        raise RuleSetError(f"{path}: must be at most {most:,}")
    return value


def text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RuleSetError(f"{path}: must be text")
    return value


def moment(value: Any, path: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise RuleSetError(f"{path}: must be a time with an offset, like 2026-05-01T00:00:00Z")
    return value


def required(given: Mapping[str, Any], key: str, path: str) -> Any:
    if key not in given:
        raise RuleSetError(f"{path}.{key}: is missing".lstrip("."))
    return given[key]


def one_of(kinds: type[E], value: Any, path: str) -> E:
    """A member of an enum of names, by its name on the wire."""
    names = [str(kind.value) for kind in kinds]
    if value not in names:
        raise RuleSetError(f"{path}: must be one of {', '.join(names)}")
    return kinds(value)


def _field(field: "Field[Any]", given: Mapping[str, Any], path: str) -> int:
    return whole(required(given, field.name, path), f"{path}.{field.name}", **_limits(field))


def _limits(field: "Field[Any]") -> dict[str, int]:
    names = {"min": "least", "max": "most"}
    return {names[name]: limit for name, limit in field.metadata.items()}
