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
DURATION = Metric.DURATION.value
ELEVATION_GAIN = Metric.ELEVATION_GAIN.value
WALKS = Metric.WALKS.value
RUNS = Metric.RUNS.value
WORKOUTS = Metric.WORKOUTS.value
VOLUME = Metric.VOLUME.value
SETS = Metric.SETS.value
REPS = Metric.REPS.value
PUFFS = Metric.PUFFS.value
CHECK_INS = Metric.CHECK_INS.value
HU_CARES_SCORE = Metric.HU_CARES_SCORE.value

DEVICE_FIELDS: dict[str, str] = {
    STEPS: "steps",
    DISTANCE: "distance",
    CALORIES: "calories",
    ACTIVE_MINUTES: "active_minutes",
}
"""The metrics that devices report as a day's total so far → the field of `DeviceDay` that holds it."""

ACTIVITY_COUNTS = (WALKS, RUNS, WORKOUTS, CHECK_INS)
"""The metrics that count activities; a day with any of them is an active day. Puffs are not among them."""
