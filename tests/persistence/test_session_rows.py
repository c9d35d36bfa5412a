"""The tables of workouts after real play: they say what the journal says, and what was taken back is gone from them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from actors.messages import Permission
from actors.ports import Fenced, Recorded
from actors.session import SessionActor
from actors.user import UserActor
from gateway.catalogue import CATALOGUE
from gateway.rule_file import read_rules
from persistence.database import Writer, open_pool, prepare_connection
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.verify import verify
from rules import session as rules
from rules.session.commands import ExercisePlan
from rules.user.commands import Register
from tests.actors.world import NOON, World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CEM, LEGS, RUN = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6))
MAY = {entry.command: entry.may for entry in CATALOGUE.values() if entry.to == "session"}
SQUAT, BENCH = "back-squat", "bench-press"


class Gym(World):
    def __init__(self, pool: asyncpg.Pool, writer: Writer) -> None:
        journal = Journal(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
        super().__init__(journal=journal, kinds={"user": UserActor, "session": SessionActor}, rules=RULES)

    async def do(self, command: object, by: str = ANN, id: str = LEGS) -> None:
        self.clock.set(self.clock.now() + timedelta(minutes=1))
        reply = await self.ask(id, command, by=by, may=MAY[type(command)], kind="session", onward=True)
        assert isinstance(reply, dict), reply


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """To a database in which Ann and Bob have trained together, Cem came and went, and Ann called another one off."""
    pool, writer = await open_pool(database_url), Writer(database_url)
    gym = Gym(pool, writer)
    for id, name in ((ANN, "ann"), (BOB, "bob"), (CEM, "cem")):
        registered = await gym.ask(id, Register(name, name.title()), by=id, may=Permission.SELF, kind="user")
        assert isinstance(registered, dict)
    exercises = [ExercisePlan(SQUAT), ExercisePlan(BENCH)]
    await gym.do(rules.Plan(name="Legs", exercises=exercises, visibility="public"))
    for user_id in (BOB, CEM):
        await gym.do(rules.Join(LEGS), user_id)
    await gym.do(rules.Start(LEGS))
    for user_id, weight in ((ANN, 100.0), (ANN, 105.0), (BOB, 60.0), (CEM, 40.0)):
        await gym.do(rules.CompleteSet(LEGS, weight=weight, reps=5, rpe=8.0), user_id)
    await gym.do(rules.Cancel(LEGS), CEM)
    await gym.do(rules.UndoSet(LEGS))
    await gym.do(rules.Select(LEGS, BENCH))
    await gym.do(rules.CompleteSet(LEGS, seconds=30.0, notes="hold"))
    await gym.do(rules.Complete(LEGS), BOB)
    await gym.do(rules.Complete(LEGS))
    await gym.do(rules.Start(), id=RUN)
    await gym.do(rules.Cancel(RUN), id=RUN)
    await gym.directory.stop()
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()
    await writer.close()
    await pool.close()


async def test_after_training_there_is_nothing_to_say(connection: asyncpg.Connection) -> None:
    verdict = await verify(connection, KINDS, lambda _: None)

    assert verdict.differences == {}
    assert verdict.snapshots == 5


async def test_the_rows_are_what_was_done(connection: asyncpg.Connection) -> None:
    sessions = await connection.fetch("SELECT id::text, state, started_at, ended_at FROM sessions ORDER BY created_at")
    athletes = await connection.fetch(
        "SELECT user_id::text, sets, reps, volume, records, average_rpe, active_seconds FROM session_athletes "
        f"WHERE session_id = '{LEGS}' ORDER BY user_id"
    )
    sets = await connection.fetch(
        "SELECT user_id::text, number, exercise_id, weight, seconds, notes, record FROM session_sets "
        "ORDER BY user_id, number"
    )

    def minutes(count: int) -> object:
        return NOON + timedelta(minutes=count)

    assert [tuple(row) for row in sessions] == [
        (LEGS, "completed", minutes(4), minutes(14)),
        (RUN, "cancelled", minutes(15), minutes(16)),
    ]
    assert [tuple(row) for row in athletes] == [
        (ANN, 2, 5, 500, 2, 8, 600),
        (BOB, 1, 5, 300, 2, 8, 540),
    ]
    assert [tuple(row) for row in sets] == [
        (ANN, 0, SQUAT, 100, None, None, True),
        (ANN, 1, BENCH, None, 30, "hold", False),
        (BOB, 0, SQUAT, 60, None, None, True),
    ]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE sessions SET state = 'planned' WHERE state = 'cancelled'", "sessions"),
        ("UPDATE session_athletes SET volume = volume + 1", "session_athletes"),
        ("DELETE FROM session_sets WHERE number = 1", "session_sets"),
    ],
)
async def test_tampering_is_found(connection: asyncpg.Connection, statement: str, table: str) -> None:
    await connection.execute(statement)

    assert table in (await verify(connection, KINDS, lambda _: None)).differences


def test_a_plan_written_before_places_were_has_none() -> None:
    written = """{"at": "2026-05-01T12:00:00Z", "id": "x", "owner_id": "y", "owner_name": "Ann", "name": "Legs",
        "visibility": "public", "exercises": []}"""

    assert KINDS["session"].events.decode("SessionPlanned", 1, written).location is None
