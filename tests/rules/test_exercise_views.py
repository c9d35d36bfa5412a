"""The exercise catalogue as clients page through it."""

from rules.exercise_commands import FindExercises
from rules.exercise_views import exercise_view, exercises_view
from rules.exercises import Muscle
from tests.rules.own_exercises import OWN


def test_pages_follow_each_other_to_the_last_exercise() -> None:
    found: list[str] = []
    after: int | None = 0
    while after is not None:
        page = exercises_view(OWN, FindExercises(after=after, limit=50))
        found += [exercise["id"] for exercise in page["exercises"]]
        after = page.get("next")

    assert found == [exercise.id for exercise in OWN]


def test_what_is_asked_for_narrows_the_pages() -> None:
    page = exercises_view(OWN, FindExercises(text="back squ", muscle=Muscle.QUADRICEPS))

    assert [exercise["name"] for exercise in page["exercises"]] == ["Back Squat"]
    assert "next" not in page


def test_an_exercise_says_what_it_trains_and_needs() -> None:
    [bench] = [exercise for exercise in OWN if exercise.id == "bench-press"]

    shown = exercise_view(bench)

    assert (shown["name"], shown["equipment"], shown["level"]) == ("Bench Press", "barbell", "beginner")
    assert (shown["primaryMuscles"], shown["secondaryMuscles"]) == (["chest"], ["triceps", "shoulders"])
    assert shown["measures"] == ["weight", "reps"]
