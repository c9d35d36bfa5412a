"""The metrics: what activities add to, by their public names."""

from enum import StrEnum


class Metric(StrEnum):
    """Names are public API and stored: never rename one. Metres, seconds, kilograms, kilocalories, counts."""

    STEPS = "steps"
    DISTANCE = "distance"
    CALORIES = "calories"
    ACTIVE_MINUTES = "activeMinutes"
    DURATION = "duration"
    ELEVATION_GAIN = "elevationGain"
    WALKS = "walks"
    RUNS = "runs"
    WORKOUTS = "workouts"
    VOLUME = "volume"
    SETS = "sets"
    REPS = "reps"
    PUFFS = "puffs"
    CHECK_INS = "checkIns"
    HU_CARES_SCORE = "huCaresScore"


# Plain text, since state and wire dictionaries are keyed by it.
STEPS = Metric.STEPS.value
DISTANCE = Metric.DISTANCE.value
CALORIES = Metric.CALORIES.value
ACTIVE_MINUTES = Metric.ACTIVE_MINUTES.value

DEVICE_FIELDS: dict[str, str] = {
    STEPS: "steps",
    DISTANCE: "distance",
    CALORIES: "calories",
    ACTIVE_MINUTES: "active_minutes",
}
"""The metrics that devices report as a day's total so far → the field of `DeviceDay` that holds it."""

ACTIVITY_COUNTS = (Metric.WALKS.value, Metric.RUNS.value, Metric.WORKOUTS.value, Metric.CHECK_INS.value)
"""The metrics that count activities; a day with any of them is an active day. Puffs are not among them."""
