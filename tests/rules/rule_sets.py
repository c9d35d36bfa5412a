"""Rule sets for tests: the shipped one, and a small one whose every threshold a generated history crosses."""

from pathlib import Path

from rules.ruleset import parse

TEXT = (Path(__file__).parents[2] / "rules" / "default.toml").read_text()
DEFAULT = parse(TEXT)

SMALL = parse(
    """
version = "small"
starts_at = 2000-01-01T00:00:00Z
xp = { steps_per_xp = 100, steps_cap = 60, daily_goal = 50, challenge_finished = 50, challenge_target = 100, challenge_podium = [500, 300, 200] }
levels = { step = 50 }
streaks = { active_steps = 1000, freeze_every = 3, freezes_held = 2, milestones = [[2, 10], [4, 100], [6, 1000]] }
activity = { late_days = 14, clock_skew = 300 }
fair_play = { steps_per_day = 100000, steps_per_minute = 300, review_steps_per_day = 60000, review_metres_per_step = 3, review_metres_slack = 1000 }
badges = [
    { id = "day", name = "D", description = "d", tier = "bronze", when = { day = "steps", at_least = 5000 } },
    { id = "days", name = "D", description = "d", tier = "bronze", when = { day = "steps", at_least = 3000, days = 3 } },
    { id = "every-day", name = "D", description = "d", tier = "bronze", repeatable = true, when = { day = "steps", at_least = 4000 } },
    { id = "every-two", name = "D", description = "d", tier = "bronze", repeatable = true, when = { day = "distance", at_least = 900, days = 2 } },
    { id = "total", name = "D", description = "d", tier = "bronze", when = { total = "steps", at_least = 9000 } },
    { id = "every-total", name = "D", description = "d", tier = "bronze", repeatable = true, when = { total = "steps", at_least = 2500 } },
    { id = "streak", name = "D", description = "d", tier = "bronze", when = { streak = "active", at_least = 4 } },
    { id = "goal-streak", name = "D", description = "d", tier = "bronze", when = { streak = "stepsGoal", at_least = 2 } },
    { id = "level", name = "D", description = "d", tier = "bronze", when = { reach = "level", at_least = 3 } },
    { id = "joined", name = "D", description = "d", tier = "bronze", when = { count = "challengesJoined", at_least = 2 } },
    { id = "won", name = "D", description = "d", tier = "bronze", repeatable = true, when = { count = "challengesWon", at_least = 1 } },
    { id = "podium", name = "D", description = "d", tier = "bronze", repeatable = true, when = { count = "podiums", at_least = 2 } },
    { id = "friends", name = "D", description = "d", tier = "bronze", when = { count = "friends", at_least = 3 } },
    { id = "early", name = "D", description = "d", tier = "bronze", when = { hour = "runs", from = 4, until = 7, at_least = 2 } },
    { id = "both", name = "D", description = "d", tier = "bronze", when = [{ day = "steps", at_least = 5000 }, { streak = "active", at_least = 3 }] },
    { id = "both-again", name = "D", description = "d", tier = "bronze", repeatable = true, when = [{ total = "steps", at_least = 3000 }, { day = "distance", at_least = 500 }] },
]
"""
)
