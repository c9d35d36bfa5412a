from hypothesis import given
from hypothesis import strategies as st

from rules.levels import level_kept, level_of, xp_needed


def test_the_first_levels_begin_where_the_game_says():
    assert [xp_needed(level) for level in (1, 2, 3, 4, 5)] == [0, 100, 300, 600, 1000]
    assert [level_of(xp) for xp in (0, 99, 100, 299, 300, 599, 600)] == [1, 1, 2, 2, 3, 3, 4]


@given(st.integers(0, 10**40), st.integers(1, 1000))
def test_a_level_is_the_highest_whose_xp_is_reached_however_much_it_is(xp, step):
    level = level_of(xp, step)
    assert xp_needed(level, step) <= xp < xp_needed(level + 1, step)


@given(st.integers(1, 100), st.integers(0, 10**6))
def test_a_level_once_reached_is_kept(reached, xp):
    assert level_kept(reached, xp) >= reached
    assert level_of(-5) == 1
