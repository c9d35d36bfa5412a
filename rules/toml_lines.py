"""Where in a TOML file something stands, for messages that people can go by."""

import re
from collections import Counter

_TABLE = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\-]+|\"[^\"]*\")\s*=")
_TEXT = ('"""', "'''")


def line_of(text: str, path: str) -> int:
    """The line (from 1) of `table.key` or of `array.3.key`, or of the closest thing around it that is there."""
    wanted = path.split(".")
    found, best = 1, 0
    for line, at in _places(text):
        matching = _common(at, wanted)
        if matching > best:
            found, best = line, matching
    return found


def _places(text: str) -> list[tuple[int, list[str]]]:
    """(line, path) of every table and every key at the beginning of a line."""
    places: list[tuple[int, list[str]]] = []
    table: list[str] = []
    arrays: Counter[str] = Counter()
    inside: str | None = None  # the quotes of a text over several lines
    for number, line in enumerate(text.splitlines(), 1):
        if inside is None:
            if header := _TABLE.match(line):
                table = _names(header[1])
                if line.lstrip().startswith("[["):
                    name = ".".join(table)
                    table = [*table, str(arrays[name])]
                    arrays[name] += 1
                places.append((number, table))
            elif key := _KEY.match(line):
                places.append((number, [*table, *_names(key[1])]))
        for quotes in _TEXT:
            if line.count(quotes) % 2 and inside in (None, quotes):
                inside = quotes if inside is None else None
    return places


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]


def _common(at: list[str], wanted: list[str]) -> int:
    """How many names of `wanted` lead to a place; 0 for a place that is not on the way."""
    return len(at) if at == wanted[: len(at)] else 0
