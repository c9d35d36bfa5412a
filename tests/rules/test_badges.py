import pytest

from rules.badges import Badge, Condition, Subject, earned, progress, times
from rules.stats import UserStats, hour_key
from tests.rules.rule_sets import DEFAULT, SMALL

STATS = UserStats(
    totals={"steps": 7600},
    days={"steps": [100, 3000, 4500]},
    streaks={"active": 4},
    level=3,
    counts={"friends": 2, "challengesWon": 3},
    hours={hour_key("runs", 5): 2},
)


def badge(*when: Condition, repeatable: bool = False) -> Badge:
    return Badge("b", "B", "b", "gold", when, repeatable)


@pytest.mark.parametrize(
    ("when", "once", "again", "shown"),
    [
        (Condition(Subject.TOTAL, "steps", 2500), 1, 3, (100, 2500)),
        (Condition(Subject.TOTAL, "steps", 9000), 0, 0, (7600, 9000)),
        (Condition(Subject.DAY, "steps", 5000), 0, 0, (4500, 5000)),  # one day's worth: the best day so far
        (Condition(Subject.DAY, "steps", 3000), 1, 2, (0, 1)),
        (Condition(Subject.DAY, "steps", 3000, days=3), 0, 0, (2, 3)),
        (Condition(Subject.STREAK, "active", 5), 0, 0, (4, 5)),
        (Condition(Subject.REACH, "level", 3), 1, 1, (0, 3)),
        (Condition(Subject.COUNT, "friends", 3), 0, 0, (2, 3)),
        (Condition(Subject.COUNT, "challengesWon", 1), 1, 3, (0, 1)),
        (Condition(Subject.HOUR, "runs", 2, start=4, end=7), 1, 1, (0, 2)),
        (Condition(Subject.HOUR, "runs", 1, start=6, end=7), 0, 0, (0, 1)),
    ],
)
def test_conditions(when, once, again, shown):
    assert times(badge(when), STATS) == once
    assert times(badge(when, repeatable=True), STATS) == again
    assert progress(badge(when, repeatable=True), STATS) == shown


def test_an_earned_badge_shows_full_progress():
    assert progress(badge(Condition(Subject.TOTAL, "steps", 2500)), STATS) == (2500, 2500)
    assert progress(badge(Condition(Subject.DAY, "steps", 3000)), STATS) == (3000, 3000)


def test_a_conjunction_needs_all_and_shows_what_is_furthest_from_done():
    both = badge(Condition(Subject.STREAK, "active", 4), Condition(Subject.COUNT, "friends", 10))
    assert times(both, STATS) == 0
    assert progress(both, STATS) == (2, 10)


def test_nobody_starts_with_a_badge():
    assert earned(UserStats(), DEFAULT.badges) == {}
    assert earned(UserStats(), SMALL.badges) == {}
