"""Token buckets and counts."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import Bucket, Buckets, Counts, Rate


def test_a_burst_passes_and_then_the_rate_rules() -> None:
    rate = Rate(per_second=20, burst=60)
    bucket = Bucket(rate, 0)

    granted = [bucket.take(rate, 0) for _ in range(60)]

    assert granted == [0] * 60
    assert bucket.take(rate, 0) == 1 / 20
    assert bucket.take(rate, 0.05) == 0
    assert bucket.take(rate, 0.05) > 0


def test_whoever_waits_as_long_as_told_is_granted() -> None:
    rate = Rate(per_second=3, burst=2)
    bucket = Bucket(rate, 0)
    for _ in range(2):
        bucket.take(rate, 0)

    wait = bucket.take(rate, 0)

    assert bucket.take(rate, wait) == 0


@given(st.lists(st.floats(0, 5), max_size=200))
def test_no_pattern_of_arrivals_gets_more_than_burst_plus_rate(gaps: list[float]) -> None:
    rate = Rate(per_second=2, burst=5)
    bucket = Bucket(rate, 0)
    now, granted = 0.0, 0

    for gap in gaps:
        now += gap
        granted += bucket.take(rate, now) == 0

    assert granted <= 5 + 2 * now + 1e-6


def test_keys_are_limited_each_for_itself() -> None:
    buckets = Buckets(Rate(per_second=1, burst=1))

    assert buckets.take("a", 0) == 0
    assert buckets.take("a", 0) > 0
    assert buckets.take("b", 0) == 0


def test_the_table_of_buckets_is_bounded_and_forgets_the_one_unused_for_longest() -> None:
    buckets = Buckets(Rate(per_second=1, burst=1), capacity=2)
    for key in "aba":
        buckets.take(key, 0)

    buckets.take("c", 0)

    assert len(buckets) == 2
    assert buckets.take("a", 0) > 0  # remembered


def test_counts_hold_up_to_the_limit_and_free_what_is_released() -> None:
    counts = Counts(2)

    assert [counts.hold("a"), counts.hold("a"), counts.hold("a"), counts.hold("b")] == [True, True, False, True]

    counts.release("a")
    assert counts.hold("a")
    counts.release("a")
    counts.release("a")
    counts.release("b")
    assert len(counts) == 0
