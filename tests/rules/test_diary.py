from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from persistence.codec import SnapshotCodec, dump
from rules.activity.fact import Fact, Kind
from rules.day import DayFacts, DeviceDay, Sealed
from rules.diary import Diary
from rules.user import User, blank, evolve
from rules.user.events import StepsSynced, UserRegistered
from tests.rules.rule_sets import DEFAULT

FIRST = date(2025, 12, 25)
DAYS = some.integers(0, 80).map(lambda n: FIRST + timedelta(days=n))
MOMENTS = some.integers(0, 10**16).map(lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=n))
METRES = some.floats(0, 1e9)
DEVICES = some.builds(
    DeviceDay, some.integers(0, 10**6), MOMENTS, METRES, METRES, some.integers(0, 1440), some.booleans()
)
NAMES = some.text(min_size=1, max_size=8)
WALK = Fact("a", Kind.WALK, FIRST, "UTC", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), {}, FIRST)
FACTS = some.builds(
    DayFacts,
    DAYS,
    some.integers(0, 10**6),
    some.sampled_from(["UTC", "Europe/Berlin"]),
    some.dictionaries(NAMES, DEVICES, max_size=3),
    some.sampled_from([(), (), (WALK,)]),
    some.none() | some.builds(Sealed, some.integers(1, 500), MOMENTS),
)


@given(some.lists(FACTS | DAYS, max_size=40))
def test_it_is_a_dict_of_days_whenever_some_of_them_become_long_ago(steps):
    """A bare date says that the days before it are of long ago."""
    diary, plain = Diary(), {}
    for step in steps:
        if isinstance(step, DayFacts):
            diary[step.date] = plain[step.date] = step
        elif diary.packed_to is None or step > diary.packed_to:
            diary.pack(step)
    assert dict(diary.items()) == plain
    assert len(diary) == len(plain)
    for n in range(82):
        day = FIRST + timedelta(days=n)
        assert diary.get(day) == plain.get(day)
        assert (day in diary) is (day in plain)
    if diary.packed_to is not None:
        assert all(day >= diary.packed_to or facts.facts for day, facts in diary.days.items())


@given(some.lists(FACTS, max_size=20, unique_by=lambda facts: facts.date), some.randoms(use_true_random=False), DAYS)
def test_what_came_in_which_order_leaves_no_trace(days, random, until):
    early, late = Diary(), Diary()
    early.pack(until)
    for facts in days:
        early[facts.date] = facts
    random.shuffle(days)
    for facts in days:
        late[facts.date] = facts
    late.pack(until)
    assert early == late


def test_a_day_that_is_not_there_is_not_found():
    diary = Diary()
    diary[FIRST] = DayFacts(FIRST, 8000, "UTC", {"phone": DeviceDay(1, datetime(2025, 12, 25, tzinfo=UTC))})
    diary.pack(FIRST + timedelta(days=40))
    assert diary[FIRST].devices["phone"].steps == 1
    for missing in (FIRST + timedelta(days=1), FIRST + timedelta(days=31)):
        with pytest.raises(KeyError):
            diary[missing]


def walker(days):
    user = blank("user")
    at = datetime(2025, 1, 1, 9, tzinfo=UTC)
    evolve(user, UserRegistered(at, "ann", "Ann", "Europe/Berlin"), DEFAULT)
    for n in range(days):
        then = at + timedelta(days=n)
        evolve(user, StepsSynced(then, then.date(), "phone", 3000 + n, 2000.5, 100.25, 30, False), DEFAULT)
    return user


def test_of_a_year_a_month_is_kept_as_values_and_the_rest_as_text():
    user = walker(365)

    assert (len(user.days), len(user.days.days), len(user.days.months)) == (365, 32, 11)
    assert user.days[date(2025, 1, 1)].devices["phone"].steps == 3000
    assert sum(map(len, user.days.months.values())) < 365 * 100


def test_a_snapshot_has_all_of_it():
    user = walker(100)

    assert SnapshotCodec(User).decode(dump(user)) == user


def test_late_steps_of_long_ago_count_once():
    user, day = walker(100), date(2025, 1, 5)
    total = user.rewards.stats.totals["steps"]
    evolve(user, StepsSynced(datetime(2025, 4, 20, tzinfo=UTC), day, "watch", 9000, 0.0, 0.0, 0, False), DEFAULT)

    assert user.rewards.stats.totals["steps"] == total - 3004 + 9000
    assert set(user.days[day].devices) == {"phone", "watch"}
    assert day not in user.days.days
