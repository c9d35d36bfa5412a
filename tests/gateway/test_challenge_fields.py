import pytest

from gateway.schema import parse
from rules.challenge.commands import BestOf, Create
from rules.refusal import Refusal

TEAMS = {
    "name": "Reds and blues",
    "metric": "steps",
    "mode": "teams",
    "startsAt": "2026-05-02T08:00:00Z",
    "endsAt": "2026-05-04T08:00:00Z",
    "teams": ["Red", "Blue"],
}


@pytest.mark.parametrize(
    ("said", "read"), [("sum", "sum"), ("average", "average"), ({"best": 3}, BestOf(3)), (None, None)]
)
def test_how_teams_score(said, read):
    command = parse(Create, {**TEAMS, "teamScore": said})
    assert isinstance(command, Create)
    assert command.team_score == read


@pytest.mark.parametrize("said", ["median", {"best": 0}, {"worst": 1}, 7])
def test_no_way_for_teams_to_score_is_one_problem_with_the_field(said):
    refusal = parse(Create, {**TEAMS, "teamScore": said})
    assert isinstance(refusal, Refusal)
    assert refusal.details == {
        "fields": [{"path": "teamScore", "problem": "must be sum, average or {best: n}, n 1 to 100"}]
    }
