from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.activity.fact import Fact, Kind
from rules.streaks import Run
from rules.xp import activity_xp, challenge_xp, day_amounts, day_xp, milestone_xp
from tests.rules.rule_sets import DEFAULT

XP = DEFAULT.xp


@pytest.mark.parametrize(
    ("steps", "goal", "amounts"),
    [
        (0, 8000, {}),
        (99, 8000, {}),
        (100, 8000, {"xp.steps": 1}),
        (7999, 8000, {"xp.steps": 79}),
        (8000, 8000, {"xp.steps": 80, "xp.dailyGoal": 50}),
        (30_000, 0, {"xp.steps": 300}),
        (99_000, 8000, {"xp.steps": 300, "xp.dailyGoal": 50}),
    ],
)
def test_a_days_xp(steps, goal, amounts):
    assert {part.rule: part.amount for part in day_xp({"steps": steps}, goal, XP)} == amounts


@given(st.integers(0, 200_000), st.integers(0, 50_000))
def test_the_quick_numbers_are_those_of_the_receipts(steps, goal):
    parts = day_xp({"steps": steps}, goal, XP)
    told = {rule: amount for rule, amount in day_amounts({"steps": steps}, goal, XP).items() if amount}
    assert {part.rule: part.amount for part in parts} == told
    assert all(part.cap is None or part.amount == min(part.cap, part.uncapped) for part in parts)


@pytest.mark.parametrize(
    ("rank", "ranked", "reached", "xp"),
    [
        (1, True, True, 650),
        (1, True, False, 550),
        (2, True, False, 350),
        (3, True, False, 250),
        (4, True, True, 150),
        (10_000, True, False, 50),
        (None, False, True, 0),  # who is not ranked earns nothing
    ],
)
def test_a_challenges_xp(rank, ranked, reached, xp):
    assert sum(part.amount for part in challenge_xp(rank, ranked, reached, XP)) == xp


@pytest.mark.parametrize(("lengths", "xp"), [([6], 0), ([7], 100), ([7, 6, 7], 200), ([30], 600), ([365], 12_600)])
def test_every_run_pays_each_milestone_once(lengths, xp):
    day = date(2026, 1, 1)
    runs = [Run(day, day, length) for length in lengths]
    assert sum(part.amount for _, _, part in milestone_xp("active", runs, DEFAULT.streaks_on)) == xp


def done(kind: Kind, **metrics: float) -> Fact:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    return Fact("id", kind, at.date(), "UTC", at, at, metrics, at)


@pytest.mark.parametrize(
    ("facts", "amounts", "uncapped"),
    [
        ([done(Kind.RUN, distance=5290.0)], [52], [52]),
        ([done(Kind.WALK, distance=5290.0)], [31], [31]),
        ([done(Kind.WALK, distance=100.0)], [], []),
        ([done(Kind.RUN, distance=42_000.0), done(Kind.WALK, distance=20_000.0)], [420, 80], [420, 120]),
        ([done(Kind.RUN, distance=60_000.0), done(Kind.RUN, distance=9000.0)], [500, 0], [600, 90]),
        ([done(Kind.WORKOUT)], [50], [50]),
        ([done(Kind.WORKOUT, sets=20.0), done(Kind.WORKOUT, sets=51.0)], [90, 150], [90, 152]),
        ([done(Kind.CHECK_IN, checkIns=1.0)], [20], [20]),
        ([done(Kind.PUFF, puffs=1.0)], [], []),
    ],
)
def test_what_a_days_activities_earn(facts, amounts, uncapped):
    parts = [part for _, part in activity_xp(facts, XP)]
    assert [part.amount for part in parts] == amounts
    assert [part.uncapped for part in parts] == uncapped
