"""A group's read tables: what they hold after play, that `verify` finds what is wrong with them, and what is read of them."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import asyncpg
import orjson
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
from rules.activity.commands import DeleteActivity
from rules.group.state import MESSAGES_IN_MEMORY
from rules.user.commands import Register
from tests.actors.world import World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CLEO, CIRCLE, CLOSED = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6))
SAID = MESSAGES_IN_MEMORY + 50
FIRST, THIRD, FOURTH = date(2026, 4, 27), date(2026, 5, 11), date(2026, 5, 18)  # Mondays: weeks begin


class Played(Journal):
    """The real journal and, for reminders, the real store."""

    store: Store

    async def due_by(self, until):
        return await self.store.due_by(until)


async def play(world: World) -> None:
    async def ask(
        id: str, command: object, by: str, may: Permission = Permission.MEMBER, **options: bool
    ) -> dict[str, Any]:
        reply = await world.ask(id, command, by=by, may=may, kind="group", **options)
        assert isinstance(reply, dict), reply
        return reply

    async def check_in(by: str, productive: int, **more: bool) -> str:
        said = group.SubmitCheckIn(group_id=CIRCLE, productive=productive, satisfied=8, body=6, care=3, **more)
        return str((await ask(CIRCLE, said, by, onward=True))["activity"]["id"])

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
    await check_in(BOB, 4)
    await check_in(ANN, 9, is_private=True)
    await world.hours_later(7 * 24)
    regretted = await check_in(BOB, 1)
    await check_in(ANN, 7)
    await world.hours_later(14 * 24)  # a week in which nobody said anything
    await world.ask(BOB, DeleteActivity(regretted), by=BOB, may=Permission.SELF, kind="user")
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
    "a period": ("UPDATE group_periods SET members = 7", "group_periods", f"{CIRCLE}, {FIRST}"),
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


async def test_periods_that_are_over_are_read_with_their_averages(pool):
    """Private check-ins count, what was taken back since does not."""
    reads = GroupReads(Queries(pool))

    third, second, first = await reads.periods(CIRCLE, FOURTH, 9)

    assert first == {
        "period": {"from": "2026-04-27", "to": "2026-05-03"},
        "frequency": "weekly",
        "endsAt": "2026-05-04T00:00:00Z",
        "members": 2,
        "checkIns": 2,
        "rate": 1.0,
        "averages": {"productive": 6.5, "satisfied": 8.0, "body": 6.0, "care": 3.0, "huCaresScore": 17.5},
    }
    assert (second["members"], second["checkIns"], second["rate"]) == (2, 1, 0.5)
    assert second["averages"]["productive"] == 7
    assert (third["checkIns"], third["rate"], "averages" in third) == (0, 0.0, False)
    assert await reads.periods(CIRCLE, THIRD, 1) == [second]
    assert await reads.periods(CIRCLE, FIRST, 9) == []


async def test_check_ins_of_a_period_that_is_over_are_found_by_any_of_its_days(pool):
    reads = GroupReads(Queries(pool))

    page = await reads.check_ins(group.CheckIns(CIRCLE, date(2026, 5, 3)))

    assert page is not None
    assert page["period"] == {"from": "2026-04-27", "to": "2026-05-03"}
    [shown] = page["checkIns"]  # and not the private one
    assert (shown["userId"], shown["name"], shown["huCaresScore"]) == (BOB, "Bob", 15)
    assert await reads.check_ins(group.CheckIns(CIRCLE, date(2026, 4, 26))) is None
    assert await reads.check_ins(group.CheckIns(CIRCLE, FOURTH)) is None, "that one is not over"


def test_a_period_of_an_older_journal_begins_too_and_leaves_no_row():
    """At that time it was not written down what the one before had been."""
    stored = KINDS["group"]
    period = {"first": "2026-05-04", "last": "2026-05-10", "frequency": "weekly", "zone": "UTC"}
    period |= {"begins_at": "2026-05-04T00:00:00Z", "ends_at": "2026-05-11T00:00:00Z"}
    payload = orjson.dumps({"at": "2026-05-04T00:00:00Z", "period": period}).decode()

    event = stored.events.decode("PeriodBegan", 1, payload)

    assert stored.evolve(group.Group(), event).period.last == date(2026, 5, 10)
    assert stored.rows_of_event is not None
    assert stored.rows_of_event(CIRCLE, event) is None
