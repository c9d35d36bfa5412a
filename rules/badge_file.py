"""Badges as they are written in a rule set's file."""

from typing import Any, get_args

from rules import tables
from rules.badges import Badge, Condition, Subject, Tier
from rules.metrics import ACTIVITY_COUNTS, Metric
from rules.stats import Count
from rules.streaks import StreakKind
from rules.tables import RuleSetError

_FIELDS = ("id", "name", "description", "tier", "when", "repeatable")
_SUBJECTS = tuple(subject.value for subject in Subject)
_EXTRA: dict[Subject, tuple[str, ...]] = {Subject.DAY: ("days",), Subject.HOUR: ("from", "until")}
_CANNOT_REPEAT = (Subject.STREAK, Subject.REACH)


def read_badges(value: Any) -> tuple[Badge, ...]:
    """The `badges` array. Raises RuleSetError."""
    if not isinstance(value, list):
        raise RuleSetError("badges: must be an array of tables")
    badges = tuple(_badge(item, f"badges.{position}") for position, item in enumerate(value))
    seen: set[str] = set()
    for position, badge in enumerate(badges):
        if badge.id in seen:
            raise RuleSetError(f"badges.{position}.id: {badge.id} is there twice")
        seen.add(badge.id)
    return badges


def _badge(value: Any, path: str) -> Badge:
    given = tables.table(value, path)
    tables.only(given, _FIELDS, path)
    badge_id = tables.text(tables.required(given, "id", path), f"{path}.id")
    path = f"{path} ({badge_id})"
    tier: Tier = tables.required(given, "tier", path)
    if tier not in get_args(Tier):
        raise RuleSetError(f"{path}.tier: must be one of {', '.join(get_args(Tier))}")
    repeatable = given.get("repeatable", False)
    if not isinstance(repeatable, bool):
        raise RuleSetError(f"{path}.repeatable: must be true or false")
    when = _conditions(tables.required(given, "when", path), f"{path}.when")
    if repeatable and any(condition.subject in _CANNOT_REPEAT for condition in when):
        raise RuleSetError(f"{path}.repeatable: streaks and levels are reached once; repeat a total, days or a count")
    return Badge(
        badge_id,
        tables.text(tables.required(given, "name", path), f"{path}.name"),
        tables.text(tables.required(given, "description", path), f"{path}.description"),
        tier,
        when,
        repeatable,
    )


def _conditions(value: Any, path: str) -> tuple[Condition, ...]:
    """One table, or an array of tables that must all hold."""
    if not isinstance(value, list):
        return (_condition(value, path),)
    if not value:
        raise RuleSetError(f"{path}: must have a condition")
    return tuple(_condition(item, f"{path}.{position}") for position, item in enumerate(value))


def _condition(value: Any, path: str) -> Condition:
    given = tables.table(value, path)
    named = [key for key in given if key in _SUBJECTS]
    if len(named) != 1:
        raise RuleSetError(f"{path}: must have exactly one of {', '.join(_SUBJECTS)}")
    subject = Subject(named[0])
    tables.only(given, (subject.value, "at_least", *_EXTRA.get(subject, ())), path)
    of = _of(subject, given[subject.value], f"{path}.{subject.value}")
    least = tables.whole(tables.required(given, "at_least", path), f"{path}.at_least", 1)
    match subject:
        case Subject.DAY:
            return Condition(subject, of, least, days=tables.whole(given.get("days", 1), f"{path}.days", 1))
        case Subject.HOUR:
            start = tables.whole(tables.required(given, "from", path), f"{path}.from")
            end = tables.whole(tables.required(given, "until", path), f"{path}.until", 1)
            if not start < end <= 24:
                raise RuleSetError(f"{path}.until: must be after from, and at most 24")
            return Condition(subject, of, least, start=start, end=end)
        case _:
            return Condition(subject, of, least)


def _of(subject: Subject, value: Any, path: str) -> str:
    match subject:
        case Subject.TOTAL | Subject.DAY:
            return tables.one_of(Metric, value, path).value
        case Subject.STREAK:
            return tables.one_of(StreakKind, value, path).value
        case Subject.COUNT:
            return tables.one_of(Count, value, path).value
        case Subject.REACH:
            known: tuple[str, ...] = ("level",)
        case Subject.HOUR:
            known = ACTIVITY_COUNTS
    if value not in known:
        raise RuleSetError(f"{path}: must be one of {', '.join(known)}")
    return str(value)
