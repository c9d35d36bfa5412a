import pytest

from rules.exercise_file import parse
from rules.tables import RuleSetError
from tests.rules.own_exercises import OWN, TEXT

ONE = """
[[exercises]]
id = "row"
name = "Row"
category = "strength"
level = "beginner"
equipment = "barbell"
primary = ["middleBack"]
secondary = ["lats", "biceps"]
measures = ["weight", "reps"]
instructions = ["Pull."]
"""


def test_the_file_shipped_is_read_whole():
    assert len(OWN) == TEXT.count("[[exercises]]")


def test_secondary_muscles_may_be_left_out():
    [row] = parse(ONE.replace('secondary = ["lats", "biceps"]\n', ""))

    assert row.secondary_muscles == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("id =", "id", "^not TOML"),
        ("[[exercises]]", "[exercises]", "^exercises: must be an array"),
        ("[[exercises]]", "[[exercise]]", "^exercise: unknown; did you mean exercises"),
        ('id = "row"', "", r"^exercises\.0\.id: is missing"),
        ('"row"', '"Row"', r"^exercises\.0\.id: must be lower-case words"),
        ('"row"', '"imported-row"', r"^exercises\.0\.id: .* not begin with imported-"),
        ('"Row"', '" "', r"^exercises\.0 \(row\)\.name: must be text"),
        ('"strength"', '"strenght"', r"^exercises\.0 \(row\)\.category: must be one of strength, cardio"),
        ('"beginner"', "1", r"^exercises\.0 \(row\)\.level: must be one of beginner"),
        ('"barbell"', '["barbell"]', r"^exercises\.0 \(row\)\.equipment: must be one of body"),
        ('["middleBack"]', "[]", r"^exercises\.0 \(row\)\.primary: must be an array that is not empty"),
        ('["middleBack"]', '"middleBack"', r"^exercises\.0 \(row\)\.primary: must be an array"),
        ('"lats"', '"lat"', r"^exercises\.0 \(row\)\.secondary\.0: must be one of abdominals"),
        ('"lats"', '"biceps"', r"^exercises\.0 \(row\)\.secondary: must name each only once"),
        ('"lats"', '"middleBack"', r"^exercises\.0 \(row\)\.secondary: middleBack is a primary muscle already"),
        ('"reps"', '"repetitions"', r"^exercises\.0 \(row\)\.measures\.1: must be one of weight, reps"),
        ('["Pull."]', "[]", r"^exercises\.0 \(row\)\.instructions: must be an array"),
        ('["Pull."]', "[7]", r"^exercises\.0 \(row\)\.instructions\.0: must be text"),
        ("measures", "measure", r"^exercises\.0 \(row\)\.measure: unknown; did you mean measures"),
    ],
)
def test_whatever_is_wrong_is_named_by_exercise_and_field(old: str, new: str, problem: str):
    with pytest.raises(RuleSetError, match=problem):
        parse(ONE.replace(old, new, 1))


def test_neither_an_id_nor_a_name_is_there_twice():
    with pytest.raises(RuleSetError, match=r"^exercises\.1\.id: row is there twice"):
        parse(ONE + ONE)
    with pytest.raises(RuleSetError, match=r"^exercises\.1 \(row-2\)\.name: ROW is there twice"):
        parse(ONE + ONE.replace('"row"', '"row-2"').replace('"Row"', '"ROW"'))
