"""What the rules read from files: the rule sets shipped and those of the operator; the exercises shipped."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rules import exercise_file
from rules.exercises import Catalogue
from rules.rulebook import RuleBook
from rules.ruleset import RuleSet, RuleSetError, parse
from rules.toml_lines import line_of

RULES = Path(__file__).parent.parent / "rules"
DEFAULT = RULES / "default.toml"

_AT_LINE = re.compile(r"at line (\d+)")


def read_rules(path: Path | None) -> RuleSet:
    """One rule set, or the one shipped. Raises OSError, or RuleSetError naming file, line, field and problem."""
    file = path or DEFAULT
    text = file.read_text(encoding="utf-8")
    try:
        return parse(text)
    except RuleSetError as problem:
        raise RuleSetError(f"{file}:{_line(str(problem), text)}: {problem}") from None


def read_book(path: Path | None) -> RuleBook:
    """The rule set shipped, and those of `path`: a file, or every `*.toml` of a folder. Raises as `read_rules`.

    One with the version or the start of the set shipped stands in its place.
    """
    shipped = read_rules(None)
    if path is None:
        return RuleBook([shipped])
    own = [read_rules(file) for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]
    replaced = any(each.version == shipped.version or each.starts_at == shipped.starts_at for each in own)
    return RuleBook(own if replaced else [shipped, *own])


def as_if(book: RuleBook, rules: RuleSet, since: datetime) -> RuleBook:
    """The book in which those rules came into force at `since`, and no other set after it."""
    tried = replace(rules, version=f"{rules.version} (preview)", starts_at=since)
    return RuleBook([*(each for each in book.sets if each.starts_at < since), tried])


def _line(problem: str, text: str) -> int:
    """Where the problem is: TOML's own errors say it, ours begin with the path of a field."""
    if at := _AT_LINE.search(problem):
        return int(at[1])
    return line_of(text, re.sub(r" \([^)]*\)", "", problem.partition(": ")[0]))


def own_exercises() -> Catalogue:
    """The exercises of the project's own, with nothing imported."""
    return exercise_file.parse((RULES / "exercises.toml").read_text(encoding="utf-8"))
