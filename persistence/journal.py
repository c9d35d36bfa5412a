"""The journal: batches in, actors out. Fits `actors.ports.Journal` by shape.

A batch is one transaction: events, the read-table rows that they change, idempotency keys, reminders, snapshots and dead
letters. `prepare` encodes it while the states are what the batch says; `commit` may then be tried again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import orjson
import structlog

from persistence.codec import dump, version_of
from persistence.database import AnotherWriter, Writer
from persistence.outage import DatabaseDown, outages
from persistence.queries import ACQUIRE_SECONDS
from persistence.tables import Rows, Table
from persistence.together import Together

if TYPE_CHECKING:
    from persistence.kinds import StoredKind

log = structlog.get_logger()

_KEYS_IN_MEMORY = 20_000  # per actor; one that has more asks for each

# one statement, so that all of it is of one moment; a snapshot of another shape is as good as none
_LOAD = """
WITH asked AS (
    SELECT a.n, a.kind, a.id, s.seq, s.state
    FROM unnest($1::text[], $2::uuid[], $3::text[]) WITH ORDINALITY AS a(kind, id, shape, n)
    LEFT JOIN snapshots s ON s.kind = a.kind AND s.id = a.id AND s.shape = a.shape)
SELECT n, seq, state, NULL AS type, NULL::smallint AS version, NULL::jsonb AS payload, NULL::uuid AS user_id, NULL AS key
FROM asked WHERE state IS NOT NULL
UNION ALL
SELECT n, j.seq, NULL, j.type, j.version, j.payload, NULL, NULL
FROM asked JOIN journal j ON j.kind = asked.kind AND j.id = asked.id AND j.seq > coalesce(asked.seq, 0)
UNION ALL
SELECT n, NULL, NULL, NULL, NULL, NULL, k.user_id, k.key
FROM asked CROSS JOIN LATERAL (SELECT user_id, key FROM idempotency_keys k
                               WHERE k.kind = asked.kind AND k.id = asked.id LIMIT $4) k
ORDER BY n, seq"""
_NO_SHAPE = ""
_FIRST_REPLY = (
    "SELECT fingerprint, reply FROM idempotency_keys WHERE kind = $1 AND id = $2 AND user_id = $3 AND key = $4"
)
_PUT_EVENTS = """
INSERT INTO journal (kind, id, seq, type, version, payload)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::smallint[], $6::jsonb[])"""
_PUT_KEYS = """
INSERT INTO idempotency_keys (kind, id, user_id, key, fingerprint, reply)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[])"""
_PUT_DEAD_LETTERS = """
INSERT INTO dead_letters (kind, id, type, message, error, at)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[])"""
_PUT_REMINDERS = """
INSERT INTO reminders (kind, id, name, due) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamptz[])
ON CONFLICT (kind, id, name) DO UPDATE SET due = excluded.due"""
_DROP_REMINDERS = """
DELETE FROM reminders WHERE (kind, id, name) IN (SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[]))"""
_PUT_SNAPSHOTS = """
INSERT INTO snapshots (kind, id, seq, shape, state)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::bytea[])
ON CONFLICT (kind, id) DO UPDATE
SET seq = excluded.seq, shape = excluded.shape, state = excluded.state, recorded_at = now()"""

T = TypeVar("T")


@dataclass(slots=True)
class Prepared:
    """A batch as rows."""

    id: UUID
    events: list[tuple[Any, ...]] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)
    keys: list[tuple[Any, ...]] = field(default_factory=list)
    reminders: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    forgotten: list[tuple[str, str, str]] = field(default_factory=list)
    snapshots: list[tuple[Any, ...]] = field(default_factory=list)
    dead_letters: list[tuple[Any, ...]] = field(default_factory=list)
    tried: bool = False  # a try whose answer was lost may have committed


@dataclass(slots=True)
class _Stored:
    """An actor's rows."""

    snapshot: Any = None
    events: list[Any] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)


class _Torn:
    """In place of what can't be read with its snapshot, and so has to be read without."""


class Journal:
    def __init__(
        self,
        *,
        pool: asyncpg.Pool[asyncpg.Record],
        writer: Writer,
        kinds: Mapping[str, StoredKind],
        recorded: Callable[..., T],
        fenced: type[Exception],
    ) -> None:
        """`recorded` makes the port's `Recorded` of (address, state, snapshot_seq, events, keys); `fenced` is its error."""
        self._pool = pool
        self._writer = writer
        self._kinds = kinds
        self._recorded = recorded
        self._fenced = fenced

    # --- reading ---

    async def load(self, addresses: Sequence[Any]) -> Sequence[Any]:
        shapes = [self._kinds[address.kind].snapshots.shape for address in addresses]
        found = await self._load(addresses, shapes)
        torn = [n for n, recorded in enumerate(found) if isinstance(recorded, _Torn)]
        if torn:
            whole = await self._load([addresses[n] for n in torn], [_NO_SHAPE] * len(torn))
            for n, recorded in zip(torn, whole, strict=True):
                found[n] = recorded
        return found

    async def _load(self, addresses: Sequence[Any], shapes: Sequence[str]) -> list[Any]:
        """With the snapshots that are of these shapes."""
        kinds = [address.kind for address in addresses]
        ids = [address.id for address in addresses]
        with outages():
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                rows = await connection.fetch(_LOAD, kinds, ids, shapes, _KEYS_IN_MEMORY + 1)
        stored = [_Stored() for _ in addresses]
        for row in rows:
            of = stored[row["n"] - 1]
            if row["key"] is not None:
                of.keys.append((str(row["user_id"]), row["key"]))
            elif row["type"] is not None:
                of.events.append(row)
            else:
                of.snapshot = row
        return [self._recorded_of(address, each) for address, each in zip(addresses, stored, strict=True)]

    def _recorded_of(self, address: Any, stored: _Stored) -> Any:
        """The port's `Recorded`, or what is wrong with it: it concerns one actor only."""
        state, seq = None, 0
        if stored.snapshot is not None:
            seq = stored.snapshot["seq"]
            try:
                state = self._kinds[address.kind].snapshots.decode(stored.snapshot["state"])
            except ValueError as error:
                log.warning("snapshot unreadable", kind=address.kind, error=str(error))
                return _Torn()
        try:
            events = [self._event(address.kind, row) for row in stored.events]
        except Exception as error:  # noqa: BLE001 — handed to the supervisor
            return error
        keys = stored.keys if len(stored.keys) <= _KEYS_IN_MEMORY else None
        return self._recorded(address, state, seq, events, keys)

    def _event(self, kind: str, row: Any) -> Any:
        return self._kinds[kind].events.decode(row["type"], row["version"], row["payload"])

    async def first_reply(self, address: Any, user_id: str, key: str) -> tuple[str, Any] | None:
        with outages():
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                row = await connection.fetchrow(_FIRST_REPLY, address.kind, address.id, user_id, key)
        return None if row is None else (row["fingerprint"], orjson.loads(row["reply"]))

    # --- writing ---

    def prepare(self, batch: Any) -> Prepared:
        prepared = Prepared(uuid4())
        for change in batch.changes:
            self._prepare_change(prepared, change)
        for address, key, reply in batch.keys:
            prepared.keys.append((address.kind, address.id, key.user_id, key.key, key.fingerprint, orjson.dumps(reply)))
        for letter in batch.dead_letters:
            prepared.dead_letters.append(
                (*letter.address, type(letter.message).__name__, dump(letter.message), letter.error, letter.at)
            )
        return prepared

    def _prepare_change(self, prepared: Prepared, change: Any) -> None:
        kind, id = change.address
        stored = self._kinds[kind]
        for seq, event in enumerate(change.events, change.first_seq):
            event_type = type(event)
            prepared.events.append((kind, id, seq, event_type.__name__, version_of(event_type), dump(event)))
            if stored.rows_of_event is not None and (rows := stored.rows_of_event(id, event)) is not None:
                prepared.rows.add(rows)
        if change.touched:
            try:
                prepared.rows.add(stored.rows(id, change.state, frozenset(change.touched)))
            except Exception:  # a bug in one actor's rows must not keep the others from committing
                log.exception("read table rows", kind=kind, id=id)
        for remind in change.reminders.values():
            if remind.due is None:
                prepared.forgotten.append((kind, id, remind.name))
            else:
                prepared.reminders.append((kind, id, remind.name, remind.due))
        if change.snapshot:
            try:
                state = dump(change.state)
            except TypeError:  # a bug, but a snapshot is never needed
                log.exception("snapshot", kind=kind, id=id)
                return
            change.snapshot_bytes = len(state)
            seq = change.first_seq + len(change.events) - 1
            prepared.snapshots.append((kind, id, seq, stored.snapshots.shape, state))

    async def commit(self, prepared: Prepared) -> None:
        try:
            with outages():
                connection = await self._writer.connection()
                if prepared.tried and await connection.fetchval("SELECT true FROM commits WHERE id = $1", prepared.id):
                    return
                prepared.tried = True
                together = _statement(prepared)
                await connection.execute(together.statement, *together.values)
        except asyncpg.UniqueViolationError as error:
            if error.table_name == "journal":
                raise self._fenced(str(error)) from error
            raise
        except AnotherWriter as error:
            # our own broken session may hold the lock for a moment: only the primary key says that we were overtaken
            raise DatabaseDown(str(error)) from error
        except DatabaseDown:
            self._writer.drop()
            raise


def _statement(prepared: Prepared) -> Together:
    """All of a batch. Tables in the order of their names, so that PostgreSQL sees few different statements."""
    together = Together()
    together.add("INSERT INTO commits (id) VALUES ($1)", prepared.id)
    together.add_rows(_PUT_EVENTS, prepared.events)
    for table, keys in sorted(prepared.rows.deletes.items(), key=_by_name):
        together.add_rows(table.delete(), keys)
    for table, rows in sorted(prepared.rows.upserts.items(), key=_by_name):
        together.add_rows(table.upsert(), rows)
    together.add_rows(_PUT_KEYS, prepared.keys)
    together.add_rows(_PUT_REMINDERS, prepared.reminders)
    together.add_rows(_DROP_REMINDERS, prepared.forgotten)
    together.add_rows(_PUT_SNAPSHOTS, prepared.snapshots)
    together.add_rows(_PUT_DEAD_LETTERS, prepared.dead_letters)
    return together


def _by_name(item: tuple[Table, Any]) -> str:
    return item[0].name
