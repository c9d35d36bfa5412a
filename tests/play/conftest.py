"""For the files whose tests share a server: its database, and the cast in front of it. Its clock stands still."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.conftest import fresh_database
from tests.play.cast import START, Cast
from tests.play.running import RunningServer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(postgres_url: str, migrated: str) -> AsyncIterator[str]:
    """Its URL."""
    async with fresh_database(postgres_url, migrated) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(database: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database, {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(server: RunningServer) -> AsyncIterator[Cast]:
    async with Cast(server) as everyone:
        yield everyone
