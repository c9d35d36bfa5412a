"""Queries on a pool, each bounded in time, with one error for a database that does not answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolAcquireContext, PoolConnectionProxy

from persistence.outage import outages

Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = "PoolConnectionProxy[Row]"

ACQUIRE_SECONDS = 5.0
QUERY_SECONDS = 10.0


class Queries:
    """The four calls of asyncpg on a pool. Every one may raise DatabaseDown."""

    def __init__(self, pool: "asyncpg.Pool[Row]") -> None:
        self._pool = pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """For several statements in one transaction."""
        with outages():
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection, connection.transaction():
                yield connection

    def _one(self) -> "PoolAcquireContext[Row]":
        return self._pool.acquire(timeout=ACQUIRE_SECONDS)

    async def fetch(self, query: str, *values: object) -> list[Row]:
        with outages():
            async with self._one() as connection:
                return await connection.fetch(query, *values, timeout=QUERY_SECONDS)

    async def fetchrow(self, query: str, *values: object) -> Row | None:
        with outages():
            async with self._one() as connection:
                return await connection.fetchrow(query, *values, timeout=QUERY_SECONDS)

    async def fetchval(self, query: str, *values: object) -> Any:
        with outages():
            async with self._one() as connection:
                return await connection.fetchval(query, *values, timeout=QUERY_SECONDS)

    async def execute(self, query: str, *values: object) -> str:
        with outages():
            async with self._one() as connection:
                return await connection.execute(query, *values, timeout=QUERY_SECONDS)
