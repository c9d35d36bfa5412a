"""What the edge lets through of workouts' commands: numbers that a set can have."""

from typing import Any

import pytest

from gateway.schema import parse
from rules import session
from rules.refusal import Refusal

GYM = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    ("field", "most", "too_much"),
    [("seconds", 86_400, 86_401), ("distance", 1_000_000, 1_000_001), ("rpe", 10, 10.5), ("reps", 201, 1.5)],
)
def test_a_set_lasts_a_day_at_most(field: str, most: float, too_much: float) -> None:
    """Whether weight and repetitions are possible is for the rules to say: they may change."""
    said: dict[str, Any] = {"sessionId": GYM, field: most}

    assert isinstance(parse(session.CompleteSet, said), session.CompleteSet)
    refused = parse(session.CompleteSet, said | {field: too_much})
    assert isinstance(refused, Refusal)
    assert refused.details is not None
    assert [each["path"] for each in refused.details["fields"]] == [field]
