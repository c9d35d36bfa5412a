"""`gauntlet verify`: one truth. Rebuilds the read tables from the journal, beside the live ones, and compares.

Everything is read in one repeatable-read transaction, so it can run while the server does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from persistence.kinds import StoredKind
from persistence.tables import TABLES, Rows, Table
from persistence.together import columns_of

_AT_ONCE = 2_000  # rows
_SHOWN = 20  # differences of one table

_JOURNAL = "SELECT kind, id, seq, type, version, payload FROM journal ORDER BY kind, id, seq"
_SNAPSHOT = "SELECT seq, state FROM snapshots WHERE kind = $1 AND id = $2 AND shape = $3"
_STRAY_SNAPSHOTS = """SELECT kind, id FROM snapshots s
WHERE NOT EXISTS (SELECT FROM journal j WHERE j.kind = s.kind AND j.id = s.id) ORDER BY kind, id LIMIT $1"""


@dataclass(slots=True)
class Verdict:
    """`differences`: table → lines, each naming a key and what is wrong with it; empty when all is well."""

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


@dataclass(slots=True)
class _Replayed:
    """An actor on its way through the journal."""

    name: str
    id: Any
    kind: StoredKind
    state: Any
    snapshot: tuple[int, bytes] | None  # seq and state, until the journal has come to it
    seq: int = 0
    readable: bool = True

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


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
        actor: _Replayed | None = None
        async for row in self._connection.cursor(_JOURNAL, prefetch=_AT_ONCE):
            if actor is None or (actor.name, actor.id) != (row["kind"], row["id"]):
                await self._finish(actor)
                actor = await self._begin(row["kind"], row["id"])
            if actor is not None and actor.readable:
                self._replay(actor, row)
                if self._waiting >= _AT_ONCE:
                    await self._flush()
            self._verdict.events += 1
            if self._verdict.events % _AT_ONCE == 0:
                self._progress(self._verdict.events)
        await self._finish(actor)
        await self._flush()
        for row in await self._connection.fetch(_STRAY_SNAPSHOTS, _SHOWN):
            self._differs("snapshots", f"{row['kind']} {row['id']}: of an actor that the journal does not know")
        self._progress(self._verdict.events)

    async def _begin(self, name: str, id: Any) -> _Replayed | None:
        kind = self._kinds.get(name)
        if kind is None:
            self._differs("journal", f"{name} {id}: no such kind of actor")
            return None
        row = await self._connection.fetchrow(_SNAPSHOT, name, id, kind.snapshots.shape)
        return _Replayed(name, id, kind, kind.blank(str(id)), None if row is None else (row["seq"], row["state"]))

    def _replay(self, actor: _Replayed, row: Any) -> None:
        try:
            if row["seq"] != actor.seq + 1:
                raise ValueError(f"events from {actor.seq + 1} to {row['seq'] - 1} are missing")  # noqa: TRY301
            event = actor.kind.events.decode(row["type"], row["version"], row["payload"])
            actor.kind.evolve(actor.state, event)
            self._add_rows_of(actor, event)
        except Exception as error:  # noqa: BLE001 - whatever a bug or a hand has left there, the rest is still looked at
            actor.readable = False
            self._differs("journal", f"{actor}, event {row['seq']} ({row['type']}): {error}")
            return
        actor.seq = row["seq"]
        if actor.snapshot is not None and actor.snapshot[0] == actor.seq:
            self._check_snapshot(actor, actor.snapshot[1])
            actor.snapshot = None

    def _add_rows_of(self, actor: _Replayed, event: Any) -> None:
        if actor.kind.rows_of_event is not None:
            rows = actor.kind.rows_of_event(str(actor.id), event)
            if rows is not None:
                self._add(rows)

    def _check_snapshot(self, actor: _Replayed, stored: bytes) -> None:
        self._verdict.snapshots += 1
        try:
            same = actor.kind.snapshots.decode(stored) == actor.state
        except ValueError:
            same = False
        if not same:
            self._differs("snapshots", f"{actor}: not what the journal says")

    async def _finish(self, actor: _Replayed | None) -> None:
        if actor is None:
            return
        self._verdict.actors += 1
        if not actor.readable:
            return
        if actor.snapshot is not None:
            self._differs("snapshots", f"{actor}: of event {actor.snapshot[0]}, and the journal ends at {actor.seq}")
        rows = actor.kind.rows(str(actor.id), actor.state, actor.kind.everything(actor.state))
        self._add(rows)
        if self._waiting >= _AT_ONCE:
            await self._flush()

    def _add(self, rows: Rows) -> None:
        self._rows.add(rows)
        self._waiting += sum(table.weight * len(rows) for table, rows in rows.upserts.items())

    async def _flush(self) -> None:
        for table, keys in self._rows.deletes.items():
            if keys:
                await self._connection.execute(table.delete("pg_temp"), *columns_of(keys))
        for table, rows in self._rows.upserts.items():
            if rows:
                await self._connection.execute(table.upsert("pg_temp"), *columns_of(rows))
        self._rows, self._waiting = Rows(), 0

    def _differs(self, what: str, line: str) -> None:
        lines = self._verdict.differences.setdefault(what, [])
        if len(lines) < _SHOWN:
            lines.append(line)


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
