import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.bench.sample import Sample, percentile, sample


def test_a_sample_is_told_by_its_median_and_its_extremes():
    repeated = sample([3.0, 1.0, 2.0], "µs")

    assert (repeated.median, repeated.low, repeated.high) == (2.0, 1.0, 3.0)


def test_a_sample_of_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="at least one"):
        Sample((), "µs")


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.95, 95), (0.99, 99), (1.0, 100)]
)
def test_percentiles_of_one_to_a_hundred(share, value):
    assert percentile(list(range(100, 0, -1)), share) == value


def test_there_is_no_percentile_of_nothing():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.floats(min_value=0, max_value=1))
def test_at_least_that_share_does_not_exceed_the_percentile(values, share):
    found = percentile(values, share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
