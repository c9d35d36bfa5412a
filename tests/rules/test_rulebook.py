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


@pytest.mark.parametrize(
    ("day", "zone", "version"),
    [
        (date(2026, 5, 1), "UTC", "old"),  # the day had begun
        (date(2026, 5, 2), "UTC", "new"),
        (date(2026, 5, 2), "Pacific/Kiritimati", "old"),  # began at 10:00 UTC of the day before
        (date(2026, 5, 1), "Pacific/Pago_Pago", "old"),
        (date(2026, 5, 2), "Pacific/Pago_Pago", "new"),
    ],
)
def test_a_day_keeps_the_rules_that_it_began_with(day, zone, version):
    assert BOOK.on(day, zone).version == version


def test_sets_are_found_by_version():
    assert BOOK.of("old") is OLD
    assert BOOK.of("older") is None


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
