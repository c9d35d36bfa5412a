"""How bots walk: like people, and never faster than fair play takes for human."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from gateway.bots import Walk, manner, names

TODAY = date(2026, 5, 1)


@given(st.integers(), st.lists(st.floats(0.1, 3600), min_size=1, max_size=200))
def test_a_bot_never_walks_more_than_180_steps_a_minute_nor_backwards(seed: int, naps: list[float]) -> None:
    random = Random(seed)
    walk = Walk(manner(random), TODAY, 0, random)
    before = 0
    for seconds in naps:
        steps = walk.advance(seconds, TODAY)
        assert 0 <= steps - before <= 180 * seconds / 60 + 1
        before = steps


@given(st.integers(0, 50))
def test_no_bot_reaches_what_is_marked_for_review_in_a_day(seed: int) -> None:
    random = Random(seed)
    walk = Walk(manner(random), TODAY, 0, random)

    assert max(walk.advance(5, TODAY) for _ in range(24 * 3600 // 5)) < 60_000


def test_a_new_day_begins_at_nothing_and_an_old_one_goes_on() -> None:
    random = Random(1)
    walk = Walk(manner(random), TODAY, 5000, random)

    assert walk.advance(5, TODAY) >= 5000
    assert walk.advance(5, TODAY + timedelta(days=1)) < 20


def test_bots_walk_after_their_own_manner() -> None:
    manners = [manner(Random(name)) for name in names(30)]

    assert len({round(one.pace) for one in manners}) > 15
    assert len(set(names(95))) == 95
