"""What is said of fields that are not as they must be."""

import pytest

from gateway.schema import parse
from rules.goals.commands import CreateGoal, MarkMilestone
from rules.refusal import Refusal

GOAL = {"type": "daily", "metric": "steps", "target": 5000}
MILESTONE = {"goalId": "00000000-0000-0000-0000-000000000001", "title": "Half"}


@pytest.mark.parametrize(
    ("kind", "data", "problem"),
    [
        (CreateGoal, {**GOAL, "target": -1}, "target: must be at least 0"),
        (CreateGoal, {**GOAL, "target": 1e12}, "target: must be at most 1000000000"),
        (CreateGoal, {**GOAL, "target": float("inf")}, "target: must be a number"),
        (MarkMilestone, {**MILESTONE, "value": 0}, "value: must be more than 0"),
        (MarkMilestone, {**MILESTONE, "share": 1.5}, "share: must be at most 1"),
    ],
)
def test_limits_of_numbers_are_told_in_words_of_ours(kind: type, data: dict[str, object], problem: str) -> None:
    refusal = parse(kind, data)
    assert isinstance(refusal, Refusal)
    assert refusal.message == problem
