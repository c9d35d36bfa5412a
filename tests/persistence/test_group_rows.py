"""A group's read tables: what they hold after play, that `verify` finds what is wrong with them, and what is read of them."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from actors.group import GroupActor
from actors.messages import Address, Permission
from actors.ports import Fenced, Recorded
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.database import Writer, open_pool, prepare_connection
from persistence.group_reads import GroupReads
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.queries import Queries
from persistence.store import Store
from persistence.verify import verify
from rules import group
from rules.group.state import MESSAGES_IN_MEMORY
from rules.user.commands import Register
from tests.actors.world import World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CLEO, CIRCLE, CLOSED = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6))
SAID = MESSAGES_IN_MEMORY + 50


class Played(Journal):
    """The real journal and, for reminders, the real store."""

    store: Store

    async def due_by(self, until):
        return await self.store.due_by(until)


async def play(world: World) -> None:
    async def ask(id: str, command: object, by: str, may: Permission = Permission.MEMBER, **options: bool) -> None:
        reply = await world.ask(id, command, by=by, may=may, kind="group", **options)
        assert isinstance(reply, dict), reply

    for id, name in ((ANN, "ann"), (BOB, "bob"), (CLEO, "cleo")):
        await world.ask(id, Register(name, name.title()), by=id, kind="user", may=Permission.SELF)
    for id in (CIRCLE, CLOSED):
        await ask(id, group.Create(name="Circle", is_private=False), ANN, Permission.USER, onward=True)
        for member in (BOB, CLEO):
            await ask(id, group.Join(id), member, Permission.USER, onward=True)
        await ask(id, group.Remove(id, CLEO, ban=True), ANN, Permission.MODERATOR)
    for number in range(SAID):  # without waiting for each: many in a commit
        world.send(CIRCLE, group.Post(CIRCLE, f"message {number + 1}"), by=BOB, kind="group", may=Permission.MEMBER)
    await world.directory.settled()
    await ask(CLOSED, group.Post(CLOSED, "last words"), ANN)
    await ask(CLOSED, group.Delete(CLOSED), ANN, Permission.MODERATOR)
    await world.hours_later(0)
    await world.directory.stop()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """To a database in which a circle has talked a lot, and another one was closed."""
    pool, writer = await open_pool(database_url), Writer(database_url)
    journal = Played(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
    journal.store = Store(Queries(pool), Address)
    await play(World(journal=journal, kinds={"user": UserActor, "group": GroupActor}, rules=RULES))
    yield pool
    await writer.close()
    await pool.close()


@pytest.fixture
async def connection(pool, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()


async def test_the_tables_hold_what_the_journal_says(connection):
    assert (await verify(connection, KINDS, lambda _: None)).differences == {}

    assert await connection.fetchval("SELECT array_agg(id::text) FROM groups") == [CIRCLE]
    people = await connection.fetch("SELECT user_id::text, role, status FROM group_members ORDER BY user_id")
    assert [tuple(row.values()) for row in people] == [
        (ANN, "admin", "active"),
        (BOB, "member", "active"),
        (CLEO, "member", "banned"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM group_messages") == SAID + 1
    assert await connection.fetchval("SELECT body ? 'accessCode' FROM groups") is False


TAMPERING = {
    "a message too old for memory": (
        "UPDATE group_messages SET text = 'never said' WHERE number = 3",
        "group_messages",
        f"{CIRCLE}, 3, live lacks what the journal says",
    ),
    "a message too many": (
        "INSERT INTO group_messages SELECT group_id, 9999, gen_random_uuid(), user_id, text, at FROM group_messages LIMIT 1",
        "group_messages",
        "live has what the journal does not say",
    ),
    "a message missing": ("DELETE FROM group_messages WHERE number = 7", "group_messages", f"{CIRCLE}, 7"),
    "a role": ("UPDATE group_members SET role = 'admin' WHERE status = 'active'", "group_members", BOB),
    "a ban lifted by hand": (f"DELETE FROM group_members WHERE user_id = '{CLEO}'", "group_members", CLEO),
    "an access code": ("UPDATE groups SET access_code = 'open'", "groups", CIRCLE),
}


@pytest.mark.parametrize(("statement", "table", "says"), TAMPERING.values(), ids=TAMPERING.keys())
async def test_tampering_is_found_and_named(connection, statement, table, says):
    assert await connection.execute(statement) not in ("UPDATE 0", "DELETE 0", "INSERT 0 0")

    differences = (await verify(connection, KINDS, lambda _: None)).differences

    assert any(says in line for line in differences[table]), differences


async def test_a_group_is_found_by_its_code_and_messages_by_their_numbers(pool, connection):
    reads = GroupReads(Queries(pool))
    code = await connection.fetchval("SELECT access_code FROM groups")

    assert await reads.group_of(code) == CIRCLE
    assert await reads.group_of("nobody's") is None
    found = await reads.messages(CIRCLE, 3, 5)
    assert [(message["number"], message["text"], message["from"]) for message in found] == [
        (5, "message 5", BOB),
        (4, "message 4", BOB),
        (3, "message 3", BOB),
    ]
