"""The inbox and the goals in their tables: what is kept is there, what is gone is not, and `verify` has nothing to say."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from actors.messages import Address, Permission, Tell
from actors.ports import Fenced, Recorded
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.database import Writer, open_pool, prepare_connection
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.notice_reads import NoticeReads
from persistence.queries import Queries
from persistence.verify import verify
from rules.goals.commands import CreateGoal, DeleteGoal, MarkMilestone, UpdateGoal
from rules.notices.commands import DeleteNotice, ListNotices, ReadNotice
from rules.notices.state import MOST_KEPT
from rules.notices.views import filled
from rules.tells.notice import NoticeTold
from rules.user.commands import Register, SyncSteps
from tests.actors.world import NOON, World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN = "00000000-0000-0000-0000-000000000001"

Ask = Callable[[object], Awaitable[dict[str, Any]]]


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


@pytest.fixture
async def world(database_url: str, pool: asyncpg.Pool) -> AsyncIterator[World]:
    writer = Writer(database_url)
    journal = Journal(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
    yield World(journal=journal, kinds={"user": UserActor}, rules=RULES)
    await writer.close()


@pytest.fixture
async def ask(world: World) -> Ask:
    async def asked(command: object) -> dict[str, Any]:
        reply = await world.ask(ANN, command, by=ANN, kind="user", may=Permission.SELF)
        assert isinstance(reply, dict), reply
        return reply

    await asked(Register("ann", "Ann"))
    return asked


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()


async def like(world: World, *posts: int) -> None:
    for post in posts:
        told = NoticeTold("postLiked", f"{post}", {"postId": f"{post}", "name": "Bob"})
        world.directory.tell(Address("user", ANN), Tell(told, NOON))
    await world.directory.settled()


async def test_rows_follow_the_inbox(world, ask, connection, pool):
    await like(world, *range(MOST_KEPT + 3))
    page = await ask(ListNotices(limit=3))
    stored = NoticeReads(Queries(pool))
    newest, second, third = filled(page, await stored.of(ANN, page["stored"]))["notifications"]
    await ask(ReadNotice(newest["id"]))
    await ask(DeleteNotice(second["id"]))
    page = await ask(ListNotices(limit=2))
    shown = filled(page, await stored.of(ANN, page["stored"]))
    assert shown["notifications"] == [{**newest, "isRead": True}, third]
    assert newest["data"] == {"postId": f"{MOST_KEPT + 2}", "name": "Bob"}
    await world.directory.stop()
    assert await connection.fetchval("SELECT count(*) FROM notices WHERE user_id = $1", ANN) == MOST_KEPT - 1
    assert await connection.fetchval("SELECT min(number) FROM notices WHERE user_id = $1", ANN) == 4
    assert (await verify(connection, KINDS, print)).differences == {}


async def test_rows_follow_the_goals(world, ask, connection):
    kept = await ask(CreateGoal("daily", "steps", 5000.0))
    gone = await ask(CreateGoal("weekly", "distance", 5000.0))
    await ask(UpdateGoal(kept["id"], title="Walk"))
    await ask(MarkMilestone(kept["id"], "Half way", share=0.5))
    await ask(SyncSteps(NOON.date(), 5000))
    await ask(DeleteGoal(gone["id"]))
    await world.directory.stop()
    (row,) = await connection.fetch("SELECT id, title, times, milestones FROM goals WHERE user_id = $1", ANN)
    assert (str(row["id"]), row["title"], row["times"]) == (kept["id"], "Walk", 1)
    assert (await verify(connection, KINDS, print)).differences == {}


@pytest.mark.parametrize(
    ("statement", "table"),
    [("UPDATE notices SET title = 'Won!'", "notices"), ("UPDATE goals SET times = times + 1", "goals")],
)
async def test_tampering_is_found(world, ask, connection, statement, table):
    await like(world, 1)
    await ask(CreateGoal("daily", "steps", 5000.0))
    await world.directory.stop()
    assert await connection.execute(statement) == "UPDATE 1"
    assert list((await verify(connection, KINDS, print)).differences) == [table]
