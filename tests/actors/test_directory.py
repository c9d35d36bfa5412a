"""The runtime's promises, each as a test: order, durability before answers, atomic causes, failures that stay alone."""

import asyncio
from datetime import timedelta

import pykka
import pytest

from actors.messages import Address, Permission, Tell
from actors.ports import Fenced
from rules.refusal import Code, Refusal
from tests.actors.counter import Add, Break, Counted, CounterActor, Cursed, Look, RemindAt
from tests.actors.world import NOON, World, breathe


@pytest.fixture
async def world():
    return World()


async def test_a_command_is_answered_with_what_it_made(world):
    assert await world.ask("a", Add(3)) == {"total": 3}
    assert await world.ask("a", Add(4)) == {"total": 7}


async def test_nothing_leaves_before_its_events_are_durable(world):
    """No reply and no push until the journal has committed; then replies first, then pushes."""
    world.journal.gate.clear()
    world.send("a", Add(3))
    await breathe(20)
    assert world.replies == []
    assert world.audience.pushes == []

    world.journal.gate.set()
    await world.directory.settled()
    assert world.audience.pushes[0] == "reply"
    assert world.audience.pushes[1].data == {"total": 3}


async def test_a_read_never_shows_what_is_not_durable(world):
    """Its reply waits behind the commit of what it shows."""
    await world.ask("a", Add(1))
    world.replies.clear()
    world.journal.gate.clear()
    world.send("a", Add(2))
    await breathe()
    world.send("a", Look())
    await breathe(20)
    assert world.replies == []

    world.journal.gate.set()
    await world.directory.settled()
    assert [reply for _, reply in world.replies] == [{"total": 3}, {"total": 3}]


async def test_a_read_of_a_clean_actor_does_not_wait_for_anybody(world):
    await world.ask("b", Add(1))
    await world.ask("a", Add(1))
    world.journal.gate.clear()
    world.send("a", Add(1))
    await breathe()
    world.send("b", Look())
    await breathe()
    assert world.replies[-1] == (Look(), {"total": 1})
    world.journal.gate.set()


async def test_while_a_batch_commits_the_next_one_fills(world):
    """Group commit: any number of commands that arrive meanwhile share one transaction."""
    world.journal.gate.clear()
    world.send("a", Add(1))
    await breathe(10)
    for n in range(50):
        world.send(str(n), Add(1))
    await breathe(10)
    world.journal.gate.set()
    await world.directory.settled()
    assert len(world.journal.commits) == 2
    assert len(world.replies) == 51


async def test_a_command_and_all_it_caused_are_one_batch(world):
    """Also where the others have to be loaded first."""
    world.journal.events[Address("counter", "c")] = [Counted(10)]
    await world.ask("a", Add(5, pass_on=("b", "c")))
    (batch,) = world.journal.commits
    assert {change.address.id: change.events for change in batch.changes} == {
        "a": [Counted(5)],
        "b": [Counted(5)],
        "c": [Counted(5)],
    }
    assert await world.ask("c", Look()) == {"total": 15}


async def test_a_command_that_is_only_told_on_is_answered_though_nothing_changes(world):
    assert await world.ask("a", Add(0, pass_on=("b",))) == {"total": 0}
    assert world.journal.events == {}


async def test_a_batch_stays_open_until_its_tells_are_handled(world):
    """While a told actor loads, nothing of the batch is acknowledged."""
    await world.ask("a", Add(1))
    world.journal.load_gate.clear()
    world.send("a", Add(5, pass_on=("cold",)))
    await breathe(20)
    assert len(world.journal.commits) == 1
    world.journal.load_gate.set()
    await world.directory.settled()
    assert len(world.journal.commits) == 2


async def test_messages_of_one_sender_take_effect_in_order(world):
    for n in range(1, 300):
        world.send("a", Add(n))
    await world.directory.settled()
    totals = [reply["total"] for _, reply in world.replies]
    assert totals == sorted(totals)
    assert len(totals) == 299


async def test_an_actor_comes_back_as_it_was(world):
    """Snapshot or journal: a new node sees the same."""
    for _ in range(250):
        world.send("a", Add(2))
    await world.directory.settled()
    again = World(world.journal)
    assert await again.ask("a", Look()) == {"total": 500}


async def test_a_busy_actor_does_not_starve_the_others(world):
    """At most 64 messages an actor and turn."""
    await world.ask("busy", Add(1))
    await world.ask("quiet", Add(1))
    order = []
    for _ in range(300):
        world.send("busy", Look())
    world.send("quiet", Add(0))
    await world.directory.settled()
    order = [command for command, _ in world.replies]
    assert order.index(Add(0)) < 100


async def test_a_full_inbox_answers_busy():
    world = World(inbox=10)
    world.journal.load_gate.clear()
    for _ in range(11):
        world.send("a", Add(1))
    assert [reply.code for _, reply in world.replies] == [Code.BUSY]
    world.journal.load_gate.set()
    await world.directory.settled()
    assert len(world.replies) == 11


async def test_a_full_backlog_is_refused_and_nothing_staged_is_lost():
    """With the database away, what was taken waits; the rest is told to come again."""
    world = World(backlog=5)
    await world.ask("a", Add(1))
    world.journal.gate.clear()
    for _ in range(5):
        world.send("a", Add(1))
        await breathe()
    world.send("a", Add(1))
    assert [reply.code for _, reply in world.replies[1:]] == [Code.UNAVAILABLE]
    world.journal.gate.set()
    await world.directory.settled()
    assert await world.ask("a", Look()) == {"total": 6}


async def test_a_commit_is_tried_again_until_the_database_is_back(world):
    await world.ask("a", Add(1))
    world.journal.away = True
    world.send("a", Add(1))
    await breathe(20)
    assert world.directory.stage.failing_since is not None
    world.journal.away = False
    await world.directory.settled()
    assert world.replies[-1] == (Add(1), {"total": 2})
    assert world.directory.stage.failing_since is None


async def test_who_cannot_be_loaded_is_unavailable_and_comes_back_later(world):
    world.journal.away = True
    assert (await world.ask("a", Add(1))).code is Code.UNAVAILABLE
    world.journal.away = False
    assert await world.ask("a", Add(1)) == {"total": 1}


async def test_what_another_writer_overtook_is_refused_and_forgotten(world):
    """Fencing: the primary key decides, and nobody is told that it worked."""
    await world.ask("a", Add(1))
    world.journal.events[Address("counter", "a")].append(Counted(100))  # the other one's
    assert (await world.ask("a", Add(1))).code is Code.UNAVAILABLE
    assert await world.ask("a", Add(1)) == {"total": 102}


async def test_what_is_built_on_an_overtaken_batch_is_refused_too(world):
    await world.ask("a", Add(1))
    world.journal.events[Address("counter", "a")].append(Counted(100))
    world.journal.gate.clear()
    world.send("a", Add(1))
    await breathe(10)
    world.send("a", Add(1))
    await breathe(10)
    world.journal.gate.set()
    await world.directory.settled()
    assert [reply.code for _, reply in world.replies[1:]] == [Code.UNAVAILABLE, Code.UNAVAILABLE]
    assert await world.ask("a", Look()) == {"total": 101}


async def test_a_batch_that_the_database_will_never_take_is_refused_and_life_goes_on(world):
    await world.ask("a", Add(1))
    world.journal.fence = ValueError("no such column")
    assert (await world.ask("a", Add(1))).code is Code.INTERNAL
    world.journal.fence = None
    assert await world.ask("a", Add(1)) == {"total": 2}


# --- permission ---


async def test_who_may_not_see_it_is_told_that_it_is_not_there(world):
    assert (await world.ask("a", Look(), by="stranger")).code is Code.NOT_FOUND
    assert (await world.ask("a", Look(), by="ann", may=Permission.HOST)).code is Code.FORBIDDEN


# --- idempotency keys ---


async def test_a_repeated_key_has_its_effect_once_and_gets_the_first_reply(world):
    assert await world.ask("a", Add(3), key="k") == {"total": 3}
    assert await world.ask("a", Add(4), key="other") == {"total": 7}
    assert await world.ask("a", Add(3), key="k") == {"total": 3}
    assert await world.ask("a", Look()) == {"total": 7}


async def test_a_key_survives_the_node(world):
    await world.ask("a", Add(3), key="k")
    again = World(world.journal)
    assert await again.ask("a", Add(3), key="k") == {"total": 3}
    assert await again.ask("a", Look()) == {"total": 3}


async def test_a_key_sent_twice_before_the_commit_counts_once(world):
    world.journal.gate.clear()
    world.send("a", Add(3), key="k")
    world.send("a", Add(3), key="k")
    await breathe(20)
    assert world.replies == []
    world.journal.gate.set()
    await world.directory.settled()
    assert [reply for _, reply in world.replies] == [{"total": 3}, {"total": 3}]


async def test_two_users_may_choose_the_same_key(world):
    await world.ask("a", Add(3), key="k", by="ann")
    assert await world.ask("a", Add(3), key="k", by="bob") == {"total": 6}


async def test_a_key_that_meant_something_else_is_a_conflict(world):
    await world.ask("a", Add(3), key="k")
    assert (await world.ask("a", Add(4), key="k")).code is Code.CONFLICT


async def test_a_refused_command_leaves_its_key_free(world):
    assert (await world.ask("a", Add(-1), key="k")).code is Code.VALIDATION_FAILED
    assert await world.ask("a", Add(1), key="k") == {"total": 1}


async def test_more_keys_than_memory_holds_are_asked_of_the_database(world):
    await world.ask("a", Add(3), key="k")
    cell = next(iter(world.directory.cells()))
    cell.keys = None
    assert await world.ask("a", Add(3), key="k") == {"total": 3}
    assert await world.ask("a", Add(1), key="new") == {"total": 4}
    assert await world.ask("a", Add(1), key="new") == {"total": 4}


# --- failures ---


async def test_a_failure_fails_that_command_only_and_leaves_no_trace(world):
    await world.ask("a", Add(5))
    world.send("a", Break())
    world.send("a", Look())
    await world.directory.settled()
    assert world.replies[1][1].code is Code.INTERNAL
    assert world.replies[2][1] == {"total": 5}


async def test_an_actor_that_fails_with_staged_events_keeps_them(world):
    """It is rebuilt from the journal and what is staged on top of it."""
    world.journal.gate.clear()
    world.send("a", Add(5))
    await breathe(10)
    world.send("a", Add(6))
    world.send("a", Break())
    world.send("a", Add(7))
    await breathe(10)
    world.journal.gate.set()
    await world.directory.settled()
    assert await world.ask("a", Look()) == {"total": 18}
    assert world.journal.events[Address("counter", "a")] == [Counted(5), Counted(6), Counted(7)]


async def test_the_others_never_notice(world):
    await world.ask("b", Add(1))
    for _ in range(10):
        world.send("a", Break())
        world.send("b", Add(1))
    await breathe(50)
    assert [reply for command, reply in world.replies if command == Add(1)][-1] == {"total": 11}


async def test_an_actor_that_fails_too_often_is_quarantined_with_the_message_that_killed_it(world):
    """At most 5 restarts in 60 s, with growing delay."""
    await world.ask("a", Add(1))
    for _ in range(6):
        world.send("a", Break())
        await breathe(10)
        world.timers.pass_by(2)
        await breathe(10)
    assert world.observer.said("quarantined") == [("quarantined", Address("counter", "a"))]
    assert (await world.ask("a", Look())).code is Code.UNAVAILABLE
    assert [letter.message for letter in world.journal.dead_letters] == [Break()]

    assert await World(world.journal).ask("a", Look()) == {"total": 1}  # another start gives it another chance


async def test_a_tell_that_cannot_be_handled_is_kept_and_its_cause_stands(world):
    """The cause commits; the message waits for an operator, in the same commit."""
    cursed = Address("counter", "cursed")
    world.journal.events[cursed] = [Cursed()]
    assert await world.ask("a", Add(5, pass_on=("cursed",))) == {"total": 5}
    (letter,) = world.journal.dead_letters
    assert (letter.address, letter.message) == (cursed, Add(5))
    assert await world.ask("b", Add(5)) == {"total": 5}


async def test_a_reply_that_cannot_be_delivered_keeps_nobody_else_from_theirs(world):
    def broken(reply):
        raise RuntimeError("the connection is gone")

    world.journal.gate.clear()
    world.send("a", Add(1))
    await breathe(10)
    from actors.messages import Caller, Command

    world.directory.tell(
        Address("counter", "a"), Command(Add(1), Caller("ann"), Permission.VIEWER, world.clock.now(), broken)
    )
    world.send("a", Add(1))
    world.journal.gate.set()
    await world.directory.settled()
    assert world.replies[-1][1] == {"total": 3}
    assert len(world.observer.said("delivery_failed")) == 1


# --- memory ---


async def test_an_idle_actor_leaves_memory_and_comes_back(world):
    world = World(world.journal, passivate_after=-1.0)
    await world.ask("a", Add(1))
    world.directory.passivate_idle()
    await world.directory.settled()
    world.directory.passivate_idle()
    assert list(world.directory.cells()) == []
    assert await world.ask("a", Look()) == {"total": 1}


async def test_made_up_ids_take_no_room_for_long(world):
    for n in range(100):
        await world.ask(f"made-up-{n}", Look())
    await world.ask("real", Add(1))
    world.directory.passivate_idle()
    assert [cell.address.id for cell in world.directory.cells()] == ["real"]


async def test_stopping_refuses_the_new_and_finishes_the_old(world):
    world.send("a", Add(1))
    stopping = asyncio.ensure_future(world.directory.stop())
    await breathe(2)
    world.send("a", Add(1))
    assert world.replies[-1][1].code is Code.UNAVAILABLE
    await stopping
    assert [reply for _, reply in world.replies if not isinstance(reply, Refusal)] == [{"total": 1}]
    assert world.journal.commits[-1].changes[0].snapshot


# --- pykka ---


async def test_it_is_a_pykka_actor_reached_through_its_ref(world):
    await world.ask("a", Add(1))
    cell = next(iter(world.directory.cells()))
    ref = cell.actor.actor_ref
    assert isinstance(ref, pykka.ActorRef)
    assert isinstance(cell.actor, CounterActor)
    assert ref.is_alive()
    assert ref.actor_urn == "counter:a"
    ref.tell(Tell(Add(2), NOON))
    await world.directory.settled()
    assert await world.ask("a", Look()) == {"total": 3}


# --- reminders ---


async def test_a_reminder_comes_due_once(world):
    await world.reminders.start()
    await world.ask("a", RemindAt(NOON + timedelta(minutes=30)))
    await world.hours_later(0.4)
    assert Address("counter", "a") not in world.journal.events or not world.journal.events[Address("counter", "a")]
    await world.hours_later(0.2)
    await world.hours_later(1)
    assert [event.text for event in world.journal.events[Address("counter", "a")]] == ["ring at 12:30"]
    assert world.journal.reminders == {}
    await world.reminders.stop()


async def test_a_reminder_that_came_due_while_the_server_was_down_is_delivered_at_its_start(world):
    await world.ask("a", RemindAt(NOON + timedelta(minutes=30)))
    again = World(world.journal)
    again.clock.set(NOON + timedelta(days=2))
    await again.reminders.start()
    again.timers.pass_by(0)
    await again.directory.settled()
    assert [event.text for event in world.journal.events[Address("counter", "a")]] == ["ring at 12:30"]
    await again.reminders.stop()


async def test_a_reminder_far_ahead_is_read_from_the_database_in_time(world):
    await world.reminders.start()
    await world.ask("a", RemindAt(NOON + timedelta(days=30)))
    await world.hours_later(24 * 31)
    assert [event.text for event in world.journal.events[Address("counter", "a")]] == ["ring at 12:00"]
    await world.reminders.stop()


async def test_a_reminder_whose_commit_failed_is_delivered_again(world):
    await world.reminders.start()
    await world.ask("a", RemindAt(NOON + timedelta(minutes=30)))
    world.journal.fence = Fenced("somebody else")
    await world.hours_later(1)
    assert world.journal.reminders
    world.journal.fence = None
    world.timers.pass_by(31)
    await world.directory.settled()
    assert [event.text for event in world.journal.events[Address("counter", "a")]] == ["ring at 12:30"]
    await world.reminders.stop()
