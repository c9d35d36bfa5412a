"""An HTTP side with a fake game behind it, on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes_http import Site, running_site


@pytest.fixture
async def site(database_url: str) -> AsyncIterator[Site]:
    async with running_site(database_url) as site:
        yield site
