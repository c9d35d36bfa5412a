"""Times in Locust's statistics, finer than it keeps them by itself: percentiles of single milliseconds matter here."""

from collections.abc import Mapping


def bucket(ms: float) -> float:
    """Three significant digits, at least 0.01 ms: some thousand buckets at most."""
    if ms < 10:
        return round(ms, 2)
    if ms < 100:
        return round(ms, 1)
    return float(round(ms) if ms < 1000 else round(ms, -1))


def percentile(buckets: Mapping[float, int], share: float) -> float | None:
    """The smallest time that `share` (0 to 1) of all do not exceed. None for none."""
    left = share * sum(buckets.values())
    for time, count in sorted(buckets.items()):
        left -= count
        if left <= 1e-9:
            return time
    return None


def since(now: Mapping[float, int], before: Mapping[float, int]) -> dict[float, int]:
    """What has come to the buckets."""
    return {time: more for time, count in now.items() if (more := count - before.get(time, 0)) > 0}
