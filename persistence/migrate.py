"""The schema, as the sum of numbered SQL files that are never changed once they are out.

migrations/0001_journal.sql, 0002_read_tables.sql, …   applied in order, each once, all pending ones or none
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK = 0x6761756E746C6574  # "gauntlet": two nodes that start at once migrate one after the other

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\Z")


class MigrationError(Exception):
    """The files and the database do not belong together. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """In order. Raises MigrationError for a misnamed file or a number used twice."""
    migrations: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.match(path.stem)
        if match is None:
            raise MigrationError(f"{path.name} is no name for a migration: use 0007_what_it_does.sql")
        number = int(match[1])
        if number in migrations:
            raise MigrationError(
                f"{migrations[number].name} and {path.stem} have the same number: renumber the newer one"
            )
        migrations[number] = Migration(number, path.stem, path.read_text(encoding="utf-8"))
    return list(migrations.values())


async def migrate(connection: "asyncpg.Connection[asyncpg.Record]", folder: Path = MIGRATIONS) -> list[str]:
    """Brings the schema up to date in one transaction. → the names applied now. Raises MigrationError."""
    migrations = read_migrations(folder)
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations ("
            "number int PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL)"
        )
        rows = await connection.fetch("SELECT number, name, sha256 FROM migrations")
        pending = _pending(migrations, {row["number"]: (row["name"], row["sha256"]) for row in rows})
        for migration in pending:
            try:
                await connection.execute(migration.sql)
            except asyncpg.PostgresError as error:
                raise MigrationError(f"{migration.name} failed, nothing was applied: {error}") from error
            await connection.execute(
                "INSERT INTO migrations VALUES ($1, $2, $3, now())", migration.number, migration.name, migration.sha256
            )
    return [migration.name for migration in pending]


def _pending(migrations: list[Migration], applied: Mapping[int, tuple[str, str]]) -> list[Migration]:
    """What is not applied yet. Raises MigrationError unless the applied ones are the first of the files, unchanged."""
    files = {migration.number: migration for migration in migrations}
    for number, (name, sha256) in sorted(applied.items()):
        if number not in files:
            raise MigrationError(
                f"The database has had migration {name}, which this version does not know: "
                "it was used by a newer one. Run that version, or restore a backup from before it."
            )
        if files[number].sha256 != sha256:
            raise MigrationError(
                f"Migration {files[number].name} has changed since it was applied (as {name}): "
                "put its file back as it was, and write the change as a new migration."
            )
    pending = [migration for migration in migrations if migration.number not in applied]
    if pending and applied and pending[0].number < max(applied):
        raise MigrationError(
            f"Migration {pending[0].name} comes before {applied[max(applied)][0]}, which is applied already: "
            "give it the next free number."
        )
    return pending
