"""What people ask of the exercise catalogue."""

from dataclasses import dataclass
from typing import Annotated

from rules.exercises import Category, Equipment, Level, Muscle
from rules.fields import Count, Limits, Line, Wire
from rules.session.commands import ExerciseId

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class FindExercises(Wire):
    """By name. With a muscle, those that train it first of all come first; with a text, the closest names."""

    text: Line | None = None
    """Each word of it begins a word of the name."""
    muscle: Muscle | None = None
    equipment: Equipment | None = None
    category: Category | None = None
    level: Level | None = None
    after: Count = 0
    """`next` of the page before."""
    limit: Annotated[int, Limits((("ge", 1), ("le", MOST_SHOWN)))] = 20


@dataclass(frozen=True, slots=True)
class GetExercise(Wire):
    exercise_id: ExerciseId
