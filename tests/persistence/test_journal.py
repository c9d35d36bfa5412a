"""The journal's contract, kept by the one in memory that actor tests use and by the real one; then PostgreSQL's own."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from actors.messages import Key, Remind
from actors.ports import DeadLetter, Fenced
from persistence import journal as journal_module
from persistence.codec import EventCodec, UnreadableEvent
from persistence.database import AnotherWriter, Writer
from persistence.outage import DatabaseDown
from rules.refusal import Code, Refusal
from tests.actors.counter import Add, Break, Count, Counted, Look, Noted
from tests.actors.world import NOON, MemoryJournal, World
from tests.persistence.counters import batch, change, counter, stored
from tests.persistence.relay import Relay

ANN, BOB = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))
A, B = counter(10), counter(11)


@pytest.fixture
async def real(database_url):
    async with stored(database_url) as journal:
        yield journal


@pytest.fixture(params=["memory", "postgres"])
async def journal(request, database_url):
    if request.param == "memory":
        yield MemoryJournal()
    else:
        async with stored(database_url) as journal:
            yield journal


async def write(journal, *changes, **more):
    await journal.commit(journal.prepare(batch(*changes, **more)))


async def read(journal, address):
    (recorded,) = await journal.load([address])
    return recorded


# --- the contract ---


async def test_what_was_committed_is_loaded_in_order(journal):
    await write(journal, change(A, 1, Counted(1), Noted("two")))
    await write(journal, change(A, 3, Counted(3)), change(B, 1, Counted(9)))

    assert (await read(journal, A)).events == [Counted(1), Noted("two"), Counted(3)]
    assert [found.events for found in await journal.load([B, A, B])] == [
        [Counted(9)],
        [Counted(1), Noted("two"), Counted(3)],
        [Counted(9)],
    ]


async def test_an_actor_that_nobody_wrote_loads_as_nothing(journal):
    recorded = await read(journal, A)

    assert (recorded.address, recorded.state, recorded.snapshot_seq) == (A, None, 0)
    assert list(recorded.events) == []
    assert list(recorded.keys) == []


async def test_what_is_prepared_but_not_committed_is_nowhere(journal):
    journal.prepare(batch(change(A, 1, Counted(1))))

    assert list((await read(journal, A)).events) == []


async def test_a_second_writer_for_an_actor_is_fenced(journal):
    """It collides at (kind, id, seq), and nothing of its batch is kept, not even what is about others."""
    await write(journal, change(A, 1, Counted(1)))

    with pytest.raises(Fenced):
        await write(journal, change(B, 1, Counted(5)), change(A, 1, Counted(7)), keys=[(B, Key(ANN, "k", "f"), {})])

    assert (await read(journal, A)).events == [Counted(1)]
    assert list((await read(journal, B)).events) == []
    assert await journal.first_reply(B, ANN, "k") is None
    await write(journal, change(A, 2, Counted(2)))  # whoever is up to date goes on
    assert (await read(journal, A)).events == [Counted(1), Counted(2)]


async def test_a_key_gives_back_its_first_reply(journal):
    reply = {"total": 3, "names": ["ö", None], "nested": {"share": 0.5}}
    await write(journal, change(A, 1, Counted(3)), keys=[(A, Key(ANN, "k", "print"), reply)])

    assert await journal.first_reply(A, ANN, "k") == ("print", reply)
    assert (await read(journal, A)).keys == [(ANN, "k")]


async def test_a_key_is_of_one_user_and_one_actor(journal):
    await write(journal, keys=[(A, Key(ANN, "k", "f"), {})])

    assert await journal.first_reply(A, BOB, "k") is None
    assert await journal.first_reply(B, ANN, "k") is None
    await write(journal, keys=[(A, Key(BOB, "k", "g"), {}), (B, Key(ANN, "k", "h"), {})])
    assert (await journal.first_reply(B, ANN, "k"))[0] == "h"


async def test_reminders_are_set_moved_and_taken_away_with_the_commit(journal):
    def reminding(address, **due):
        of = change(address, 1)
        of.reminders = {name: Remind(name, at) for name, at in due.items()}
        return of

    hour = timedelta(hours=1)
    await write(journal, reminding(A, start=NOON + hour, end=NOON + 3 * hour), reminding(B, start=NOON))
    assert await journal.due_by(NOON + 2 * hour) == [(B, "start", NOON), (A, "start", NOON + hour)]

    await write(journal, reminding(A, start=None, end=NOON + 2 * hour))
    assert await journal.due_by(NOON + 2 * hour) == [(B, "start", NOON), (A, "end", NOON + 2 * hour)]


async def test_a_directory_works_on_it(journal):
    """Actors, replies and a restart: the same story on both."""
    world = World(journal=journal)
    assert await world.ask(A.id, Add(5, pass_on=(B.id,)), by=ANN, key="k") == {"total": 5}
    await world.directory.stop()

    after = World(journal=journal)
    assert await after.ask(A.id, Add(5, pass_on=(B.id,)), by=ANN, key="k") == {"total": 5}
    assert await after.ask(A.id, Look()) == await after.ask(B.id, Look()) == {"total": 5}
    refused = await after.ask(A.id, Add(6), by=ANN, key="k")
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CONFLICT


# --- PostgreSQL: one transaction ---


async def test_a_command_and_all_it_caused_share_a_transaction(real):
    world = World(journal=real)
    await world.ask(A.id, Add(5, pass_on=(B.id,)), by=ANN, key="k")

    tables = ("journal", "counters", "idempotency_keys", "commits")
    transactions = [await real.pool.fetch(f"SELECT DISTINCT xmin::text FROM {table}") for table in tables]
    assert len({row["xmin"] for rows in transactions for row in rows}) == 1
    assert await real.pool.fetchval("SELECT array_agg(total) FROM counters") == [5, 5]


async def test_dropped_rows_go_in_the_same_commit(real):
    await write(real, change(A, 1, Counted(1), state=Count(1), touched={"count"}))
    await write(real, change(A, 2, Counted(1), state=Count(2), touched={"gone"}))

    assert await real.pool.fetchval("SELECT count(*) FROM counters") == 0


async def test_one_actors_impossible_rows_keep_nobody_from_committing(real):
    await write(
        real,
        change(A, 1, Counted(1), state=Count(-1), touched={"count"}),
        change(B, 1, Counted(2), state=Count(2), touched={"count"}),
    )

    assert await real.pool.fetchval("SELECT array_agg(total) FROM counters") == [2]
    assert (await read(real, A)).events == [Counted(1)]


async def test_dead_letters_are_kept_with_their_message(real):
    await write(real, dead_letters=[DeadLetter(A, Add(5, ("x",)), "RuntimeError('broken')", NOON)])

    (letter,) = await real.store.dead_letters(10)
    assert letter["message"] == {"by": 5, "pass_on": ["x"]}
    assert (letter["kind"], letter["id"], letter["type"], letter["at"]) == (*A, "Add", NOON)


# --- PostgreSQL: answers that are lost ---


async def insist(journal, prepared) -> int:
    """Commit as the stage does: again until it is said to be done → how often it had to be tried."""
    for tries in range(1, 500):
        try:
            await journal.commit(prepared)
            return tries
        except ConnectionError:
            await asyncio.sleep(0.01)  # until PostgreSQL has noticed that its client is gone
    raise AssertionError("never")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_commit_whose_answer_was_lost_is_done_once(database_url, tmp_path: Path, moment):
    """Whether PostgreSQL had heard of it or not."""
    async with Relay(database_url, tmp_path) as relay, stored(database_url, relay.url) as journal:
        await write(journal, change(A, 1, Counted(1)))
        prepared = journal.prepare(batch(change(A, 2, Counted(2)), keys=[(A, Key(ANN, "k", "f"), {})]))
        relay.cut = moment

        with pytest.raises(DatabaseDown):
            await journal.commit(prepared)
        assert await insist(journal, prepared) >= 1

        assert (await read(journal, A)).events == [Counted(1), Counted(2)]
        assert await journal.pool.fetchval("SELECT count(*) FROM commits") == 2
        await write(journal, change(A, 3, Counted(3)))


async def test_a_connection_that_was_thrown_out_is_made_anew(real):
    """With the lock that goes with it."""
    await write(real, change(A, 1, Counted(1)))
    await real.pool.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")

    await insist(real, real.prepare(batch(change(A, 2, Counted(2)))))

    assert (await read(real, A)).events == [Counted(1), Counted(2)]
    assert await real.pool.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted") == 1


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: change(counter(1)._replace(id="no uuid"), 1, Counted(1)),
        lambda: change(A, 2**70, Counted(1)),
        lambda: change(A, 1, Noted("a \x00 that PostgreSQL does not take")),
    ],
    ids=["id", "number", "text"],
)
async def test_what_can_never_be_stored_is_no_outage(real, mistake):
    """It would be tried again for ever, with all that comes after it waiting."""
    with pytest.raises(Exception) as refused:
        await write(real, mistake(), change(B, 1, Counted(1)))

    assert not isinstance(refused.value, ConnectionError | Fenced)
    assert list((await read(real, B)).events) == []
    await write(real, change(B, 1, Counted(1)))


async def test_what_can_never_be_stored_harms_only_its_batch(real):
    """The commands in it are told, the actors forget it, and the next ones are taken."""
    world = World(journal=real)
    await world.ask(A.id, Add(1))

    assert (await world.ask(A.id, Add(2**70))).code is Code.INTERNAL
    assert await world.ask(A.id, Add(1)) == {"total": 2}


# --- PostgreSQL: snapshots ---


async def test_a_snapshot_is_a_shortcut(real):
    await write(real, change(A, 1, Counted(1), Counted(2)))
    await write(real, change(A, 3, Counted(3), state=Count(6, ["x"]), snapshot=True))
    await write(real, change(A, 4, Counted(4)))

    recorded = await read(real, A)
    assert (recorded.state, recorded.snapshot_seq, recorded.events) == (Count(6, ["x"]), 3, [Counted(4)])


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM snapshots",
        "UPDATE snapshots SET shape = 'of an older version'",
        "UPDATE snapshots SET state = 'torn'::bytea",
    ],
    ids=["deleted", "of another shape", "unreadable"],
)
async def test_without_a_usable_snapshot_everything_still_loads(real, harm):
    await write(real, change(A, 1, Counted(1), Counted(2), state=Count(3), snapshot=True))
    await real.pool.execute(harm)

    recorded = await read(real, A)
    assert (recorded.state, recorded.snapshot_seq, recorded.events) == (None, 0, [Counted(1), Counted(2)])


async def test_snapshots_are_written_when_actors_stop_and_make_no_difference(real):
    world = World(journal=real)
    for n in range(5):
        await world.ask(A.id, Add(n))
    await world.directory.stop()
    assert await real.pool.fetchval("SELECT seq FROM snapshots") == 4  # adding 0 is no event

    with_it = World(journal=real)
    assert await with_it.ask(A.id, Look()) == {"total": 10}
    await real.pool.execute("DELETE FROM snapshots")
    without = World(journal=real)
    assert await without.ask(A.id, Look()) == {"total": 10}


# --- PostgreSQL: events of other versions ---


@dataclass(frozen=True, slots=True)
class Measured:
    """Was `{"kilometres": 1.5}`, then `{"metres": 1500}`; now it says by what."""

    VERSION: ClassVar[int] = 3

    metres: int
    by: str


def _metres(payload):
    return {"metres": round(payload["kilometres"] * 1000)}


def _by_somebody(payload):
    return {**payload, "by": "somebody"}


MEASURED = EventCodec([Measured, Counted], {("Measured", 1): _metres, ("Measured", 2): _by_somebody})


async def insert(journal, address, seq, type, version, payload):
    await journal.pool.execute(
        "INSERT INTO journal (kind, id, seq, type, version, payload) VALUES ($1, $2, $3, $4, $5, $6)",
        *address,
        seq,
        type,
        version,
        payload,
    )


async def test_events_of_earlier_versions_are_read_as_todays(database_url):
    async with stored(database_url, events=MEASURED) as journal:
        await insert(journal, A, 1, "Measured", 1, b'{"kilometres": 1.5}')
        await insert(journal, A, 2, "Measured", 2, b'{"metres": 700}')
        await write(journal, change(A, 3, Measured(20, "foot")))

        assert (await read(journal, A)).events == [
            Measured(1500, "somebody"),
            Measured(700, "somebody"),
            Measured(20, "foot"),
        ]
        assert await journal.pool.fetchval("SELECT version FROM journal WHERE seq = 3") == 3


@pytest.mark.parametrize(
    ("type", "version", "payload"),
    [("Measured", 4, b"{}"), ("Forgotten", 1, b"{}"), ("Counted", 1, b'{"by": "much"}'), ("Counted", 1, b"[]")],
    ids=["of a later version", "unknown", "of another shape", "no object"],
)
async def test_an_unreadable_event_concerns_its_actor_alone(database_url, type, version, payload):
    async with stored(database_url, events=MEASURED) as journal:
        await insert(journal, A, 1, type, version, payload)
        await write(journal, change(B, 1, Counted(1)))

        broken, fine = await journal.load([A, B])

        assert isinstance(broken, UnreadableEvent | ValueError)
        assert fine.events == [Counted(1)]


async def test_a_version_without_an_upcast_is_unreadable(database_url):
    async with stored(database_url, events=EventCodec([Measured], {("Measured", 1): _metres})) as journal:
        await insert(journal, A, 1, "Measured", 1, b'{"kilometres": 1.5}')

        assert isinstance(await read(journal, A), UnreadableEvent)


# --- PostgreSQL: keys ---


async def test_an_actor_with_very_many_keys_asks_for_each(real, monkeypatch):
    monkeypatch.setattr(journal_module, "_KEYS_IN_MEMORY", 3)
    await write(real, keys=[(A, Key(ANN, str(n), "f"), {"n": n}) for n in range(4)])
    await write(real, keys=[(B, Key(ANN, str(n), "f"), {}) for n in range(3)])

    many, few = await real.load([A, B])
    assert many.keys is None
    assert sorted(few.keys) == [(ANN, "0"), (ANN, "1"), (ANN, "2")]
    world = World(journal=real)
    assert await world.ask(A.id, Add(1), by=ANN, key="new") == {"total": 1}
    assert await world.ask(A.id, Add(1), by=ANN, key="new") == {"total": 1}
    assert await world.ask(A.id, Look()) == {"total": 1}


async def test_old_keys_and_commit_marks_are_swept_and_younger_ones_stay(real):
    await write(real, keys=[(A, Key(ANN, "old", "f"), {})])
    for table in ("idempotency_keys", "commits"):
        await real.pool.execute(f"UPDATE {table} SET recorded_at = now() - interval '49 hours'")
    await write(real, keys=[(A, Key(ANN, "young", "f"), {})])

    await real.store.sweep(timedelta(hours=48))

    assert (await read(real, A)).keys == [(ANN, "young")]
    assert await real.pool.fetchval("SELECT count(*) FROM commits") == 1


# --- PostgreSQL: one writer ---


async def test_a_second_server_waits_for_its_turn(real, database_url):
    await write(real, change(A, 1, Counted(1)))
    second = Writer(database_url)
    with pytest.raises(AnotherWriter):
        await second.connection()

    waits = asyncio.Event()
    turn = asyncio.create_task(second.wait_for_turn(on_wait=lambda _: waits.set(), every=0.01))
    await waits.wait()
    assert not turn.done()
    await real.writer.close()
    await turn
    await second.close()


async def test_who_waits_for_its_turn_outlasts_a_database_that_goes_away(database_url, tmp_path: Path):
    """But who finds none at all says so, after some patience."""
    async with Relay(database_url, tmp_path) as relay:
        first, second = Writer(database_url), Writer(relay.url)
        await first.connection()
        waits = asyncio.Event()
        turn = asyncio.create_task(second.wait_for_turn(on_wait=lambda _: waits.set(), every=0.01))
        await waits.wait()
        relay.down = True
        async with asyncio.timeout(10):
            while relay.refused < 3:
                await asyncio.sleep(0.01)
        assert not turn.done()

        await first.close()
        with pytest.raises(DatabaseDown):
            await Writer(relay.url).wait_for_turn(on_wait=lambda _: waits.set(), every=0.01, patience=0.1)
        relay.down = False
        await turn
        await second.close()


async def test_a_server_that_was_overtaken_is_fenced_and_reads_again(real, database_url):
    """Its connection broke, another took over and left; what it still believes is not written."""
    world = World(journal=real)
    await world.ask(A.id, Add(1))
    await real.writer.close()
    async with stored(database_url) as other:
        await write(other, change(A, 2, Counted(10)))

    assert (await world.ask(A.id, Add(1))).code is Code.UNAVAILABLE
    assert await world.ask(A.id, Add(1)) == {"total": 12}


async def test_failing_commands_of_one_actor_leave_another_its_rows(real):
    """Quarantine in the middle of a batch: what was done before is in the read tables, too."""
    world = World(journal=real)
    await world.ask(A.id, Look())
    world.send(A.id, Add(3))
    for _ in range(6):
        world.send(A.id, Break())
    world.send(B.id, Add(4))
    await world.directory.settled()

    assert world.directory.quarantined == 1
    assert sorted(await real.pool.fetchval("SELECT array_agg(total) FROM counters")) == [3, 4]
