"""Imported exercises in a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from gateway.exercise_watch import ExerciseWatch
from persistence.exercises import Exercises, Kept, keep
from persistence.queries import Queries
from rules.exercises import IMPORTED, Catalogue, Category, Equipment, Exercise, Level, Measure, Muscle
from tests.rules.own_exercises import OWN

ROW = Exercise(
    id=f"{IMPORTED}row",
    name="Row, “heavy”",
    category=Category.OLYMPIC_WEIGHTLIFTING,
    level=Level.EXPERT,
    equipment=Equipment.EZ_BAR,
    primary_muscles=(Muscle.LOWER_BACK,),
    secondary_muscles=(Muscle.LATS, Muscle.BICEPS),
    measures=(Measure.WEIGHT, Measure.REPS),
    instructions=('Say "now", {1,2}.', "Pull\\push."),
)
DIP = replace(ROW, id=f"{IMPORTED}dip", name="Dip", secondary_muscles=(), instructions=())


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def exercises(database_url: str) -> AsyncIterator[Exercises]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        yield Exercises(Queries(pool))


async def test_what_is_kept_comes_back_as_it_was(connection, exercises):
    assert await keep(connection, [ROW, DIP], "some.json") == Kept(new=2, changed=0, unchanged=0)

    assert await exercises.stored() == [DIP, ROW]
    assert await connection.fetchval("SELECT DISTINCT source FROM exercises") == "some.json"


async def test_a_second_import_writes_only_what_differs(connection, exercises):
    await keep(connection, [ROW, DIP], "some.json")
    lighter = replace(ROW, measures=(Measure.REPS,))

    assert await keep(connection, [ROW, DIP], "some.json") == Kept(new=0, changed=0, unchanged=2)
    assert await keep(connection, [lighter], "other.json") == Kept(new=0, changed=1, unchanged=0)

    assert await exercises.stored() == [DIP, lighter]
    assert await connection.fetch("SELECT id, source FROM exercises ORDER BY id") == [
        (DIP.id, "some.json"),
        (ROW.id, "other.json"),
    ]


async def test_an_own_exercise_cannot_be_written(connection, exercises):
    """Not even by an import that has gone wrong, and then nothing of it is kept."""
    with pytest.raises(asyncpg.CheckViolationError):
        await keep(connection, [ROW, replace(ROW, id="bench-press")], "some.json")

    assert await exercises.stored() == []


async def test_the_mark_moves_with_every_change_and_only_then(connection, exercises):
    marks = [await exercises.mark()]
    for change in (
        lambda: keep(connection, [ROW, DIP], "some.json"),
        lambda: keep(connection, [replace(ROW, name="Another Row")], "some.json"),
        lambda: connection.execute("DELETE FROM exercises WHERE id = $1", ROW.id),
        lambda: keep(connection, [ROW], "some.json"),
    ):
        await change()
        marks.append(await exercises.mark())

    assert len(set(marks)) == len(marks)
    await keep(connection, [ROW, DIP], "some.json")
    assert await exercises.mark() == marks[-1]


async def test_a_row_that_says_nothing_is_left_out(connection, exercises):
    """Somebody wrote it by hand, or a newer version did."""
    await keep(connection, [ROW, DIP], "some.json")
    await connection.execute("UPDATE exercises SET primary_muscles = '{toes}' WHERE id = $1", ROW.id)

    assert await exercises.stored() == [DIP]


async def test_a_running_server_sees_an_import(connection, exercises):
    catalogue = Catalogue(OWN)
    watch = ExerciseWatch(catalogue, exercises)
    await watch.refresh()
    assert len(catalogue) == len(OWN)

    await keep(connection, [ROW, DIP], "some.json")
    await watch.refresh()
    assert catalogue.get(ROW.id) == ROW
    assert len(catalogue) == len(OWN) + 2

    await connection.execute("DELETE FROM exercises WHERE id = $1", ROW.id)
    await watch.refresh()
    assert catalogue.get(ROW.id) is None


async def test_without_a_change_nothing_is_read_again(connection, exercises):
    catalogue = Catalogue(OWN)
    watch = ExerciseWatch(catalogue, exercises)
    await keep(connection, [ROW], "some.json")
    await watch.refresh()
    held = catalogue.get(ROW.id)

    await watch.refresh()

    assert catalogue.get(ROW.id) is held
