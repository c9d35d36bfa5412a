"""A real PostgreSQL for every test that wants one: one server a worker, one fresh database a test."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from persistence.embedded import EmbeddedPostgres
from persistence.migrate import migrate

TEMPLATE = "migrated"


@contextmanager
def fresh_home() -> Iterator[Path]:
    """A folder for GAUNTLET_HOME that the database's user can reach, also when the tests run as root."""
    home = Path(tempfile.mkdtemp(prefix="gauntlet-test-", dir="/tmp"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home)


def named(server_url: str, database: str) -> str:
    """The same server's URL for another database."""
    return server_url.replace("@/gauntlet?", f"@/{database}?")


@asynccontextmanager
async def fresh_database(server_url: str, template: str) -> AsyncIterator[str]:
    """→ the URL of a database that is gone afterwards, whoever is still connected."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield named(server_url, name)
        finally:
            await _drop(connection, name)
    finally:
        await connection.close()


async def _drop(connection: asyncpg.Connection, name: str) -> None:
    """However busy it is. The server's own vacuum workers can't be sent away by us, but they are soon done."""
    for _ in range(100):
        try:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        except (asyncpg.InsufficientPrivilegeError, asyncpg.ObjectInUseError):
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError(f"{name} can't be dropped: somebody has been connected to it for 10 s")


@pytest.fixture
def home() -> Iterator[Path]:
    with fresh_home() as folder:
        yield folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_url() -> AsyncIterator[str]:
    """The URL of this worker's server; its own database is empty."""
    with fresh_home() as folder:
        postgres = EmbeddedPostgres(folder)
        url = await postgres.start()
        try:
            yield url
        finally:
            await postgres.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(postgres_url: str) -> str:
    """The name of a database with the whole schema, to make others from."""
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await connection.close()
    connection = await asyncpg.connect(named(postgres_url, TEMPLATE))
    await migrate(connection)
    await connection.close()
    return TEMPLATE


@pytest.fixture
async def database_url(postgres_url: str, migrated: str) -> AsyncIterator[str]:
    """A fresh database with the whole schema and no rows."""
    async with fresh_database(postgres_url, migrated) as url:
        yield url


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    """A fresh database without a schema."""
    async with fresh_database(postgres_url, "template1") as url:
        yield url
