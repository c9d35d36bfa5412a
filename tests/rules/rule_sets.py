"""Rule sets for tests: the shipped one, and a small one whose every threshold a generated history crosses."""

from pathlib import Path

from rules.ruleset import parse

TEXT = (Path(__file__).parents[2] / "rules" / "default.toml").read_text()
DEFAULT = parse(TEXT)

SMALL = parse(
    """
version = "small"
starts_at = 2000-01-01T00:00:00Z
xp.steps_per_xp = 100
xp.steps_cap = 60
xp.daily_goal = 50
xp.run_per_km = 10
xp.walk_per_km = 6
xp.distance_cap = 40
xp.workout = 50
xp.workout_set = 2
xp.workout_cap = 60
xp.check_in = 20
xp.puff_free_day = 30
xp.personal_record = 25
xp.challenge_finished = 50
xp.challenge_target = 100
xp.challenge_podium = [500, 300, 200]
levels = { step = 50 }
streaks = { active_steps = 1000, freeze_every = 3, freezes_held = 2, milestones = [[2, 10], [4, 100], [6, 1000]] }
activity = { late_days = 14, clock_skew = 300 }
fairness = { least_share = 0.2, usual = { steps = 5000, distance = 4000 }, weights = { steps = { run = ["distance", 1.25] } } }
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

[fair_play]
steps_per_day = 100000
steps_per_minute = 300
kilocalories_per_day = 20000
review_steps_per_day = 60000
review_metres_per_step = 3
review_metres_slack = 1000
walk_kmh = 12
run_kmh = 25
jump_metres = 1000
review_walk_kmh = 9
review_run_kmh = 20
review_route_percent = 20
review_route_slack = 200
review_hours = 24
set_kilograms = 500
set_repetitions = 200
"""
)
