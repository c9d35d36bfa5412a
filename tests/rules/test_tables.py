import pytest

from rules import tables
from rules.stats import Count
from rules.tables import RuleSetError


def test_a_misspelt_key_is_told_what_it_may_have_meant():
    with pytest.raises(RuleSetError, match=r"^xp.stepps: unknown; did you mean steps"):
        tables.only({"stepps": 1}, ("steps", "goal"), "xp")
    with pytest.raises(RuleSetError, match=r"^q: unknown; known are steps, goal"):
        tables.only({"q": 1}, ("steps", "goal"), "")


@pytest.mark.parametrize("value", [True, 1.0, "1", -1, 2**53, None])
def test_whole_numbers_are_whole_numbers(value):
    with pytest.raises(RuleSetError, match="whole number"):
        tables.whole(value, "n")


@pytest.mark.parametrize("value", ["nothing", 7, None, ["friends"], {}])
def test_names_are_those_of_the_list(value):
    assert tables.one_of(Count, "friends", "count") is Count.FRIENDS
    with pytest.raises(RuleSetError, match="must be one of"):
        tables.one_of(Count, value, "count")
