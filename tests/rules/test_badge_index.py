from hypothesis import given
from hypothesis import strategies as st

from rules.badges import Subject, times
from rules.stats import UserStats, change_day, hour_key
from tests.rules.rule_sets import SMALL

BY_SUBJECT = {"total": "steps", "streak": "active", "reach": "level", "count": "challengesWon"}


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["steps", "distance"]), st.integers(0, 7000))))
def test_days_touch_every_badge_that_changes(changes):
    """Evaluating only the touched badges leaves the others as a full evaluation finds them."""
    stats, days = UserStats(), {}
    known = {badge.id: times(badge, stats) for badge in SMALL.badges}
    for day, metric, value in changes:
        before = days.get((day, metric), 0)
        total = change_day(stats, metric, before, value)
        touched = [
            *SMALL.badge_index.affected(Subject.DAY, metric, before, value),
            *SMALL.badge_index.affected(Subject.TOTAL, metric, total, stats.totals[metric]),
        ]
        days[day, metric] = value
        known |= {SMALL.badges[at].id: times(SMALL.badges[at], stats) for at in touched}
        assert known == {badge.id: times(badge, stats) for badge in SMALL.badges}


def _set(stats: UserStats, subject: str, value: int) -> None:
    match subject:
        case "total":
            stats.totals["steps"] = value
        case "streak":
            stats.streaks["active"] = value
        case "reach":
            stats.level = value
        case "count":
            stats.counts["challengesWon"] = value
        case "hour":
            stats.hours[hour_key("runs", 5)] = value


@given(st.sampled_from([*BY_SUBJECT.items(), ("hour", "runs")]), st.integers(0, 12_000), st.integers(0, 12_000))
def test_every_other_number_touches_the_badges_that_change(what, before, after):
    (subject, of), old, new = what, UserStats(), UserStats()
    _set(old, subject, before)
    _set(new, subject, after)
    touched = {SMALL.badges[at].id for at in SMALL.badge_index.affected(subject, of, before, after)}
    changed = {badge.id for badge in SMALL.badges if times(badge, old) != times(badge, new)}
    assert changed <= touched


def test_a_change_that_crosses_nothing_touches_nothing():
    assert SMALL.badge_index.affected("total", "steps", 2501, 2999) == ()
    assert SMALL.badge_index.affected("total", "volume", 0, 10**9) == ()
