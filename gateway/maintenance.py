"""What an operator does to a database from the command line. Each returns an exit code: 0 when all is well."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
import uvloop

from gateway.exercise_import import MAX_BYTES, ImportProblem, read_exercises
from gateway.rule_file import as_if, read_book, read_rules
from gateway.rule_preview import Preview
from persistence.database import prepare_connection
from persistence.embedded import EmbeddedPostgres, running_url
from persistence.exercises import keep
from persistence.kinds import stored_kinds
from persistence.migrate import migrate as run_migrations
from persistence.preview import users_by
from persistence.verify import verify as run_verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from gateway.settings import Settings


_PROBLEMS_SHOWN = 50


def migrate(settings: Settings) -> int:
    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        for name in await run_migrations(connection):
            print(f"applied {name}")
        return 0

    return uvloop.run(_on_database(settings, run))


def verify(settings: Settings) -> int:
    """0 when the read tables equal what the journal says, else 1."""

    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        kinds = stored_kinds(read_book(settings.rules).newest)
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


def import_exercises(settings: Settings, file: Path) -> int:
    """0 when exercises of the file are in the database, 1 when none could be read, 2 when it is no such file."""
    try:
        with file.open("rb") as opened:
            given = read_exercises(opened.read(MAX_BYTES + 1))
    except (OSError, ImportProblem) as problem:
        print(f"gauntlet import: {file}: {getattr(problem, 'strerror', problem)}", file=sys.stderr)
        return 2
    for line in given.problems[:_PROBLEMS_SHOWN]:
        print(line, file=sys.stderr)
    if len(given.problems) > _PROBLEMS_SHOWN:
        print(f"… and {len(given.problems) - _PROBLEMS_SHOWN:,} more", file=sys.stderr)
    records = len(given.exercises) + len(given.problems)
    print(f"{records:,} records read, {len(given.problems):,} of them skipped")
    if not given.exercises:
        return 1

    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        await run_migrations(connection)  # it may be imported into a new database
        kept = await keep(connection, given.exercises, file.name)
        print(
            f"{len(given.exercises):,} exercises: {kept.new:,} new, {kept.changed:,} changed, {kept.unchanged:,} unchanged"
        )
        return 0

    return uvloop.run(_on_database(settings, run))


def preview_rules(settings: Settings, file: Path, since: datetime, document: Path | None) -> int:
    """What the rule set of a file would have given from `since` on. 0 when done, 1 for no rule set, 2 for no such file."""
    try:
        rules = read_rules(file)
    except OSError as problem:
        print(f"gauntlet rules: {file}: {problem.strerror}", file=sys.stderr)
        return 2
    book = read_book(settings.rules)
    now, then = stored_kinds(book.newest)["user"], stored_kinds(as_if(book, rules, since).newest)["user"]

    preview = Preview()

    async def run(connection: asyncpg.Connection[asyncpg.Record]) -> int:
        async for both in users_by(connection, now, then):
            preview.add(both.before, both.after)
            if sys.stdout.isatty():
                print(f"{preview.users:,} users", end="\r", flush=True)
        return 0

    uvloop.run(_on_database(settings, run))
    print(f"{file} (version {rules.version}), as if in force since {since:%Y-%m-%d}:")
    for line in preview.lines():
        print(line)
    if document is not None:
        document.write_bytes(orjson.dumps(preview.document(), option=orjson.OPT_INDENT_2))
    return 0


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
