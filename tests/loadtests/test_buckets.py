"""Times and their percentiles."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.buckets import bucket, percentile, since


@given(st.floats(min_value=0.01, max_value=1e5))
def test_a_bucket_is_within_one_percent(ms):
    assert bucket(ms) == pytest.approx(ms, rel=0.01, abs=0.0051)


@given(
    st.lists(st.floats(min_value=0, max_value=9.99).map(bucket), min_size=1, max_size=50),
    st.sampled_from((0.5, 0.95, 0.99)),
)
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(times, share):
    found = percentile(Counter(times), share)

    assert sum(time <= found for time in times) >= share * len(times) - 1e-9
    assert sum(time < found for time in times) < share * len(times)


def test_of_nothing_there_is_no_percentile():
    assert percentile({}, 0.99) is None


def test_what_is_new_is_the_difference():
    assert since({1.0: 5, 2.0: 1, 3.0: 2}, {1.0: 3, 2.0: 1}) == {1.0: 2, 3.0: 2}
