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
from persistence.database import AnotherWriter, Writer, columns_of
from persistence.outage import DatabaseDown, outages
from persistence.queries import ACQUIRE_SECONDS
from persistence.tables import Rows

if TYPE_CHECKING:
    from persistence.kinds import StoredKind

log = structlog.get_logger()

_EVENT_COLUMNS = ("kind", "id", "seq", "type", "version", "payload")
_KEYS_IN_MEMORY = 20_000  # per actor; one that has more asks for each

_LOAD_SNAPSHOTS = """
SELECT a.n, s.seq, s.shape, s.state FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS a(kind, id, n)
JOIN snapshots s ON s.kind = a.kind AND s.id = a.id"""
_LOAD_EVENTS = """
SELECT a.n, j.seq, j.type, j.version, j.payload
FROM unnest($1::text[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS a(kind, id, after, n)
JOIN journal j ON j.kind = a.kind AND j.id = a.id AND j.seq > a.after ORDER BY a.n, j.seq"""
_LOAD_KEYS = """
SELECT a.n, k.user_id, k.key FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS a(kind, id, n)
CROSS JOIN LATERAL (SELECT user_id, key FROM idempotency_keys k
                    WHERE k.kind = a.kind AND k.id = a.id LIMIT $3) k"""
_FIRST_REPLY = (
    "SELECT fingerprint, reply FROM idempotency_keys WHERE kind = $1 AND id = $2 AND user_id = $3 AND key = $4"
)
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
        kinds = [address.kind for address in addresses]
        ids = [address.id for address in addresses]
        with outages():
            async with (
                self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                snapshots = {row["n"]: row for row in await connection.fetch(_LOAD_SNAPSHOTS, kinds, ids)}
                states = [self._state(kind, snapshots.get(n)) for n, kind in enumerate(kinds, 1)]
                after = [seq for _, seq in states]
                tails: dict[int, list[Any]] = {}
                for row in await connection.fetch(_LOAD_EVENTS, kinds, ids, after):
                    tails.setdefault(row["n"], []).append(row)
                keys: dict[int, list[tuple[str, str]]] = {}
                for row in await connection.fetch(_LOAD_KEYS, kinds, ids, _KEYS_IN_MEMORY + 1):
                    keys.setdefault(row["n"], []).append((str(row["user_id"]), row["key"]))
        found: list[Any] = []
        for n, address in enumerate(addresses, 1):
            state, seq = states[n - 1]
            kept: list[tuple[str, str]] | None = keys.get(n, [])
            if kept is not None and len(kept) > _KEYS_IN_MEMORY:
                kept = None
            try:
                events = [self._event(address.kind, row) for row in tails.get(n, ())]
            except Exception as error:  # noqa: BLE001 — handed to the supervisor: it concerns one actor only
                found.append(error)
                continue
            found.append(self._recorded(address, state, seq, events, kept))
        return found

    def _state(self, kind: str, row: Any) -> tuple[Any, int]:
        """A snapshot that can't be read is as good as none."""
        if row is None:
            return None, 0
        codec = self._kinds[kind].snapshots
        if row["shape"] != codec.shape:
            return None, 0
        try:
            return codec.decode(row["state"]), row["seq"]
        except ValueError as error:
            log.warning("snapshot unreadable", kind=kind, error=str(error))
            return None, 0

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
                async with connection.transaction():
                    await self._write(connection, prepared)
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

    @staticmethod
    async def _write(connection: asyncpg.Connection, prepared: Prepared) -> None:
        await connection.execute("INSERT INTO commits (id) VALUES ($1)", prepared.id)
        if prepared.events:
            await connection.copy_records_to_table("journal", records=prepared.events, columns=_EVENT_COLUMNS)
        for table, keys in prepared.rows.deletes.items():
            await connection.execute(table.delete(), *columns_of(keys, table.key))
        for table, rows in prepared.rows.upserts.items():
            await connection.execute(table.upsert(), *columns_of(rows, len(table.columns)))
        if prepared.keys:
            await connection.copy_records_to_table(
                "idempotency_keys",
                records=prepared.keys,
                columns=("kind", "id", "user_id", "key", "fingerprint", "reply"),
            )
        if prepared.reminders:
            await connection.execute(_PUT_REMINDERS, *columns_of(prepared.reminders, 4))
        if prepared.forgotten:
            await connection.execute(_DROP_REMINDERS, *columns_of(prepared.forgotten, 3))
        if prepared.snapshots:
            await connection.execute(_PUT_SNAPSHOTS, *columns_of(prepared.snapshots, 5))
        if prepared.dead_letters:
            await connection.copy_records_to_table(
                "dead_letters",
                records=prepared.dead_letters,
                columns=("kind", "id", "type", "message", "error", "at"),
            )
