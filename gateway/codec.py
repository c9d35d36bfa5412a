"""Both encodings of the wire, with one set of limits: JSON and MessagePack accept exactly the same messages.

The limits are checked on the decoded value, by the same code for both. What is left of each encoding's own character:
orjson turns integers over 64 bits into floats (so those are read again by a parser that doesn't), and a repeated key's
last value counts, in both.
"""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgpack
import orjson

from rules.refusal import Code, Refusal

MAX_DEPTH = 32  # the message itself is the first level
MAX_ELEMENTS = 10_000  # items of lists and entries of maps, all together
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1

_REREAD = float(2**63)  # a float this large may have been written as an integer


class Encoding(StrEnum):
    JSON = "json"
    MSGPACK = "msgpack"


class _OutOfRange(ValueError):
    """An integer that does not fit."""


_DEEP = f"nested too deeply: at most {MAX_DEPTH} levels"
_INTEGER = f"an integer is outside 64 bits: send {MIN_INTEGER} to {MAX_INTEGER}"


def decode(encoding: Encoding, payload: bytes | bytearray, *, elements: int = MAX_ELEMENTS) -> dict[str, Any] | Refusal:
    """A message from outside, within the limits, or BAD_REQUEST saying what to send instead. Raises nothing.

    `elements`: how many of them are allowed.
    """
    try:
        value = _READ[encoding](payload)
    except (ValueError, TypeError, RecursionError) as error:
        return _bad(f"not valid {_NAME[encoding]}: {_words(error)}")
    if type(value) is not dict:
        return _bad(f"the top level must be a map, not {_kind(value)}")
    problem = _problem(value, elements)
    if problem is _MAYBE_INTEGER:
        problem = _integers(payload) if encoding is Encoding.JSON else None
    return value if problem is None else _bad(problem)


def encode(encoding: Encoding, message: object) -> bytes:
    """Raises TypeError or ValueError for what can't travel: a bug of ours."""
    if encoding is Encoding.JSON:
        return orjson.dumps(message, default=_plain)
    return msgpack.packb(message, default=_plain) or b""


# --- limits ---

_MAYBE_INTEGER = "a float that may have been an integer"


def _problem(message: dict[str, Any], most: int) -> str | None:
    """The first limit that the message breaks, level by level; `_MAYBE_INTEGER` when that is left to be found out."""
    level: list[Any] = [message]
    depth = elements = 0
    reread = False
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return _DEEP
        below: list[Any] = []
        for container in level:
            elements += len(container)
            if elements > most:
                return f"too many elements: at most {most}"
            values = container
            if type(container) is dict:
                for key in container:
                    if type(key) is not str:
                        return "the keys of a map must be strings"
                    if "\0" in key:
                        return "a key holds a NUL character: leave it out"
                values = container.values()
            for value in values:
                kind = type(value)
                if kind is str:
                    if "\0" in value:
                        return "a string holds a NUL character: leave it out"
                elif kind is int:
                    if not MIN_INTEGER <= value <= MAX_INTEGER:
                        return _INTEGER
                elif kind is dict or kind is list:
                    below.append(value)
                elif kind is float:
                    if value - value != 0.0:
                        return "NaN and infinity are not allowed: leave the field out"
                    reread = reread or not -_REREAD < value < _REREAD
                elif value is not None and kind is not bool:
                    return f"{_kind(value)} is not allowed: send strings, numbers, true, false, null, lists and maps"
        level = below
    return _MAYBE_INTEGER if reread else None


def _integers(payload: bytes | bytearray) -> str | None:
    """Whether JSON that holds very large numbers wrote one of them as an integer."""
    try:
        json.loads(payload, parse_int=_in_range)
    except _OutOfRange:
        return _INTEGER
    except RecursionError:  # in what a repeated key has replaced
        return _DEEP
    return None


def _in_range(digits: str) -> int:
    # 20 characters hold any 64-bit integer; longer ones are not worth parsing
    if len(digits) > 20 or not MIN_INTEGER <= (value := int(digits)) <= MAX_INTEGER:
        raise _OutOfRange
    return value


# --- the two libraries ---


def _read_msgpack(payload: bytes | bytearray) -> Any:
    return msgpack.unpackb(payload, strict_map_key=True)


_READ: Mapping[Encoding, Callable[[bytes | bytearray], Any]] = {
    Encoding.JSON: orjson.loads,
    Encoding.MSGPACK: _read_msgpack,
}
_NAME = {Encoding.JSON: "JSON", Encoding.MSGPACK: "MessagePack"}


def _plain(value: object) -> object:
    """What our own code may put into a message beside plain data."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"can't encode {type(value).__name__}")


# --- words ---

_KINDS: Mapping[type, str] = {
    dict: "a map",
    list: "a list",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
    bytes: "binary data",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "an extension type")


def _words(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else "malformed"


def _bad(message: str) -> Refusal:
    return Refusal(Code.BAD_REQUEST, message)
