"""The field types of commands: plain annotations that carry their limits.

A command is a frozen dataclass below `Wire`. The edge derives validation and JSON Schema from the annotations; each
marker here speaks pydantic's core-schema dialect (plain dicts), so that the rules need nothing but the standard library.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Annotated, Any, ClassVar, Final, TypeVar, Union, get_args
from zoneinfo import available_timezones

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\Z")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_ZONES = available_timezones()

MAX_COUNT = 1_000_000_000  # keeps every sum of a lifetime far inside 64 bits


def camel(name: str) -> str:
    """`starts_at` → `startsAt`: the wire name of a Python name."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


class Wire:
    """Base of every dataclass that arrives from a client: camelCase on the wire, unknown fields refused.

    Its fields use the types below, which are strict ("1" is no int), or Literals, lists of these and further Wires.
    What may be left out is `X | None = None` where null says the same, and `Patch[X]` in a change of what is there.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "alias_generator": camel,
        "use_attribute_docstrings": True,
    }


@dataclass(frozen=True, slots=True)
class Limits:
    """The annotated scalar, strictly, with core-schema constraints (`ge`, `le`, `min_length`, `max_length`, …)."""

    constraints: tuple[tuple[str, Any], ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {**handler(source), "strict": True, **dict(self.constraints)}


@dataclass(frozen=True, slots=True)
class Parsed:
    """Reads the annotated type from text with `parse`, which raises ValueError in words for people."""

    parse: Callable[[str], Any]
    json_format: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {
            "type": "function-after",
            "function": {"type": "no-info", "function": self.parse},
            "schema": {"type": "str", "strict": True, "max_length": 64},
            "metadata": {"pydantic_js_updates": {"format": self.json_format}},
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """The annotated type, then `check`, which returns the value or raises ValueError in words for people."""

    check: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        function = {"type": "no-info", "function": self.check}
        return {"type": "function-after", "function": function, "schema": handler(source)}


@dataclass(frozen=True, slots=True)
class Made:
    """What `make` makes of the type `of`, which stands on the wire. It may raise ValueError in words for people."""

    of: Any
    make: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        function = {"type": "no-info", "function": self.make}
        return {"type": "function-after", "function": function, "schema": handler(self.of)}


@dataclass(frozen=True, slots=True)
class Either:
    """The annotated union; for a value that is none of it, one `problem` in words for people."""

    problem: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        error = {"custom_error_type": "none_of_these", "custom_error_message": self.problem}
        return {**handler(source), **error}


# --- changes: what is left out stays as it is, null clears what may be empty (as in JSON Merge Patch, RFC 7396) ---

T = TypeVar("T")


class Unset(Enum):
    """What a change says of a field that it leaves out. Never on the wire."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


def patched(known: T, said: T | Unset) -> T:
    """What is there after a change that may say nothing of it."""
    return known if said is UNSET else said


@dataclass(frozen=True, slots=True)
class Patching:
    """The annotated union without `Unset`, which only a default says; null, where it is no part of it, in its own words."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        said = tuple(kind for kind in get_args(source) if kind is not Unset)
        schema: dict[str, Any] = handler.generate_schema(Union[said])  # noqa: UP007 (there is no other way to join a tuple)
        if NoneType in said:
            return schema
        return {"type": "function-before", "function": {"type": "no-info", "function": _present}, "schema": schema}


def _present(value: Any) -> Any:
    if value is None:
        raise ValueError("can't be cleared: leave it out to keep it as it is")
    return value


Patch = Annotated[T | Unset, Patching()]
"""A field of a change, with `UNSET` for its default: `Patch[Name]` can't be cleared, `Patch[Text | None]` can."""


def parse_day(text: str) -> date:
    """`YYYY-MM-DD` → date. Raises ValueError for another form or a day that does not exist."""
    if not _DAY.match(text):
        raise ValueError("must be a day, YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day as {text}") from None


def parse_time(text: str) -> datetime:
    """RFC 3339 with an offset → aware datetime in UTC. Raises ValueError."""
    if not _TIME.match(text):
        raise ValueError("must be a time in RFC 3339, like 2026-05-01T08:00:00Z")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such time as {text}") from None


def parse_id(text: str) -> str:
    """A UUID in its usual form → lower case. Raises ValueError."""
    if not _ID.match(text):
        raise ValueError("must be an id (a UUID)")
    return text.lower()


def parse_zone(text: str) -> str:
    """An IANA time zone name. Raises ValueError."""
    if text not in _ZONES:
        raise ValueError("must be an IANA time zone, like Europe/Berlin")
    return text


def parse_clock(text: str) -> str:
    """`HH:MM`, 00:00 to 23:59. Raises ValueError."""
    if not _CLOCK.match(text):
        raise ValueError("must be a time of day, like 22:00")
    return text


def one_line(text: str) -> str:
    """Text that stays in its line and its direction wherever it is shown. Raises ValueError."""
    if _UNSHOWABLE.search(text):
        raise ValueError("must hold no line breaks, control characters or marks that turn the writing direction")
    return text


Day = Annotated[date, Parsed(parse_day, "date")]
Time = Annotated[datetime, Parsed(parse_time, "date-time")]
Id = Annotated[str, Parsed(parse_id, "uuid")]
Zone = Annotated[str, Parsed(parse_zone, "timezone")]
Flag = Annotated[bool, Limits()]
Count = Annotated[int, Limits((("ge", 0), ("le", MAX_COUNT)))]
Amount = Annotated[float, Limits((("ge", 0), ("le", MAX_COUNT), ("allow_inf_nan", False)))]
Name = Annotated[str, Limits((("min_length", 1), ("max_length", 100), ("strip_whitespace", True))), Checked(one_line)]
Text = Annotated[str, Limits((("max_length", 2000),))]
Line = Annotated[str, Limits((("min_length", 1), ("max_length", 500), ("strip_whitespace", True)))]
Device = Annotated[str, Limits((("min_length", 1), ("max_length", 64), ("strip_whitespace", True))), Checked(one_line)]
