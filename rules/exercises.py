"""The exercises that workouts are made of: what they train, what they need, what their sets are counted in.

The project's own ones stand in rules/exercises.toml; an operator may import more. All names are public API and stored:
never rename one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

IMPORTED = "imported-"
"""How the ids of imported exercises begin, and no other: an import can't take the place of an own exercise."""


class Muscle(StrEnum):
    ABDOMINALS = "abdominals"
    ABDUCTORS = "abductors"
    ADDUCTORS = "adductors"
    BICEPS = "biceps"
    CALVES = "calves"
    CHEST = "chest"
    FOREARMS = "forearms"
    GLUTES = "glutes"
    HAMSTRINGS = "hamstrings"
    LATS = "lats"
    LOWER_BACK = "lowerBack"
    MIDDLE_BACK = "middleBack"
    NECK = "neck"
    QUADRICEPS = "quadriceps"
    SHOULDERS = "shoulders"
    TRAPS = "traps"
    TRICEPS = "triceps"


class Equipment(StrEnum):
    """The one thing that an exercise can't do without; `body`: nothing, or what a floor, wall, bar or step gives."""

    BODY = "body"
    BARBELL = "barbell"
    DUMBBELL = "dumbbell"
    KETTLEBELL = "kettlebell"
    CABLE = "cable"
    MACHINE = "machine"
    BANDS = "bands"
    EZ_BAR = "ezBar"
    MEDICINE_BALL = "medicineBall"
    EXERCISE_BALL = "exerciseBall"
    FOAM_ROLLER = "foamRoller"
    OTHER = "other"


class Level(StrEnum):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    EXPERT = "expert"


class Category(StrEnum):
    STRENGTH = "strength"
    CARDIO = "cardio"
    STRETCHING = "stretching"
    PLYOMETRICS = "plyometrics"
    POWERLIFTING = "powerlifting"
    OLYMPIC_WEIGHTLIFTING = "olympicWeightlifting"
    STRONGMAN = "strongman"


class Measure(StrEnum):
    """Fields of a set: kilograms, a count, seconds, metres."""

    WEIGHT = "weight"
    REPS = "reps"
    SECONDS = "seconds"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Exercise:
    id: str  # a slug, like bench-press
    name: str
    category: Category
    level: Level
    equipment: Equipment
    primary_muscles: tuple[Muscle, ...]  # one at least
    secondary_muscles: tuple[Muscle, ...]  # none of the primary ones
    measures: tuple[Measure, ...]  # the fields that a client asks for in a set of it
    instructions: tuple[str, ...]  # a sentence a step; imported ones may have none


class Catalogue:
    """Every exercise there is, by id. What was imported may be replaced while the server runs; the own ones stay."""

    def __init__(self, own: Iterable[Exercise], imported: Iterable[Exercise] = ()) -> None:
        self._own = {exercise.id: exercise for exercise in own}
        self._by_id: dict[str, Exercise] = {}
        self._named: list[tuple[str, Exercise]] = []  # by name
        self.take(imported)

    def take(self, imported: Iterable[Exercise]) -> None:
        """In place of all that was imported before. Whoever held an exercise keeps it as it was."""
        self._by_id = {exercise.id: exercise for exercise in imported} | self._own
        in_order = sorted(self._by_id.values(), key=_by_name)
        self._named = [(_beginnings(exercise.name), exercise) for exercise in in_order]

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Exercise]:
        """By name."""
        return (exercise for _, exercise in self._named)

    def __contains__(self, exercise_id: str) -> bool:
        return exercise_id in self._by_id

    def get(self, exercise_id: str) -> Exercise | None:
        return self._by_id.get(exercise_id)

    def find(
        self,
        words: str | None = None,
        *,
        muscle: Muscle | None = None,
        equipment: Equipment | None = None,
        category: Category | None = None,
        level: Level | None = None,
    ) -> list[Exercise]:
        """Those that fit all that is given, by name.

        With `words`, each of which must begin a word of the name (case, hyphens and apostrophes do not count), those
        whose name begins with them come first, the shortest before. With `muscle`, those that train it primarily do.
        """
        sought = None if words is None else _words(words)
        if sought == []:
            return []
        starts = [f" {word}" for word in sought or ()]
        found = [
            (beginnings, exercise)
            for beginnings, exercise in self._named
            if (muscle is None or muscle in exercise.primary_muscles or muscle in exercise.secondary_muscles)
            and (equipment is None or exercise.equipment is equipment)
            and (category is None or exercise.category is category)
            and (level is None or exercise.level is level)
            and all(start in beginnings for start in starts)
        ]
        if sought:
            whole = " " + "".join(sought)
            found.sort(key=lambda each: (not each[0].startswith(whole), len(each[1].name)))
        if muscle is not None:
            found.sort(key=lambda each: muscle not in each[1].primary_muscles)
        return [exercise for _, exercise in found]


def _by_name(exercise: Exercise) -> tuple[str, str]:
    return exercise.name.casefold(), exercise.id


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub("['’]", "", text.casefold()))


def _beginnings(name: str) -> str:
    """The name from each of its words on, run together: " pushup up" is found by push, pushup and up."""
    words = _words(name)
    return "".join(" " + "".join(words[first:]) for first in range(len(words)))
