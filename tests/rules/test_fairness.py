import pytest

from rules.ruleset import RuleSetError, parse
from tests.rules.rule_sets import DEFAULT, TEXT


def test_a_kilometre_is_1250_steps():
    assert DEFAULT.fairness.weights["steps"]["run"] == ("distance", 1.25)
    assert DEFAULT.fairness.usual["steps"] == 5000


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("least_share = 0.2", "", "^fairness.least_share: is missing"),
        ("least_share = 0.2", "least_share = 0", "^fairness.least_share: must be a number above 0"),
        ("usual = { steps = 5000", "usual = { strides = 5000", "^fairness.usual.strides: unknown; did you mean steps"),
        ("usual = { steps = 5000", "usual = { steps = true", "^fairness.usual.steps: must be a number above 0"),
        ('run = ["distance", 1.25]', 'run = ["length", 1.25]', "^fairness.weights.steps.run: must be"),
        ('run = ["distance", 1.25]', "run = 1.25", "^fairness.weights.steps.run: must be"),
        ('run = ["distance", 1.25]', 'swim = ["distance", 4]', "^fairness.weights.steps.swim: unknown"),
    ],
)
def test_a_mistake_is_named_with_its_place(old, new, problem):
    assert old in TEXT
    with pytest.raises(RuleSetError, match=problem):
        parse(TEXT.replace(old, new, 1))
