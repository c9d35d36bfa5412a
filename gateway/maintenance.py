"""What an operator does to a database from the command line. Each returns an exit code: 0 when all is well."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import asyncpg
import uvloop

from gateway.rule_file import read_rules
from persistence.database import prepare_connection
from persistence.embedded import EmbeddedPostgres, running_url
from persistence.kinds import stored_kinds
from persistence.migrate import migrate as run_migrations
from persistence.verify import verify as run_verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.settings import Settings


def migrate(settings: Settings) -> int:
    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        for name in await run_migrations(connection):
            print(f"applied {name}")
        return 0

    return uvloop.run(_on_database(settings, run))


def verify(settings: Settings) -> int:
    """0 when the read tables equal what the journal says, else 1."""

    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        kinds = stored_kinds(read_rules(settings.rules))
        verdict = await run_verify(connection, kinds, _show_progress)
        print(f"{verdict.events:,} events of {verdict.actors:,} actors, {verdict.snapshots:,} snapshots")
        for table, lines in verdict.differences.items():
            print(f"{table} differs:")
            for line in lines:
                print(f"  {line}")
        print("The read tables equal the journal." if verdict.ok else "The read tables are wrong: see above.")
        return 0 if verdict.ok else 1

    return uvloop.run(_on_database(settings, run))


def _show_progress(events: int) -> None:
    if sys.stdout.isatty():
        print(f"{events:,} events", end="\r", flush=True)


def grant(settings: Settings, who: str, role: str) -> int:
    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        granted = await connection.fetchval(
            "UPDATE accounts SET role = $2 WHERE lower(username) = lower($1) OR email = lower($1) RETURNING username",
            who,
            role,
        )
        print(f"{granted} is now {role}" if granted else f"no account is called {who}")
        return 0 if granted else 1

    return uvloop.run(_on_database(settings, run))


async def _on_database(settings: Settings, work: Callable[[Any], Any]) -> int:
    """Run `work(connection)` on the configured database; an embedded one is started unless a server runs it."""
    url = settings.database_url or running_url(settings.home)
    embedded = EmbeddedPostgres(settings.home)
    try:
        connection = await asyncpg.connect(url or await embedded.start())
        await prepare_connection(connection)
        try:
            return int(await work(connection))
        finally:
            await connection.close()
    finally:
        await embedded.stop()
