"""Challenges of every kind on a real database: what is stored is what the journal says, and receipts find it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from actors.challenge import ChallengeActor
from actors.messages import Address, Permission
from actors.ports import Fenced, Recorded
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.database import Writer, open_pool, prepare_connection
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.queries import Queries
from persistence.store import Store
from persistence.tallies import tallies
from persistence.verify import verify
from rules.activity.commands import LogRun
from rules.challenge import commands as challenge
from rules.challenge.events import ActivityTallied, DayTallied
from rules.counting import Why
from rules.user.commands import Register, SyncSteps
from tests.actors.world import NOON, World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CID, CUP, TEAMS = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6))
HOUR = timedelta(hours=1)
TODAY = NOON.date()


class Played(Journal):
    """The real journal and, for reminders, the real store."""

    store: Store

    async def due_by(self, until):
        return await self.store.due_by(until)


@pytest.fixture
async def queries(database_url: str) -> AsyncIterator[Queries]:
    """To a database in which three people have had a knockout and a run in teams."""
    pool, writer = await open_pool(database_url), Writer(database_url)
    journal = Played(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
    journal.store = Store(Queries(pool), Address)
    await play(World(journal=journal, kinds={"user": UserActor, "challenge": ChallengeActor}, rules=RULES))
    yield Queries(pool)
    await writer.close()
    await pool.close()


async def play(world: World) -> None:
    async def own(id: str, command: object) -> None:
        reply = await world.ask(id, command, by=id, may=Permission.SELF, kind="user")
        assert isinstance(reply, dict), reply

    async def ask(id: str, command: object, by: str = ANN, may: Permission = Permission.HOST) -> None:
        reply = await world.ask(id, command, by=by, may=may, kind="challenge", onward=True)
        assert isinstance(reply, dict), reply

    for id, name in ((ANN, "ann"), (BOB, "bob"), (CID, "cid")):
        await own(id, Register(name, name.title()))
    await own(CID, LogRun(start_time=NOON - HOUR, end_time=NOON, distance_meters=3000.0))
    await world.hours_later(0.1)
    times = {"starts_at": NOON + HOUR, "ends_at": NOON + 60 * HOUR}
    out = challenge.Elimination("day", 1)
    knockout = challenge.Create(name="Cup", metric="steps", mode="elimination", eliminate=out, **times)
    teams = challenge.Create(name="Run", metric="distance", mode="teams", teams=["Red", "Blue"], **times)
    for id, create in ((CUP, knockout), (TEAMS, teams)):
        await ask(id, create, may=Permission.USER)
        await ask(id, challenge.Open(id))
        for user in (ANN, BOB, CID):
            await ask(id, challenge.Join(id), by=user, may=Permission.VIEWER)
        await ask(id, challenge.Start(id))
    await world.hours_later(2)
    now = world.clock.now()
    for user, steps in ((ANN, 4000), (BOB, 2000), (CID, 100)):
        await own(user, SyncSteps(TODAY, steps))
        await own(user, LogRun(start_time=now - HOUR, end_time=now, distance_meters=2.0 * steps))
    await own(BOB, LogRun(start_time=NOON - 2 * HOUR, end_time=NOON - HOUR, distance_meters=5000.0))
    for _ in range(4):
        await world.hours_later(20)
    await own(ANN, LogRun(start_time=NOON + 30 * HOUR, end_time=NOON + 31 * HOUR, distance_meters=7000.0))
    await own(ANN, SyncSteps(TODAY, 9000))
    await world.directory.stop()


async def test_the_read_tables_say_what_the_journal_says(queries: Queries, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    verdict = await verify(connection, KINDS, lambda _: None)
    await connection.close()
    assert verdict.differences == {}

    rows = await queries.fetch("SELECT * FROM participants WHERE challenge_id = $1 ORDER BY user_id", CUP)
    assert [(row["score"], row["dropped_out"]) for row in rows] == [(4000, None), (2000, None), (100, 1)]
    teams = await queries.fetch("SELECT team_id FROM participants WHERE challenge_id = $1 ORDER BY user_id", TEAMS)
    assert teams[0]["team_id"] == teams[2]["team_id"] != teams[1]["team_id"]


def amount(event: DayTallied | ActivityTallied) -> float:
    return event.after - event.before if isinstance(event, DayTallied) else event.amount


async def test_receipts_say_of_every_activity_whether_it_counted(queries: Queries) -> None:
    async def told(user: str, challenge_id: str = TEAMS) -> list[tuple[float, bool, Why]]:
        found = await tallies(queries, challenge_id, user, day=None, activity_id=None, limit=9)
        return [(amount(tally.event), tally.event.counted, tally.event.why) for tally in found]

    assert await told(BOB) == [(5000, False, Why.OUTSIDE), (4000, True, Why.COUNTED)]
    assert await told(ANN) == [(7000, False, Why.FINAL), (8000, True, Why.COUNTED)]
    assert await told(ANN, CUP) == [(5000, False, Why.FINAL), (4000, True, Why.COUNTED)]  # what the day has beyond it
    assert await told(CID) == [(3000, False, Why.OUTSIDE), (200, True, Why.COUNTED)]
