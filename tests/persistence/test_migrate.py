"""Migrations: each once, in order, all or nothing, and never a changed past."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from persistence.migrate import MigrationError, migrate, read_migrations


@pytest.fixture
async def connection(empty_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_users.sql").write_text("CREATE TABLE users (id int); INSERT INTO users VALUES (1);")
    (tmp_path / "0002_groups.sql").write_text("CREATE TABLE groups (id int);")
    return tmp_path


async def test_every_migration_is_applied_once_and_in_order(connection, folder):
    assert await migrate(connection, folder) == ["0001_users", "0002_groups"]

    assert await migrate(connection, folder) == []
    assert await connection.fetchval("SELECT count(*) FROM users") == 1
    assert await connection.fetch("SELECT number, name FROM migrations ORDER BY number") == [
        (1, "0001_users"),
        (2, "0002_groups"),
    ]


async def test_a_new_file_is_applied_on_top(connection, folder):
    await migrate(connection, folder)
    (folder / "0003_sessions.sql").write_text("CREATE TABLE sessions (id int)")

    assert await migrate(connection, folder) == ["0003_sessions"]


async def test_a_failing_migration_applies_nothing(connection, folder):
    """A release's schema arrives whole or not at all."""
    (folder / "0003_broken.sql").write_text("CREATE TABLE sessions (id int); SELECT * FROM nowhere")

    with pytest.raises(MigrationError, match=r"0003_broken failed.*nowhere"):
        await migrate(connection, folder)

    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


async def test_a_changed_file_is_refused(connection, folder):
    await migrate(connection, folder)
    (folder / "0001_users.sql").write_text("CREATE TABLE users (id bigint)")

    with pytest.raises(MigrationError, match="0001_users has changed since it was applied"):
        await migrate(connection, folder)


async def test_a_database_of_a_newer_version_is_refused(connection, folder):
    await migrate(connection, folder)
    (folder / "0002_groups.sql").unlink()

    with pytest.raises(MigrationError, match="0002_groups, which this version does not know"):
        await migrate(connection, folder)


async def test_a_file_that_comes_too_late_for_its_number_is_refused(connection, folder):
    (folder / "0002_groups.sql").rename(folder / "0003_groups.sql")
    await migrate(connection, folder)
    (folder / "0002_late.sql").write_text("CREATE TABLE late (id int)")

    with pytest.raises(MigrationError, match="0002_late comes before 0003_groups"):
        await migrate(connection, folder)


async def test_two_nodes_that_start_at_once_migrate_once(empty_database_url, folder):
    connections = [await asyncpg.connect(empty_database_url) for _ in range(4)]

    applied = await asyncio.gather(*(migrate(connection, folder) for connection in connections))

    assert sorted(applied) == [[], [], [], ["0001_users", "0002_groups"]]
    for connection in connections:
        await connection.close()


def test_misnamed_files_and_numbers_used_twice_are_refused(folder):
    (folder / "0002_other.sql").write_text("")
    with pytest.raises(MigrationError, match="0002_groups and 0002_other have the same number"):
        read_migrations(folder)

    (folder / "0002_other.sql").rename(folder / "other.sql")
    with pytest.raises(MigrationError, match=r"other\.sql is no name"):
        read_migrations(folder)


async def test_the_files_shipped_make_the_schema(database_url):
    connection = await asyncpg.connect(database_url)

    assert await migrate(connection) == []
    assert await connection.fetchval("SELECT count(*) FROM migrations") == len(read_migrations())
    await connection.close()
