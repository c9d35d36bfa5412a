"""The counter of tests/actors as something that is stored, and the journal's port in front of a real database."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg

from actors.messages import Address
from actors.ports import ActorChange, Batch, Fenced, Recorded
from persistence.codec import EventCodec, SnapshotCodec
from persistence.database import Writer, open_pool
from persistence.journal import Journal
from persistence.kinds import StoredKind
from persistence.queries import Queries
from persistence.store import Store
from persistence.tables import Rows, Table
from tests.actors.counter import EVENTS, Count, Counted, CounterActor

COUNTERS = Table("counters", (("id", "uuid"), ("total", "int")), key=1)


def counter(n: int) -> Address:
    return Address("counter", str(UUID(int=n)))


def change(address: Address, first_seq: int, *events: Any, state: Any = None, **more: Any) -> ActorChange:
    return ActorChange(address, first_seq, list(events), state or Count(), more.pop("touched", set()), {}, **more)


def batch(*changes: ActorChange, **more: Any) -> Batch:
    return Batch(list(changes), more.pop("keys", []), more.pop("dead_letters", []))


def _rows(id: str, state: Count, touched: frozenset[Any]) -> Rows:
    rows = Rows()
    if "gone" in touched:
        rows.drop(COUNTERS, id)
    elif state.total < 0:
        raise RuntimeError("no such total")
    else:
        rows.put(COUNTERS, id, state.total)
    return rows


def _evolve(state: Count, event: Any) -> Count:
    if isinstance(event, Counted):
        state.total += event.by
    return state


COUNTER = StoredKind(
    events=EventCodec(EVENTS),
    snapshots=SnapshotCodec(Count),
    blank=lambda _: Count(),
    evolve=_evolve,
    rows=_rows,
    everything=lambda _: frozenset({"count"}),
)


class Stored(Journal):
    """A real journal of counters, with what a test looks at beside it."""

    kinds: Mapping[str, type[CounterActor]] = {"counter": CounterActor}
    pool: "asyncpg.Pool[asyncpg.Record]"
    writer: Writer
    store: Store

    async def due_by(self, until: Any) -> Any:
        return await self.store.due_by(until)


@asynccontextmanager
async def stored(url: str, writer_url: str | None = None, events: EventCodec | None = None) -> AsyncIterator[Stored]:
    """`writer_url` lets the writing connection take another way."""
    pool, writer = await open_pool(url), Writer(writer_url or url)
    kind = COUNTER if events is None else replace(COUNTER, events=events)
    journal = Stored(pool=pool, writer=writer, kinds={"counter": kind}, recorded=Recorded, fenced=Fenced)
    journal.pool, journal.writer, journal.store = pool, writer, Store(Queries(pool), Address)
    await pool.execute("CREATE TABLE IF NOT EXISTS counters (id uuid PRIMARY KEY, total int NOT NULL)")
    try:
        yield journal
    finally:
        await writer.close()
        await pool.close()
