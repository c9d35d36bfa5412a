"""Goals in words."""

from collections.abc import Mapping

from rules.goals.periods import GoalType, Terms
from rules.metrics import PUFFS, Metric

_UNITS: Mapping[Metric, str] = {
    Metric.STEPS: "steps",
    Metric.DISTANCE: "metres",
    Metric.CALORIES: "kcal",
    Metric.ACTIVE_MINUTES: "active minutes",
    Metric.DURATION: "seconds of activity",
    Metric.ELEVATION_GAIN: "metres uphill",
    Metric.WALKS: "walks",
    Metric.RUNS: "runs",
    Metric.WORKOUTS: "workouts",
    Metric.VOLUME: "kg lifted",
    Metric.SETS: "sets",
    Metric.REPS: "repetitions",
    Metric.PUFFS: "puffs",
    Metric.CHECK_INS: "check-ins",
    Metric.HU_CARES_SCORE: "points of check-ins",
}
_HOW_OFTEN: Mapping[GoalType, str] = {"daily": " a day", "weekly": " a week", "monthly": " a month", "custom": ""}


def amount(metric: str, value: float) -> str:
    """`10,000 steps`."""
    return f"{value:,.10g} {_UNITS[Metric(metric)]}"


def default_title(terms: Terms) -> str:
    """`10,000 steps a day`, `At most 5 puffs a day`, `100,000 metres until 2026-06-30`."""
    most = "At most " if terms.metric == PUFFS else ""
    until = f" until {terms.last}" if terms.type == "custom" and terms.last is not None else ""
    return f"{most}{amount(terms.metric, terms.target)}{_HOW_OFTEN[terms.type]}{until}"
