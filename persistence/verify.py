"""`gauntlet verify`: one truth. Rebuilds the read tables from the journal, beside the live ones, and compares.

Everything is read in one repeatable-read transaction, so it can run while the server does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from persistence.database import columns_of
from persistence.kinds import StoredKind
from persistence.tables import TABLES, Rows, Table

_AT_ONCE = 2_000  # rows
_SHOWN = 20  # differences of one table

_JOURNAL = "SELECT kind, id, seq, type, version, payload FROM journal ORDER BY kind, id, seq"


@dataclass(slots=True)
class Verdict:
    """`differences`: table → lines, each naming a key and which side has what; empty when all is well."""

    actors: int = 0
    events: int = 0
    snapshots: int = 0
    differences: dict[str, list[str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.differences


async def verify(
    connection: asyncpg.Connection, kinds: Mapping[str, StoredKind], progress: Callable[[int], None]
) -> Verdict:
    """`progress` is told of the number of events read so far."""
    verdict = Verdict()
    async with connection.transaction(isolation="repeatable_read"):
        for table in TABLES:
            await connection.execute(
                f"CREATE TEMP TABLE {table.name} (LIKE public.{table.name} INCLUDING ALL) ON COMMIT DROP"
            )
        await _Rebuild(connection, kinds, verdict, progress).run()
        for table in TABLES:
            found = await _compare(connection, table)
            if found:
                verdict.differences[table.name] = found
    return verdict


class _Rebuild:
    def __init__(
        self,
        connection: asyncpg.Connection,
        kinds: Mapping[str, StoredKind],
        verdict: Verdict,
        progress: Callable[[int], None],
    ) -> None:
        self._connection = connection
        self._kinds = kinds
        self._verdict = verdict
        self._progress = progress
        self._rows = Rows()
        self._waiting = 0

    async def run(self) -> None:
        actor: tuple[str, Any] | None = None
        state: Any = None
        snapshot: Any = None
        async for row in self._connection.cursor(_JOURNAL, prefetch=_AT_ONCE):
            kind = self._kinds[row["kind"]]
            if (row["kind"], row["id"]) != actor:
                await self._finish(actor, state)
                actor, state = (row["kind"], row["id"]), kind.blank(str(row["id"]))
                snapshot = await self._snapshot(kind, *actor)
            kind.evolve(state, kind.events.decode(row["type"], row["version"], row["payload"]))
            if snapshot is not None and snapshot[0] == row["seq"]:
                self._check_snapshot(kind, actor, state, snapshot[1])
            self._verdict.events += 1
            if self._verdict.events % _AT_ONCE == 0:
                self._progress(self._verdict.events)
        await self._finish(actor, state)
        await self._flush()
        self._progress(self._verdict.events)

    async def _snapshot(self, kind: StoredKind, name: str, id: Any) -> tuple[int, bytes] | None:
        row = await self._connection.fetchrow(
            "SELECT seq, state FROM snapshots WHERE kind = $1 AND id = $2 AND shape = $3",
            name,
            id,
            kind.snapshots.shape,
        )
        return None if row is None else (row["seq"], row["state"])

    def _check_snapshot(self, kind: StoredKind, actor: tuple[str, Any] | None, state: Any, stored: bytes) -> None:
        self._verdict.snapshots += 1
        if kind.snapshots.decode(stored) != state:
            self._verdict.differences.setdefault("snapshots", []).append(f"{actor}: not what the journal says")

    async def _finish(self, actor: tuple[str, Any] | None, state: Any) -> None:
        if actor is None:
            return
        kind = self._kinds[actor[0]]
        self._verdict.actors += 1
        rows = kind.rows(str(actor[1]), state, kind.everything(state))
        self._rows.add(rows)
        self._waiting += sum(map(len, rows.upserts.values()))
        if self._waiting >= _AT_ONCE:
            await self._flush()

    async def _flush(self) -> None:
        for table, rows in self._rows.upserts.items():
            await self._connection.execute(table.upsert("pg_temp"), *columns_of(rows, len(table.columns)))
        self._rows, self._waiting = Rows(), 0


async def _compare(connection: asyncpg.Connection, table: Table) -> list[str]:
    live, rebuilt = f"public.{table.name}", f"pg_temp.{table.name}"
    key = ", ".join(table.names[: table.key])
    columns = ", ".join(table.names)
    query = (
        f"SELECT {key}, 'live has what the journal does not say' AS side FROM "  # noqa: S608 — own names
        f"(SELECT {columns} FROM {live} EXCEPT SELECT {columns} FROM {rebuilt}) a "
        f"UNION ALL SELECT {key}, 'live lacks what the journal says' FROM "
        f"(SELECT {columns} FROM {rebuilt} EXCEPT SELECT {columns} FROM {live}) b ORDER BY 1 LIMIT {_SHOWN}"
    )
    return [", ".join(str(value) for value in row.values()) for row in await connection.fetch(query)]
