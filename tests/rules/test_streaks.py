from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.streaks import DAILY_KINDS, Run, StreakFold, append, insert, qualifying, remove, view, walk
from tests.rules.rule_sets import DEFAULT, SMALL

START = date(2026, 1, 1)
RULES = DEFAULT.streaks


def days(text: str) -> list[date]:
    """`xx.x`: qualifying days from START on."""
    return [START + timedelta(at) for at, sign in enumerate(text) if sign == "x"]


def on(number: int) -> date:
    return START + timedelta(number)


@pytest.mark.parametrize(
    ("text", "today", "current", "longest", "frozen", "freezes"),
    [
        ("", 0, 0, 0, [], 0),
        ("x", 0, 1, 1, [], 0),
        ("x", 1, 1, 1, [], 0),  # today may still qualify
        ("x", 2, 0, 1, [], 0),
        ("xx.x", 3, 1, 2, [], 0),
        ("x" * 10, 9, 10, 10, [], 1),
        ("x" * 10, 11, 10, 10, [10], 0),  # the freeze is used by itself
        ("x" * 10, 12, 0, 10, [], 0),  # there was only one
        ("x" * 10 + ".x", 11, 11, 11, [10], 0),
        ("x" * 20 + "..x", 22, 21, 21, [20, 21], 0),
        ("x" * 40, 39, 40, 40, [], 2),  # at most two are held
        ("x" * 40 + "..." + "x", 43, 1, 40, [], 0),
        ("x" * 10 + "." + "x" * 9, 19, 19, 19, [10], 0),
        ("x" * 10 + "." + "x" * 10, 20, 20, 20, [10], 1),  # frozen days do not count towards the next freeze
    ],
)
def test_streaks_and_freezes(text, today, current, longest, frozen, freezes):
    seen = walk(days(text), on(today), RULES)
    assert (seen.current, seen.longest, seen.freezes) == (current, longest, freezes)
    assert seen.frozen_days == tuple(map(on, frozen))


def test_late_data_mends_a_streak():
    assert walk(days("xxx.xxx"), on(6), RULES).current == 3
    assert walk(days("xxxxxxx"), on(6), RULES).current == 7


def test_a_day_frozen_by_hand_keeps_the_run_and_costs_the_next_freeze():
    seen = walk(days("xxxxx.xxxxx"), on(10), RULES, manual={on(5)})
    assert (seen.current, seen.frozen_days, seen.freezes) == (10, (on(5),), 0)
    assert walk(days("xxxxxxxxxx"), on(10), RULES, manual={on(10)}).freezes == 0
    assert walk(days("x"), on(9), RULES, manual={on(5)}).frozen_days == ()


def test_every_run_is_known_by_its_days():
    assert walk(days("xx..xxx"), on(20), RULES).runs == (Run(on(0), on(1), 2), Run(on(4), on(6), 3))


def by_calendar(qualifying, today, rules, manual):
    """The rules once more, read off a calendar one day at a time."""
    run = longest = held = 0
    frozen, runs = [], []
    day = min(qualifying, default=today)
    while day <= max([today, *qualifying]):
        if day in qualifying:
            run += 1
            if run == 1:
                runs.append(0)
            runs[-1] = run
            longest = max(longest, run)
            if run % rules.freeze_every == 0:
                held = min(held + 1, rules.freezes_held)
        elif (day < today or day in manual) and run:
            if day in manual or held > 0:
                held -= 1
                frozen.append(day)
            else:
                run, frozen = 0, []
        day += timedelta(1)
    return run, longest, tuple(frozen), max(0, held), runs


histories = st.lists(st.integers(0, 60), unique=True).map(lambda numbers: sorted(map(on, numbers)))


@given(histories, st.integers(0, 70).map(on), st.sets(st.integers(0, 60).map(on), max_size=5))
@example(days("xxxxxx..x"), on(9), set())
def test_a_walk_says_what_the_calendar_says(qualifying, today, manual):
    today = max([today, *qualifying])
    manual = {day for day in manual if day <= today}
    seen = walk(qualifying, today, SMALL.streaks, manual)
    told = (seen.current, seen.longest, seen.frozen_days, seen.freezes, [run.length for run in seen.runs])
    assert told == by_calendar(set(qualifying), today, SMALL.streaks, manual)


@given(histories, st.integers(0, 5))
def test_appending_day_by_day_equals_the_walk_over_all_at_every_step(qualifying, later):
    fold = StreakFold()
    for at, day in enumerate(qualifying):
        append(fold, day, SMALL.streaks)
        today = day + timedelta(later)
        assert view(fold, today) == walk(qualifying[: at + 1], today, SMALL.streaks)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9).map(on))))
def test_sorted_days_take_and_give_back_each_day_once(steps):
    kept, known = [], set()
    for adds, day in steps:
        if adds:
            assert insert(kept, day) == (day not in known)
            known.add(day)
        else:
            assert remove(kept, day) == (day in known)
            known.discard(day)
        assert kept == sorted(known)


@pytest.mark.parametrize(
    ("kind", "values", "goal", "counts"),
    [
        ("active", {"steps": 999}, 0, False),
        ("active", {"steps": 1000}, 0, True),
        ("active", {"steps": 0, "runs": 1}, 0, True),
        ("active", {"steps": 0, "puffs": 3}, 0, False),
        ("stepsGoal", {"steps": 7999}, 8000, False),
        ("stepsGoal", {"steps": 8000}, 8000, True),
        ("stepsGoal", {"steps": 0}, 0, False),
    ],
)
def test_which_days_qualify(kind, values, goal, counts):
    assert dict(zip(DAILY_KINDS, qualifying(values, goal, RULES), strict=True))[kind] == counts
