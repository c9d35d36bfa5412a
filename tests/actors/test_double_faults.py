"""Two things go wrong at once, and still nobody waits for ever, nothing is done twice, and the state is the journal's."""

import asyncio

import pytest

from actors import loader
from actors.messages import Address, Caller, Command, Outcome, Permission
from actors.ports import Fenced, Recorded
from rules.refusal import Code
from tests.actors.counter import Add, Break, Counted, CounterActor, Look
from tests.actors.world import MemoryJournal, World, breathe


class SlowAnswers(MemoryJournal):
    """What it tells of an actor is what was true when it was asked."""

    async def load(self, addresses):
        found = [self._recorded(address) for address in addresses]
        await self.load_gate.wait()
        return found


class ManyKeys(MemoryJournal):
    """Its actors have more keys than are kept in memory, and it takes its time to look one up."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up = asyncio.Event()

    def _recorded(self, address):
        recorded = super()._recorded(address)
        return Recorded(recorded.address, recorded.state, recorded.snapshot_seq, recorded.events, None)

    async def first_reply(self, address, user_id, key):
        await self.looked_up.wait()
        return await super().first_reply(address, user_id, key)


class Sender(CounterActor):
    """Sends on what is for another, and keeps the keys of it."""

    kind = "user"

    def guarded(self, command):
        return super().guarded(command) if command.onward is None else Outcome(forward=command.onward)


async def test_a_load_that_fails_for_no_known_reason_leaves_nobody_waiting():
    world = World()

    async def broken(_):
        raise RuntimeError("a bug")

    world.journal.load = broken
    assert (await world.ask("a", Add(1))).code is Code.UNAVAILABLE
    assert world.directory.quarantined == 1


async def test_a_batch_that_cannot_be_written_down_stops_nothing():
    world = World()
    prepare, world.journal.prepare = world.journal.prepare, lambda _: {}[0]

    assert (await world.ask("a", Add(1))).code is Code.INTERNAL
    world.journal.prepare = prepare
    assert await world.ask("a", Add(1)) == {"total": 1}


async def test_an_actor_rebuilt_during_a_commit_has_what_was_committed():
    """It was read from the journal before the commit, and comes to life after it."""
    world = World(SlowAnswers())
    await world.ask("a", Add(1))
    world.journal.gate.clear()
    world.journal.load_gate.clear()
    world.send("a", Add(2), key="k")
    await breathe()
    world.send("a", Break())
    await breathe()
    world.journal.gate.set()
    await breathe(20)
    world.journal.load_gate.set()
    await world.directory.settled()

    assert await world.ask("a", Look()) == {"total": 3}
    assert await world.ask("a", Add(2), key="k") == {"total": 3}
    assert await world.ask("a", Add(10)) == {"total": 13}
    assert world.observer.said("commit_failed") == []


@pytest.mark.parametrize("problem", [Fenced("overtaken"), ValueError("no such row")])
async def test_a_lost_batch_does_not_wait_for_an_actor_that_is_being_rebuilt(problem):
    """It failed in the batch on top of the lost one, which is lost too."""
    world = World()
    await world.ask("a", Add(1))
    world.journal.gate.clear()
    world.journal.fence = problem
    world.send("a", Add(2))
    await breathe()
    world.journal.load_gate.clear()
    world.send("a", Add(4))
    world.send("a", Break())
    await breathe()
    world.journal.gate.set()
    await breathe(20)
    world.journal.fence = None
    world.journal.load_gate.set()
    async with asyncio.timeout(5):
        await world.directory.settled()

    assert all(reply.code in (Code.UNAVAILABLE, Code.INTERNAL) for _, reply in world.replies[1:])
    assert await world.ask("a", Add(5)) == {"total": 6}


async def test_an_actor_overtaken_while_it_looks_up_a_key_is_rebuilt_first():
    world = World(ManyKeys())
    await world.ask("a", Add(1))
    world.journal.gate.clear()
    world.journal.fence = Fenced("overtaken")
    world.send("a", Add(2))
    await breathe()
    world.send("a", Add(4), key="k")
    world.send("a", Look())
    await breathe()
    world.journal.gate.set()
    await breathe(20)
    world.journal.fence = None
    world.journal.events[Address("counter", "a")].append(Counted(100))
    world.journal.looked_up.set()
    async with asyncio.timeout(5):
        await world.directory.settled()

    assert [reply for _, reply in world.replies[-2:]] == [{"total": 105}, {"total": 105}]


async def test_a_key_that_cannot_be_looked_up_fails_alone():
    world = World(ManyKeys())
    await world.ask("a", Add(1))

    async def broken(*_):
        raise RuntimeError("a bug")

    world.journal.first_reply = broken
    assert (await world.ask("a", Add(1), key="k")).code is Code.INTERNAL
    assert await world.ask("a", Look()) == {"total": 1}


async def test_a_key_on_its_way_to_the_database_is_not_forgotten_with_the_actor_that_has_it(monkeypatch):
    """The sender's own actor fails, and can't be read again, before the commit of what it has sent on."""
    monkeypatch.setattr(loader, "RETRY", 0)
    world = World(kinds={"counter": CounterActor, "user": Sender})
    await world.ask("a", Add(1), onward=True)
    world.journal.away = True
    world.send("a", Add(2), key="k", onward=True)
    await breathe()
    world.send("ann", Break(), kind="user")
    await breathe(20)
    world.journal.gate.clear()
    world.journal.away = False  # it answers again, and takes its time to commit
    world.send("a", Add(2), key="k", onward=True)
    await breathe(20)
    world.journal.gate.set()
    async with asyncio.timeout(5):
        await world.directory.settled()

    assert world.journal.events[Address("counter", "a")] == [Counted(1), Counted(2)]
    assert [reply for _, reply in world.replies[-2:]] == [{"total": 3}, {"total": 3}]


@pytest.mark.parametrize("problem", [ConnectionError("away"), RuntimeError("unreadable")])
async def test_a_refusal_that_cannot_be_handed_over_keeps_no_others_waiting(problem):
    world = World()
    load = world.journal.load

    async def broken(_):
        raise problem

    def gone(_):
        raise RuntimeError("nobody is there any more")

    world.journal.load = broken
    world.directory.tell(
        Address("counter", "a"), Command(Add(1), Caller("ann"), Permission.VIEWER, world.clock.now(), gone)
    )
    world.send("a", Add(1))
    async with asyncio.timeout(5):
        await world.directory.settled()
    world.journal.load = load

    assert [reply.code for _, reply in world.replies] == [Code.UNAVAILABLE]
    assert len(world.observer.said("delivery_failed")) == 1


async def test_while_the_backlog_is_full_what_is_live_and_durable_is_still_shown():
    world = World(backlog=2)
    await world.ask("a", Add(1))
    await world.ask("b", Add(9))
    world.replies.clear()
    world.journal.gate.clear()
    for _ in range(2):
        world.send("a", Add(1))
        await breathe()
    world.send("a", Add(1))
    world.send("a", Look(), reads=True)  # would wait for the commit, and fill the backlog further
    world.send("c", Look(), reads=True)  # not live
    world.send("b", Look(), reads=True)
    await breathe()

    assert [getattr(reply, "code", reply) for _, reply in world.replies] == [
        *[Code.UNAVAILABLE] * 3,
        {"total": 9},
    ]
    world.journal.gate.set()
