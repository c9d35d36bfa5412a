"""Imported exercises: kept by `gauntlet import exercises`, read by a server at its start and whenever they changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
import structlog

from persistence.queries import Queries, Row
from rules.exercises import Category, Equipment, Exercise, Level, Measure, Muscle

log = structlog.get_logger()

Mark: TypeAlias = tuple[int, int]

_FIELDS = (
    *("id", "name", "category", "level", "equipment"),
    *("primary_muscles", "secondary_muscles", "measures", "instructions"),
)
_NAMES = ", ".join(_FIELDS)


@dataclass(frozen=True, slots=True)
class Kept:
    """What an import came to."""

    new: int
    changed: int
    unchanged: int


async def keep(connection: "asyncpg.Connection[Row]", exercises: Iterable[Exercise], source: str) -> Kept:
    """All of them or none. One that is there already is overwritten where it differs; nothing is ever deleted."""
    rows = [_row(exercise) for exercise in exercises]
    async with connection.transaction():
        # one import after the other, so that `change` grows in the order of commits; servers read on
        await connection.execute("LOCK TABLE exercises IN SHARE ROW EXCLUSIVE MODE")
        await connection.execute(_INCOMING)
        await connection.copy_records_to_table("incoming", schema_name="pg_temp", records=rows, columns=_FIELDS)
        written = await connection.fetch(_UPSERT, source)
    new = sum(row["new"] for row in written)
    return Kept(new, len(written) - new, len(rows) - len(written))


class Exercises:
    """Raises DatabaseDown where the database is away."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def mark(self) -> Mark:
        """Another one when anything has changed since. Cheap."""
        row = await self._queries.fetchrow("SELECT count(*) AS rows, coalesce(max(change), 0) AS change FROM exercises")
        assert row is not None
        return row["rows"], row["change"]

    async def stored(self) -> list[Exercise]:
        """All that was imported. A row that says nothing to this version is left out, and logged."""
        exercises: list[Exercise] = []
        for row in await self._queries.fetch(f"SELECT {_NAMES} FROM exercises ORDER BY id"):  # noqa: S608 - a constant
            try:
                exercises.append(_exercise(row))
            except ValueError as problem:
                log.warning("exercise left out", exercise=row["id"], problem=str(problem))
        return exercises


_INCOMING = f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {_NAMES} FROM exercises WITH NO DATA"  # noqa: S608
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in _FIELDS[1:])
_OLD, _NEW = (", ".join(f"{of}.{name}" for name in _FIELDS[1:]) for of in ("e", "excluded"))
_UPSERT = f"""INSERT INTO exercises AS e ({_NAMES}, source) SELECT {_NAMES}, $1 FROM incoming ORDER BY id
    ON CONFLICT (id) DO UPDATE SET {_CHANGED}, source = excluded.source, change = excluded.change
    WHERE ({_OLD}) IS DISTINCT FROM ({_NEW})
    RETURNING (xmax = 0) AS new"""  # noqa: S608 - constants


def _row(exercise: Exercise) -> tuple[Any, ...]:
    return tuple(getattr(exercise, name) for name in _FIELDS)


def _exercise(row: Row) -> Exercise:
    """Raises ValueError for a word that is not in the vocabulary."""
    return Exercise(
        id=row["id"],
        name=row["name"],
        category=Category(row["category"]),
        level=Level(row["level"]),
        equipment=Equipment(row["equipment"]),
        primary_muscles=tuple(map(Muscle, row["primary_muscles"])),
        secondary_muscles=tuple(map(Muscle, row["secondary_muscles"])),
        measures=tuple(map(Measure, row["measures"])),
        instructions=tuple(row["instructions"]),
    )
