"""A PostgreSQL of the test's own, beside the server: to stop, to kill, to hold up, to look into."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg

from persistence.embedded import EmbeddedPostgres


@asynccontextmanager
async def machine(home: Path) -> AsyncIterator[tuple[EmbeddedPostgres, str]]:
    """A PostgreSQL with a watcher that starts it again → itself and its URL."""
    postgres = EmbeddedPostgres(home)
    try:
        yield postgres, await postgres.start()
    finally:
        await postgres.stop()


@asynccontextmanager
async def database(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection, as soon as there is a database that answers."""
    async with asyncio.timeout(30):
        while True:
            try:
                connection = await asyncpg.connect(url, timeout=5)
                break
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.02)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def no_commits(url: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """No commit of the server comes to its end while this lasts. What it yields waits until one tries."""
    async with locked(url, "commits") as hanging:
        yield hanging


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Nobody else reads or writes the table while this lasts. What it yields waits until somebody tries."""
    async with database(url) as blocker, database(url) as watcher, blocker.transaction():
        await blocker.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

        async def hanging() -> None:
            async with asyncio.timeout(10):
                while not await watcher.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                    await asyncio.sleep(0.005)

        yield hanging


async def set_game_time(url: str, now: datetime) -> None:
    """The driven clock of a server that is down: when it starts, it is `now`."""
    async with database(url) as connection:
        await connection.execute("UPDATE game_clock SET now = $1", now)
