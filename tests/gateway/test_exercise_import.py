"""Files of exercises from elsewhere: read record by record, whatever stands in them."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exercise_import import MAX_BYTES, MAX_RECORDS, ImportProblem, read_exercises
from rules.exercises import IMPORTED, Category, Equipment, Exercise, Level, Measure, Muscle

REAL = Path(__file__).parents[3] / "shared" / "data" / "exercises" / "exercises.json"

RECORD: dict[str, Any] = {
    "id": "Slow_Rope-Row",
    "name": "Slow Rope Row",
    "force": "pull",
    "level": "intermediate",
    "mechanic": "compound",
    "equipment": "e-z curl bar",
    "primaryMuscles": ["middle back"],
    "secondaryMuscles": ["lats", "middle back", "lats"],
    "category": "olympic weightlifting",
}


def read(*records: Any) -> tuple[Exercise, ...]:
    given = read_exercises(orjson.dumps(records))
    assert given.problems == ()
    return given.exercises


def problem(record: Any) -> str:
    given = read_exercises(orjson.dumps([RECORD, record]))
    assert len(given.exercises) == 1
    [line] = given.problems
    return line


def test_a_record_becomes_an_exercise_in_our_words():
    assert read(RECORD) == (
        Exercise(
            id=f"{IMPORTED}slow-rope-row",
            name="Slow Rope Row",
            category=Category.OLYMPIC_WEIGHTLIFTING,
            level=Level.INTERMEDIATE,
            equipment=Equipment.EZ_BAR,
            primary_muscles=(Muscle.MIDDLE_BACK,),
            secondary_muscles=(Muscle.LATS,),
            measures=(Measure.WEIGHT, Measure.REPS),
            instructions=(),
        ),
    )


def test_instructions_are_taken_where_there_are_any():
    [exercise] = read(RECORD | {"instructions": ["Pull. ", "", "Let\n go."], "images": ["a.jpg"]})

    assert exercise.instructions == ("Pull.", "Let go.")


@pytest.mark.parametrize(
    ("category", "equipment", "force", "measures"),
    [
        ("strength", "barbell", "pull", ["weight", "reps"]),
        ("strength", "body only", "pull", ["reps"]),
        ("strength", None, None, ["reps"]),
        ("strength", "body only", "static", ["seconds"]),
        ("strength", "other", "static", ["weight", "seconds"]),
        ("plyometrics", "medicine ball", "push", ["reps"]),
        ("stretching", "other", None, ["seconds"]),
        ("cardio", "machine", None, ["distance", "seconds"]),
    ],
)
def test_what_sets_are_counted_in_follows_from_the_kind(category, equipment, force, measures):
    [exercise] = read(RECORD | {"category": category, "equipment": equipment, "force": force})

    assert list(exercise.measures) == measures


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", None, "id: must be 1 to 80 letters"),
        ("id", "__", "id: must be 1 to 80 letters"),
        ("id", "../../etc", "id: must be 1 to 80 letters"),
        ("id", "slow-rope_row", "id: an earlier record has the same"),
        ("name", None, "name: must be a text of 1 to 100"),
        ("name", " ", "name: must be a text of 1 to 100"),
        ("name", "x" * 101, "name: must be a text of 1 to 100"),
        ("name", "nul\x00", "name: must hold no line breaks, control characters"),
        ("force", "sideways", "force: must be null or one of push, pull, static"),
        ("level", "easy", "level: must be one of beginner, intermediate, expert, not 'easy'"),
        ("level", ["beginner"], "level: must be one of beginner"),
        ("category", None, "category: must be one of strength"),
        ("equipment", "rope", "equipment: must be one of body"),
        ("primaryMuscles", [], "primaryMuscles: must name a muscle"),
        ("primaryMuscles", "lats", "primaryMuscles: must be an array"),
        ("primaryMuscles", ["lats", "toes"], "primaryMuscles.1: must be one of abdominals"),
        ("secondaryMuscles", None, "secondaryMuscles: must be an array"),
        ("secondaryMuscles", [{}], "secondaryMuscles.0: must be one of abdominals"),
        ("instructions", "Pull.", "instructions: must be an array"),
        ("instructions", ["x"] * 31, "instructions: must be an array of at most 30"),
        ("instructions", ["ok", "a\x1b[2Jb"], "instructions.1: must hold no line breaks"),
        ("instructions", ["ok", None], "instructions.1: must be a text"),
    ],
)
def test_a_bad_record_is_named_with_its_field_and_costs_no_other(field: str, value: Any, said: str):
    line = problem(RECORD | {"id": "Other"} | {field: value})

    assert line.startswith("record 2")
    assert said in line
    if field != "id":
        assert line.startswith("record 2 (Other): ")


@pytest.mark.parametrize("record", [None, 7, "Row", [], {}])
def test_what_is_no_record_is_skipped(record: Any):
    assert problem(record).startswith("record 2: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"name,level\nRow,beginner\n", "not JSON"),
        (b"\xff\xfe[\x00]\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"exercises": []}', "must be a JSON array"),
        (b"[" + b"0," * MAX_RECORDS + b"0]", "20,001 records, and at most 20,000"),
        (b" " * (MAX_BYTES + 1), "more than 64 MiB"),
    ],
    ids=["empty", "csv", "utf-16", "deep", "object", "many", "large"],
)
def test_what_is_no_such_file_is_refused_as_a_whole(content: bytes, said: str):
    with pytest.raises(ImportProblem, match=said):
        read_exercises(content)


def test_a_byte_order_mark_does_no_harm():
    assert len(read_exercises(b"\xef\xbb\xbf" + orjson.dumps([RECORD])).exercises) == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=5)
    | st.sampled_from(["lats", "static"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(RECORD)), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON | st.dictionaries(st.sampled_from(sorted(RECORD)), JSON).map(lambda some: RECORD | some)))
def test_every_record_is_an_exercise_or_a_problem(records: list[Any]):
    given = read_exercises(orjson.dumps(records))

    assert len(given.exercises) + len(given.problems) == len(records)
    assert len({exercise.id for exercise in given.exercises}) == len(given.exercises)
    assert all(exercise.id.startswith(IMPORTED) for exercise in given.exercises)


@pytest.mark.skipif(not REAL.exists(), reason="the data set is not beside the project")
def test_the_whole_data_set_is_read():
    given = read_exercises(REAL.read_bytes())

    assert given.problems == ()
    assert len(given.exercises) == 873
    assert {muscle for exercise in given.exercises for muscle in exercise.primary_muscles} == set(Muscle)
    assert {exercise.category for exercise in given.exercises} == set(Category)
