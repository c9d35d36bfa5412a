"""Rows by id that many ask for at once: each gets its own, and they share queries."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

import asyncpg
import pytest

from persistence import gathered as module
from persistence.gathered import Gathered
from persistence.outage import DatabaseDown
from persistence.queries import Queries

# says in which transaction a row was read; knows no id that ends with 0
QUERY = "SELECT id, txid_current() AS read_in FROM unnest($1::uuid[]) AS id WHERE id::text NOT LIKE '%0'"


def id_of(n: int) -> str:
    return str(UUID(int=n))


@pytest.fixture
async def pool(database_url: str) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        yield pool


@pytest.fixture
def rows(pool: "asyncpg.Pool[asyncpg.Record]") -> Gathered:
    return Gathered(Queries(pool), QUERY)


async def test_everybody_gets_the_row_they_asked_for(rows: Gathered) -> None:
    found = await asyncio.gather(*(rows.row(id_of(n)) for n in (7, 16, 3, 7)))

    assert [str(row["id"]) if row else None for row in found] == [id_of(7), None, id_of(3), id_of(7)]


async def test_those_who_ask_at_once_share_a_query(rows: Gathered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)

    found = await asyncio.gather(*(rows.row(id_of(n)) for n in range(1, 8)))
    later = await rows.row(id_of(1))

    read_in = [row["read_in"] for row in found if row]
    assert [read_in.count(each) for each in dict.fromkeys(read_in)] == [3, 3, 1]
    assert later is not None
    assert later["read_in"] not in read_in, "an answer is never older than its question"


async def test_who_asks_while_a_query_is_under_way_is_answered_by_the_next(
    rows: Gathered, pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    async with pool.acquire(), pool.acquire():  # so that the first query has to wait
        first = asyncio.create_task(rows.row(id_of(1)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        second = asyncio.create_task(rows.row(id_of(2)))
        await asyncio.sleep(0)

    one, other = await first, await second
    assert one is not None
    assert other is not None
    assert one["read_in"] != other["read_in"]


async def test_who_gives_up_takes_nobody_along(rows: Gathered) -> None:
    gone, stays = asyncio.create_task(rows.row(id_of(1))), asyncio.create_task(rows.row(id_of(2)))
    await asyncio.sleep(0)
    gone.cancel()

    found = await stays
    with suppress(asyncio.CancelledError):
        await gone
    assert found is not None
    assert gone.cancelled()


async def test_a_database_that_is_away_is_told_to_all_and_asked_again_by_the_next() -> None:
    pool = await asyncpg.create_pool("postgresql://nobody@127.0.0.1:9/none", min_size=0)
    rows = Gathered(Queries(pool), QUERY)

    told = await asyncio.gather(*(rows.row(id_of(n)) for n in (1, 2)), return_exceptions=True)
    assert [type(each) for each in told] == [DatabaseDown, DatabaseDown]
    with pytest.raises(DatabaseDown):
        await rows.row(id_of(3))
