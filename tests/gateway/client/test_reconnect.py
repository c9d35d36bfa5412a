"""The back-off of reconnects: it grows, it is spread out, it is bounded."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.client.reconnect import BackOff, may_return


@given(st.integers(0, 10_000), st.integers())
def test_delays_are_a_share_of_a_bounded_power_of_two(attempt: int, seed: int) -> None:
    delay = BackOff(first=0.5, most=20).delay(attempt, Random(seed))

    assert 0 <= delay <= min(20, 0.5 * 2 ** min(attempt, 30))


def test_a_thousand_clients_do_not_come_back_together() -> None:
    delays = sorted(BackOff(first=1, most=10).delay(3, Random(seed)) for seed in range(1000))

    assert delays[100] < 2 < 6 < delays[900]


@given(st.integers(4000, 4999))
def test_our_own_codes_say_in_their_hundreds_whether_to_come_back(code: int) -> None:
    assert may_return(code) is (code < 4500)
