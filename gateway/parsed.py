"""A command that was made of its data before it was sent."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parsed:
    """Stands for the data of a command where making it takes long, and so was done where nobody waits."""

    command: Any  # an instance of the catalogue's class
    said: Any  # what it was made of: a repeated key must come with the same
