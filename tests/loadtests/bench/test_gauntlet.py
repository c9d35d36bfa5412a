from gateway.rule_file import DEFAULT, read_rules
from loadtests.bench.gauntlet import fast_walkers
from rules.ruleset import parse


def test_players_of_benchmarks_may_walk_fast_and_nothing_else_differs():
    ordinary, fast = read_rules(DEFAULT), parse(fast_walkers())

    assert fast.fair_play.steps_per_minute > 1_000_000
    assert (fast.xp, fast.levels, fast.streaks, fast.badges) == (
        ordinary.xp,
        ordinary.levels,
        ordinary.streaks,
        ordinary.badges,
    )
