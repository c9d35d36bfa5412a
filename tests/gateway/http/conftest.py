"""An HTTP side with a fake game behind it, on a database that is emptied for each test: quicker than a new one."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from tests.conftest import fresh_database
from tests.fakes_http import Site, running_site

TABLES = "accounts, sign_ins, sign_in_failures, users, activities, tracks, days, challenges, participants"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_database(postgres_url: str, migrated: str) -> AsyncIterator[str]:
    async with fresh_database(postgres_url, migrated) as url:
        yield url


@pytest.fixture
async def database_url(shared_database: str) -> str:
    connection = await asyncpg.connect(shared_database)
    await connection.execute(f"TRUNCATE {TABLES}")
    await connection.close()
    return shared_database


@pytest.fixture
async def site(database_url: str) -> AsyncIterator[Site]:
    async with running_site(database_url) as site:
        yield site
