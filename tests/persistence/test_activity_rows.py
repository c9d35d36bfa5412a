"""Activities, days and routes in the read tables: what clients did, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import orjson
import pytest

from actors.messages import Permission
from actors.ports import Fenced, Recorded
from actors.user import UserActor
from persistence.database import Writer, open_pool, prepare_connection
from persistence.journal import Journal
from persistence.reads import Reads
from persistence.tables import TRACKS, Rows
from persistence.verify import verify
from rules.activity.commands import DeleteActivity, LogRun, LogWalk, RecordPuff
from rules.activity.sealing import SEALED_AFTER
from rules.day import steps_activity_id
from rules.route.encoded import decode
from rules.route.points import RoutePoint
from rules.route.recorded import RecordedRoute
from rules.user.commands import Register, SyncSteps
from tests.actors.world import NOON, World
from tests.persistence.test_verify import KINDS, RULES
from tests.rules import routes

ANN = "00000000-0000-0000-0000-000000000001"
TODAY = NOON.date()
START = routes.START  # the morning of that day


class Scene:
    def __init__(self, world: World, connection: asyncpg.Connection, reads: Reads) -> None:
        self.world, self.connection, self.reads = world, connection, reads

    def send(self, command: object) -> None:
        self.world.send(ANN, command, by=ANN, may=Permission.SELF, kind="user")

    async def ask(self, command: object) -> dict:
        reply = await self.world.ask(ANN, command, by=ANN, may=Permission.SELF, kind="user")
        assert isinstance(reply, dict), reply
        return reply

    async def verified(self) -> dict[str, list[str]]:
        return (await verify(self.connection, KINDS, lambda _: None)).differences


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    pool, writer = await open_pool(database_url), Writer(database_url)
    journal = Journal(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    scene = Scene(World(journal=journal, kinds={"user": UserActor}, rules=RULES), connection, Reads(pool))
    await scene.ask(Register("ann", "Ann"))
    yield scene
    await scene.world.directory.stop()
    await connection.close()
    await writer.close()
    await pool.close()


def run(km: float, client: str = "r") -> LogRun:
    route = RecordedRoute.of(
        [RoutePoint(point.lat, point.lon, point.at) for point in routes.steady(1000 * km, 9, every=10)]
    )
    return LogRun(START, client, end_time=START + timedelta(minutes=400 / 60 * km), route=route)


async def test_a_days_activities_are_rows_and_its_sums_are(scene):
    await scene.ask(SyncSteps(TODAY, 4000, distance_meters=3000.0))
    logged = (await scene.ask(run(5)))["activity"]
    puff = (await scene.ask(RecordPuff()))["activity"]
    begun = (await scene.ask(LogWalk(NOON, "w")))["activity"]
    day = await scene.connection.fetchrow("SELECT steps, distance, more::text FROM days")
    assert (day["steps"], day["distance"]) == (4000, 3000 + logged["metrics"]["distance"])
    assert orjson.loads(day["more"]) == {"duration": logged["metrics"]["duration"], "puffs": 1, "runs": 1}
    for activity in (logged, puff, begun):
        assert await scene.reads.activity(ANN, activity["id"]) == activity
    assert (await scene.reads.activity(ANN, steps_activity_id(ANN, TODAY, "default")))["details"].keys() == {
        "device",
        "syncedAt",
    }
    assert await scene.verified() == {}


async def test_the_last_route_of_an_activity_is_kept(scene):
    """Also when it is logged more than once in one commit."""
    for km in (3, 4, 5):
        scene.send(run(km))
    scene.send(run(2, "gone"))
    await scene.world.directory.settled()
    gone = scene.world.replies[-1][1]["activity"]["id"]
    await scene.ask(DeleteActivity(gone))
    assert [len(points) for points in map(decode, await tracks(scene)) for points in points] == [201]
    assert await scene.verified() == {}
    await scene.ask(LogRun(START, "r", end_time=START + timedelta(minutes=30), distance_meters=5000.0))
    assert await tracks(scene) == []
    assert await scene.verified() == {}


async def tracks(scene: Scene) -> list[str]:
    return [row["route"] for row in await scene.connection.fetch("SELECT route FROM tracks")]


async def test_what_is_deleted_has_no_row(scene):
    await scene.ask(SyncSteps(TODAY, 4000))
    logged = (await scene.ask(run(5)))["activity"]
    await scene.ask(DeleteActivity(logged["id"]))
    await scene.ask(DeleteActivity(steps_activity_id(ANN, TODAY, "default")))
    assert await scene.connection.fetchval("SELECT count(*) FROM activities") == 0
    assert tuple(await scene.connection.fetchrow("SELECT steps, more::text FROM days")) == (0, "{}")
    assert await scene.verified() == {}


async def test_puffs_of_long_ago_keep_their_rows(scene):
    old = [(await scene.ask(RecordPuff()))["activity"] for _ in range(2)]
    scene.world.clock.set(NOON + timedelta(days=SEALED_AFTER + 1))
    await scene.ask(RecordPuff())
    assert await scene.connection.fetchval("SELECT count(*) FROM activities") == 3
    assert await scene.reads.activity(ANN, old[0]["id"]) == old[0]
    assert (await scene.connection.fetchval("SELECT more::text FROM days WHERE date = $1", TODAY)) == '{"puffs": 2}'
    assert await scene.verified() == {}
    await scene.ask(SyncSteps(TODAY + timedelta(days=20), 4000))
    assert await scene.verified() == {}


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE tracks SET route = route || 'A'", "tracks"),
        ("DELETE FROM tracks", "tracks"),
        ("""UPDATE days SET more = '{"puffs": 7}'""", "days"),
        ("UPDATE activities SET details = '{}' WHERE kind = 'run'", "activities"),
    ],
)
async def test_tampering_is_found(scene, statement, table):
    await scene.ask(run(5))
    await scene.connection.execute(statement)
    assert list(await scene.verified()) == [table]


def test_rows_from_events_are_the_last_of_their_key():
    rows = Rows()
    rows.put(TRACKS, "a", ANN, "1")
    rows.put(TRACKS, "a", ANN, "2")
    rows.put(TRACKS, "b", ANN, "3")
    later = Rows()
    later.drop(TRACKS, "b")
    rows.add(later)
    assert rows.upserts[TRACKS] == [("a", ANN, "2")]
    assert rows.deletes[TRACKS] == [("b",)]
    again = Rows()
    again.put(TRACKS, "b", ANN, "4")
    rows.add(again)
    assert (rows.upserts[TRACKS][-1], rows.deletes[TRACKS]) == (("b", ANN, "4"), [])
