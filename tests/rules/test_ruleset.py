from collections import Counter

import pytest

from rules.ruleset import RuleSetError, parse
from tests.rules.rule_sets import DEFAULT, TEXT


def test_the_shipped_rules_are_those_of_the_game():
    assert (DEFAULT.xp.steps_per_xp, DEFAULT.xp.steps_cap, DEFAULT.xp.daily_goal) == (100, 300, 50)
    assert DEFAULT.xp.challenge_podium == (500, 300, 200)
    assert DEFAULT.streaks.milestones == ((7, 100), (30, 500), (100, 2000), (365, 10_000))
    assert (DEFAULT.streaks.freeze_every, DEFAULT.streaks.freezes_held) == (10, 2)
    fair = DEFAULT.fair_play
    assert (fair.steps_per_day, fair.steps_per_minute) == (100_000, 300)
    assert (fair.walk_kmh, fair.run_kmh, fair.jump_metres) == (12, 25, 1000)


def test_there_are_many_badges_of_all_tiers_and_kinds():
    badges = DEFAULT.badges
    assert len(badges) >= 40
    assert len({badge.name for badge in badges}) == len(badges)
    assert set(Counter(badge.tier for badge in badges)) == {"bronze", "silver", "gold", "platinum"}
    subjects = {condition.subject.value for badge in badges for condition in badge.when}
    assert subjects == {"total", "day", "streak", "reach", "count", "hour"}
    assert any(len(badge.when) > 1 for badge in badges)
    assert any(badge.repeatable for badge in badges)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("version =", "version", "not TOML: .*line 6"),
        ('version = "2026-1"', "version = 7", "^version: must be text"),
        ('version = "2026-1"', "", "^version: is missing"),
        ("starts_at = 2000-01-01T00:00:00Z", "starts_at = 2000-01-01", "^starts_at: must be a time"),
        ("steps_cap = 300", "steps_cap = -1", "^xp.steps_cap: must be a whole number, 0 or more"),
        ("steps_cap = 300", "steps_cap = true", "^xp.steps_cap: must be a whole number"),
        ("steps_per_xp = 100", "steps_per_xp = 0", "^xp.steps_per_xp: must be a whole number, 1 or more"),
        ("steps_per_xp = 100", "", "^xp.steps_per_xp: is missing"),
        ("steps_per_xp = 100", "steps_per_xq = 100", "^xp.steps_per_xq: unknown; did you mean steps_per_xp"),
        ("late_days = 14", "late_days = 100000", "^activity.late_days: must be at most 3,650"),
        ("clock_skew = 300", "clock_skew = 9000000000000", "^activity.clock_skew: must be at most 86,400"),
        ("review_hours = 24", "review_hours = 9000000000000", "^fair_play.review_hours: must be at most 8,760"),
        ("[activity]", "[actvity]", "^actvity: unknown; did you mean activity"),
        ("[500, 300, 200]", '[500, "300"]', "^xp.challenge_podium.1: must be a whole number"),
        ("[[7, 100], [30", "[[30, 100], [7", "^streaks.milestones.1: must be .* more days"),
        ("[[7, 100], ", "[[7], ", "^streaks.milestones.0: must be"),
        ('id = "getting-going"', 'id = "out-the-door"', "^badges.1.id: out-the-door is there twice"),
        ('tier = "bronze"', 'tier = "tin"', r"^badges.0 \(out-the-door\).tier: must be one of bronze, silver"),
        ('day = "steps"', 'day = "stepps"', r"^badges.0 \(out-the-door\).when.day: must be one of steps"),
        ('day = "steps"', 'dya = "steps"', r"^badges.0 \(out-the-door\).when: must have exactly one of total, day"),
        ("at_least = 1000", "at_least = 0", r"^badges.0 \(out-the-door\).when.at_least: must be a whole number, 1"),
        ("at_least = 1000", "at_least = 1000, from = 3", r"^badges.0 \(out-the-door\).when.from: unknown"),
        ('"runs", from = 4, until = 7', '"runs", from = 7, until = 4', r"early-bird\).when.until: must be after from"),
        ('tier = "platinum"\nwhen = { reach', 'tier = "platinum"\nrepeatable = true\nwhen = { reach', "reached once"),
        ("repeatable = true", 'repeatable = "yes"', "repeatable: must be true or false"),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_the_field(old, new, problem):
    assert old in TEXT
    with pytest.raises(RuleSetError, match=problem):
        parse(TEXT.replace(old, new, 1))


def test_two_readings_of_a_file_are_equal():
    assert parse(TEXT) == DEFAULT
