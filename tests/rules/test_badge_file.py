import pytest

from rules.badge_file import read_badges
from rules.badges import Badge, Condition, Subject
from rules.tables import RuleSetError

GIVEN = {"id": "b", "name": "B", "description": "Do it.", "tier": "gold", "when": {"total": "runs", "at_least": 2}}


def test_one_condition_or_a_list_of_them():
    one = Condition(Subject.TOTAL, "runs", 2)
    assert read_badges([GIVEN]) == (Badge("b", "B", "Do it.", "gold", (one,)),)
    both = GIVEN | {"when": [GIVEN["when"], {"hour": "runs", "from": 4, "until": 7, "at_least": 5}]}
    assert read_badges([both])[0].when == (one, Condition(Subject.HOUR, "runs", 5, start=4, end=7))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("name", None),
        ("description", 7),
        ("tier", ["gold"]),
        ("tier", {}),
        ("repeatable", 1),
        ("when", []),
        ("when", "runs"),
        ("when", [7]),
        ("when", {"total": ["runs"], "at_least": 1}),
        ("when", {"reach": ["level"], "at_least": 1}),
        ("when", {"reach": "xp", "at_least": 1}),
        ("when", {"hour": "steps", "from": 1, "until": 2, "at_least": 1}),
        ("when", {"hour": "runs", "from": 1, "until": 25, "at_least": 1}),
        ("when", {"total": "runs", "day": "runs", "at_least": 1}),
        ("surprise", 1),
    ],
)
def test_whatever_is_wrong_is_refused_by_name(field, value):
    with pytest.raises(RuleSetError, match=r"^badges\.0"):
        read_badges([GIVEN | {field: value}])


def test_badges_are_an_array():
    with pytest.raises(RuleSetError, match=r"^badges: must be an array"):
        read_badges({"b": GIVEN})
