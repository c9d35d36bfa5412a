"""The catalogue: what may be looked up, and how exercises are found."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.exercises import IMPORTED, Catalogue, Category, Equipment, Exercise, Level, Measure, Muscle
from tests.rules.own_exercises import OWN


def exercise(id: str, name: str, **more) -> Exercise:
    plain = Exercise(
        id=id,
        name=name,
        category=Category.STRENGTH,
        level=Level.BEGINNER,
        equipment=Equipment.BODY,
        primary_muscles=(Muscle.CHEST,),
        secondary_muscles=(),
        measures=(Measure.REPS,),
        instructions=("Do it.",),
    )
    return replace(plain, **more)


PUSH_UP = exercise("push-up", "Push-Up", secondary_muscles=(Muscle.TRICEPS,))
CARRY = exercise("carry", "Farmer's Carry", equipment=Equipment.DUMBBELL, primary_muscles=(Muscle.FOREARMS,))
DIP = exercise(f"{IMPORTED}dip", "Dip", level=Level.EXPERT, primary_muscles=(Muscle.TRICEPS,))
SMALL = Catalogue((PUSH_UP, CARRY), (DIP,))


def names(found: list[Exercise]) -> list[str]:
    return [each.name for each in found]


# --- the exercises shipped ---


def test_there_are_many_exercises_of_every_kind():
    assert len(OWN) >= 80
    assert {each.category for each in OWN} == set(Category)
    assert {each.equipment for each in OWN} == set(Equipment)
    assert {each.level for each in OWN} == set(Level)
    assert {measure for each in OWN for measure in each.measures} == set(Measure)


@pytest.mark.parametrize("muscle", Muscle)
def test_every_muscle_can_be_trained_by_anybody(muscle: Muscle):
    first = [each for each in OWN if muscle in each.primary_muscles]

    assert len(first) >= 2
    assert any(each.level is Level.BEGINNER for each in first)


def test_each_is_counted_in_what_it_is_about():
    loaded = {Equipment.BARBELL, Equipment.DUMBBELL, Equipment.KETTLEBELL, Equipment.CABLE, Equipment.EZ_BAR}

    assert [each.id for each in OWN if each.measures == (Measure.WEIGHT,)] == [], "weight alone is no set"
    assert [each.id for each in OWN if (each.equipment in loaded) and Measure.WEIGHT not in each.measures] == []
    assert [each.id for each in OWN if each.category is Category.CARDIO and Measure.WEIGHT in each.measures] == []


def test_each_is_told_in_a_few_sentences():
    steps = [(each.id, step) for each in OWN for step in each.instructions]

    assert [each.id for each in OWN if not 1 <= len(each.instructions) <= 3] == []
    assert [
        step for step in steps if not (step[1][0].isupper() and step[1].endswith(".") and len(step[1]) <= 120)
    ] == []


# --- finding ---


def test_an_exercise_is_found_by_its_id():
    assert SMALL.get("push-up") is PUSH_UP
    assert SMALL.get(DIP.id) is DIP
    assert SMALL.get("Push-Up") is None
    assert "carry" in SMALL
    assert "lift" not in SMALL
    assert names(list(SMALL)) == ["Dip", "Farmer's Carry", "Push-Up"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("push up", ["Push-Up"]),
        ("PUSHUP", ["Push-Up"]),
        ("up push", ["Push-Up"]),
        ("pu", ["Push-Up"]),
        ("farmers car", ["Farmer's Carry"]),
        ("farmer’s", ["Farmer's Carry"]),
        ("arry", []),
        ("dip up", []),
        ("", []),
        ("-!", []),
        (None, ["Dip", "Farmer's Carry", "Push-Up"]),
    ],
)
def test_words_begin_words_of_the_name(words: str | None, found: list[str]):
    assert names(SMALL.find(words)) == found


def test_what_begins_with_the_words_comes_first_and_the_shortest_before():
    catalogue = Catalogue(
        exercise(f"e{n}", name)
        for n, name in enumerate(["Close Bench Press", "Bench Press on the Floor", "A Bench", "Bench Press"])
    )

    assert names(catalogue.find("bench")) == ["Bench Press", "Bench Press on the Floor", "A Bench", "Close Bench Press"]


def test_what_trains_a_muscle_first_comes_first():
    assert names(SMALL.find(muscle=Muscle.TRICEPS)) == ["Dip", "Push-Up"]
    assert names(SMALL.find("p", muscle=Muscle.TRICEPS)) == ["Push-Up"]


def test_everything_asked_for_must_fit():
    assert names(SMALL.find(equipment=Equipment.DUMBBELL)) == ["Farmer's Carry"]
    assert names(SMALL.find(level=Level.EXPERT, category=Category.STRENGTH)) == ["Dip"]
    assert SMALL.find(level=Level.EXPERT, equipment=Equipment.DUMBBELL) == []
    assert SMALL.find(category=Category.CARDIO) == []


@given(st.sampled_from(list(OWN)), st.data())
def test_the_beginning_of_a_name_finds_it(each: Exercise, data: st.DataObject):
    typed = each.name[: data.draw(st.integers(1, len(each.name)))]

    assert each in OWN.find(typed)
    assert each in OWN.find(typed.replace("-", "").upper())


@given(st.text(max_size=30))
def test_whatever_is_typed_finds_exercises_or_none(typed: str):
    assert set(OWN.find(typed)) <= set(OWN)


# --- what is imported ---


def test_an_import_takes_the_place_of_the_one_before():
    catalogue = Catalogue((PUSH_UP,), (DIP,))

    catalogue.take([exercise(f"{IMPORTED}row", "Row")])

    assert names(list(catalogue)) == ["Push-Up", "Row"]
    assert (len(catalogue), catalogue.get(DIP.id), catalogue.find("dip")) == (2, None, [])


def test_an_own_exercise_stays_what_it_is():
    catalogue = Catalogue((PUSH_UP,), (exercise("push-up", "Another"),))

    assert catalogue.get("push-up") is PUSH_UP
    assert len(catalogue) == 1
