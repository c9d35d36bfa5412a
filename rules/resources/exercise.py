"""An exercise of the catalogue."""

from typing import NotRequired, TypedDict


class Exercise(TypedDict):
    """`measures` are the fields that a client asks for in a set of it."""

    id: str
    name: str
    category: str
    level: str
    equipment: str
    primaryMuscles: list[str]
    secondaryMuscles: list[str]
    measures: list[str]
    instructions: list[str]


class Exercises(TypedDict):
    """`next` leads to the following page."""

    exercises: list[Exercise]
    next: NotRequired[int]
