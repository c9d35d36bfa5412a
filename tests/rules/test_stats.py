from hypothesis import given
from hypothesis import strategies as st

from rules.stats import UserStats, best_day, change_day, days_with, hour_key, in_hours


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(-7, 30))), st.integers(1, 30))
def test_days_can_grow_shrink_and_vanish(changes, least):
    """Whatever happened on the way, the numbers are those of the days as they are now. Some scores fall below 0."""
    stats, days = UserStats(), {}
    for day, value in changes:
        before = change_day(stats, "steps", days.get(day, 0), value)
        assert stats.totals["steps"] - before == value - days.get(day, 0)
        days[day] = value
    assert stats.totals.get("steps", 0) == sum(days.values())
    assert best_day(stats, "steps") == max([0, *days.values()])
    assert days_with(stats, "steps", least) == sum(value >= least for value in days.values())
    assert stats.days.get("steps", []) == sorted(value for value in days.values() if value)


def test_times_of_day_are_counted_by_the_hour():
    stats = UserStats(hours={hour_key("runs", 4): 1, hour_key("runs", 6): 2, hour_key("walks", 5): 9})
    assert in_hours(stats, "runs", 4, 7) == 3
    assert in_hours(stats, "runs", 4, 6) == 1
