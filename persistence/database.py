"""Connections: a pool for reading, and the one connection that writes the journal.

The writing connection holds an advisory lock for as long as it lives. So a second server on the same database waits, not
ready, until the first is gone; and when the lock goes with a broken connection, it is taken again before the next commit.
"""

import asyncio
from collections.abc import Callable

import asyncpg

from persistence.outage import OUTAGES, DatabaseDown, outages

_WRITER_LOCK = 0x6761756E746C  # "gauntl"
_CONNECT = 5.0  # s
_TIMEOUT = 10.0  # s for any one statement: past that the database counts as away


class AnotherWriter(Exception):
    """Another server holds the journal of this database."""


async def prepare_connection(connection: asyncpg.Connection) -> None:
    # jsonb travels as its own text: payloads are encoded and decoded by the codecs, once
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_jsonb, decoder=_decode_jsonb, format="binary"
    )


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """Nothing here changes a session beyond its transaction; the default would be a round trip for every query."""


def _encode_jsonb(text: bytes) -> bytes:
    return b"\x01" + text


def _decode_jsonb(data: bytes) -> str:
    return bytes(data[1:]).decode()


async def open_pool(url: str, size: int = 8) -> "asyncpg.Pool[asyncpg.Record]":
    """Connections for reads, each made when it is first needed."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        init=prepare_connection,
        reset=_leave_as_it_is,
        timeout=_CONNECT,
        command_timeout=_TIMEOUT,
    )


class Writer:
    """The writing connection: opened when needed, dropped when broken."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    async def connection(self) -> asyncpg.Connection:
        """Open, and holding the lock. Raises DatabaseDown or AnotherWriter."""
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        with outages():
            connection = await asyncpg.connect(self._url, timeout=_CONNECT, command_timeout=_TIMEOUT)
            try:
                await prepare_connection(connection)
                locked = await connection.fetchval("SELECT pg_try_advisory_lock($1)", _WRITER_LOCK)
            except BaseException:
                connection.terminate()
                raise
            if not locked:
                await connection.close()
                raise AnotherWriter("another server is writing to this database")
        self._connection = connection
        return connection

    async def wait_for_turn(
        self, *, on_wait: Callable[[Exception], None], every: float = 0.1, patience: float = 30.0
    ) -> asyncpg.Connection:
        """Like `connection`, but waits for another server to stop, and `patience` seconds for the database to come up.

        `on_wait` is told once of what it waits for.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        waiting: type[Exception] | None = None
        while True:
            try:
                return await self.connection()
            except (AnotherWriter, DatabaseDown) as problem:
                if isinstance(problem, AnotherWriter):
                    until = loop.time() + patience
                elif loop.time() > until:
                    raise
                if waiting is not type(problem):
                    waiting = type(problem)
                    on_wait(problem)
            await asyncio.sleep(every)

    def drop(self) -> None:
        """The connection is broken: forget it."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                await connection.close(timeout=2)
            except OUTAGES:
                connection.terminate()
