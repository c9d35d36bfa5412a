"""Who may do what in a workout session: every command of it, tried by everyone."""

from typing import get_args

import pytest
import pytest_asyncio

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from tests.play.cast import PEOPLE, Cast, everything_stored
from tests.play.permissions import code_of, walk
from tests.play.players import Bare
from tests.play.scenes_workout import EXAMPLES, PHASES, Stage, Visibility

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.serial]

COMMANDS = [entry for entry in CATALOGUE.values() if entry.to == "session" and entry.socket]
HOST_LAST = sorted(PEOPLE, key="host".__eq__)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(cast: Cast) -> Stage:
    stage = Stage(cast)
    await stage.introduce()
    return stage


async def test_every_command_has_an_example() -> None:
    assert {entry.name for entry in CATALOGUE.values() if entry.to == "session"} <= EXAMPLES.keys()


@pytest.mark.parametrize("visibility", get_args(Visibility))
@pytest.mark.parametrize("entry", [entry for entry in COMMANDS if entry.name != "workout:plan"], ids=lambda e: e.name)
async def test_commands_to_a_session(
    cast: Cast, stage: Stage, database: str, entry: Entry, visibility: Visibility
) -> None:
    workout = await stage.workout(visibility, PHASES.get(entry.name, "inProgress"))
    data = {"sessionId": workout.id, **EXAMPLES[entry.name](cast)}

    async def ask(person: str) -> str:
        return code_of(await cast.say(person, entry.name, data))

    await walk(database, HOST_LAST, lambda person: workout.code_for(entry, person), ask)


@pytest.mark.parametrize("visibility", get_args(Visibility))
async def test_a_session_is_watched_by_those_it_is_shared_with(
    cast: Cast, stage: Stage, visibility: Visibility
) -> None:
    workout = await stage.workout(visibility, "inProgress")
    topic = {"topic": f"session:{workout.id}"}
    for person in PEOPLE:
        expected = "ok" if workout.shared_with(person) or person == "admin" else "NOT_FOUND"
        assert (person, code_of(await cast.say(person, "subscribe", topic))) == (person, expected)


async def test_everyone_trains_and_reads_for_themselves(cast: Cast, stage: Stage) -> None:
    workout = await stage.workout("public", "planned")
    await cast.tell("host", "workout:cancel", {"sessionId": workout.id})
    for person in PEOPLE:
        assert CATALOGUE["location:update"].may is Permission.SELF
        where = EXAMPLES["location:update"](cast)
        assert code_of(await cast.say(person, "location:update", where)) == "WRONG_STATE"
        mine = await cast.tell(person, "workout:start", {})
        assert code_of(await cast.say(person, "location:update", where)) == "ok"
        await cast.tell(person, "workout:cancel", {"sessionId": mine["id"]})


async def test_nobody_trains_before_hello(cast: Cast, stage: Stage, database: str) -> None:
    workout = await stage.workout("public", "inProgress")
    before = await everything_stored(database)
    async with Bare(cast.server.socket_url) as bare:
        for entry in COMMANDS:
            frame = await bare.ask(entry.name, {"sessionId": workout.id, **EXAMPLES[entry.name](cast)})
            assert (entry.name, code_of(frame)) == (entry.name, "UNAUTHENTICATED")
    assert await everything_stored(database) == before
