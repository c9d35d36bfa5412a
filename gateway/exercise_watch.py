"""Keeps a running server's catalogue as imports change it."""

from collections.abc import Sequence
from typing import Protocol

import structlog

from rules.exercises import Catalogue, Exercise

log = structlog.get_logger()


class Imported(Protocol):
    """Raises ConnectionError while the database is away."""

    async def mark(self) -> tuple[int, int]:
        """Another one when anything has changed since. Cheap."""

    async def stored(self) -> Sequence[Exercise]:
        """All that was imported."""


class ExerciseWatch:
    def __init__(self, catalogue: Catalogue, imported: Imported) -> None:
        self._catalogue = catalogue
        self._imported = imported
        self._seen: tuple[int, int] | None = None

    async def refresh(self) -> None:
        """Read again where something has changed. Raises ConnectionError while the database is away."""
        mark = await self._imported.mark()  # before the rows: what comes between is read again, never missed
        if mark == self._seen:
            return
        imported = await self._imported.stored()
        self._catalogue.take(imported)
        self._seen = mark
        log.info("exercises", imported=len(imported), all=len(self._catalogue))
