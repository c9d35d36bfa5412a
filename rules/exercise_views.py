"""The exercise catalogue as clients see it."""

from rules import resources
from rules.exercise_commands import FindExercises
from rules.exercises import Catalogue, Exercise


def exercise_view(exercise: Exercise) -> resources.Exercise:
    return {
        "id": exercise.id,
        "name": exercise.name,
        "category": exercise.category.value,
        "level": exercise.level.value,
        "equipment": exercise.equipment.value,
        "primaryMuscles": [muscle.value for muscle in exercise.primary_muscles],
        "secondaryMuscles": [muscle.value for muscle in exercise.secondary_muscles],
        "measures": [measure.value for measure in exercise.measures],
        "instructions": list(exercise.instructions),
    }


def exercises_view(catalogue: Catalogue, wanted: FindExercises) -> resources.Exercises:
    found = catalogue.find(
        wanted.text,
        muscle=wanted.muscle,
        equipment=wanted.equipment,
        category=wanted.category,
        level=wanted.level,
    )
    end = wanted.after + wanted.limit
    page: resources.Exercises = {"exercises": [exercise_view(exercise) for exercise in found[wanted.after : end]]}
    if len(found) > end:
        page["next"] = end
    return page
