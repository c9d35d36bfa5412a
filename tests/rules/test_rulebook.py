from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rules.rulebook import RuleBook
from rules.tables import RuleSetError
from tests.rules.rule_sets import DEFAULT


def rule_set(version: str, starts_at: datetime):
    return replace(DEFAULT, version=version, starts_at=starts_at)


OLD = rule_set("old", datetime(2026, 1, 1, tzinfo=UTC))
NEW = rule_set("new", datetime(2026, 5, 1, 12, tzinfo=UTC))
BOOK = RuleBook([NEW, OLD])


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        (datetime(1999, 1, 1, tzinfo=UTC), "old"),
        (datetime(2026, 5, 1, 11, 59, 59, tzinfo=UTC), "old"),
        (datetime(2026, 5, 1, 12, tzinfo=UTC), "new"),
        (datetime(2030, 1, 1, tzinfo=UTC), "new"),
    ],
)
def test_a_set_is_in_force_from_its_start_until_the_next_one(moment, version):
    assert BOOK.at(moment).version == version


@pytest.mark.parametrize(("day", "version"), [(date(2026, 5, 1), "old"), (date(2026, 5, 2), "new")])
def test_a_day_keeps_the_rules_that_it_began_with(day, version):
    assert BOOK.on(day).version == version


def test_every_set_of_a_book_answers_for_all():
    old, new = BOOK.sets
    for each in (old, new):
        assert each.at(OLD.starts_at) is old
        assert each.on(date(2027, 1, 1)) is new
        assert each.of("old") is old
        assert each.of("older") is each
    assert new == NEW


def test_a_set_alone_is_always_in_force():
    assert OLD.at(datetime(1999, 1, 1, tzinfo=UTC)) is OLD
    assert OLD.on(date(1999, 1, 1)) is OLD
    assert OLD.of("new") is OLD


def test_a_badge_of_an_earlier_set_is_still_known():
    fewer = RuleBook([OLD, replace(NEW, badges=NEW.badges[1:])]).newest
    assert fewer.badge(OLD.badges[0].id) == OLD.badges[0]
    assert fewer.badge("nobody's") is None


@pytest.mark.parametrize(
    ("sets", "problem"),
    [
        ([], "there is no rule set"),
        ([OLD, replace(NEW, version="old")], "^version: old is there twice"),
        ([OLD, replace(OLD, version="other")], "^starts_at: old and other start at the same time"),
    ],
)
def test_sets_that_contradict_each_other_are_refused(sets, problem):
    with pytest.raises(RuleSetError, match=problem):
        RuleBook(sets)
