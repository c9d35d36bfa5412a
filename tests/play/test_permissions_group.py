"""Who may do what in a group: every command to one, tried by everyone; what is expected comes from the catalogue."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from tests.conftest import fresh_database
from tests.play.cast import START, Cast, everything_stored
from tests.play.players import error
from tests.play.running import RunningServer
from tests.play.scenes_group import CHECK_IN, EXAMPLES, PLACES, GroupScene, group_scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURNED_AWAY = frozenset({"UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN"})
OF_A_GROUP = [
    entry for entry in CATALOGUE.values() if entry.to == "group" and entry.socket and entry.may is not Permission.USER
]
JOINS: Mapping[tuple[str, bool, bool], str] = {
    ("stranger", True, False): "NOT_FOUND",
    ("admin", True, False): "NOT_FOUND",  # admins of the site see everything, and come in like anyone else
    **{("announcer", private, code): "FORBIDDEN" for private in (True, False) for code in (True, False)},
    **{
        (member, private, code): "ALREADY_JOINED"
        for member in ("host", "cohost", "participant")
        for private in (True, False)
        for code in (True, False)
    },
}
"""Person, private group?, with the access code? → how joining is refused; everyone else gets in."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(postgres_url: str, migrated: str) -> AsyncIterator[str]:
    async with fresh_database(postgres_url, migrated) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(database: str) -> AsyncIterator[Cast]:
    env = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}
    async with RunningServer(database, env) as server, Cast(server) as everyone:
        yield everyone


def code_of(frame: Mapping[str, Any]) -> str:
    """Of the refusal, or `ok`."""
    return "ok" if "ok" in frame else str(error(frame)["code"])


def expected(entry: Entry, person: str, scene: GroupScene) -> str | None:
    """The code that a group turns this person away with; None when they get through."""
    powers = scene.powers(person)
    if Permission.VIEWER not in powers:
        return "NOT_FOUND"
    return None if entry.may in powers else "FORBIDDEN"


async def test_every_command_of_groups_is_tried() -> None:
    assert EXAMPLES.keys() == {name for name in CATALOGUE if name.startswith(("group:", "checkin:"))}


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("entry", OF_A_GROUP, ids=lambda entry: entry.name)
async def test_commands_to_a_group_over_the_socket(cast: Cast, database: str, entry: Entry, private: bool) -> None:
    """Those who may not come first, and change nothing; then everyone else gets through, and it works for someone."""
    scene = await group_scene(cast, private=private)
    data = {"groupId": scene.id, **EXAMPLES[entry.name](cast)}
    before = await everything_stored(database)
    for person in PLACES:
        if (refusal := expected(entry, person, scene)) is not None:
            assert (person, code_of(await cast.say(person, entry.name, data))) == (person, refusal)
    assert await everything_stored(database) == before
    let_in = [person for person in reversed(PLACES) if expected(entry, person, scene) is None]
    codes = []
    for person in let_in:
        codes.append(code_of(await cast.say(person, entry.name, data)))
        if entry.name in ("group:delete", "group:remove"):
            break  # there is nothing left for the next one
    assert not TURNED_AWAY & set(codes), codes
    assert "ok" in codes, codes


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("by_code", [True, False])
async def test_joining_is_for_those_the_group_is_open_to(cast: Cast, private: bool, by_code: bool) -> None:
    scene = await group_scene(cast, private=private)
    for person in PLACES:
        data = {"accessCode": scene.code} if by_code else {"groupId": scene.id}
        seen = code_of(await cast.say(person, "group:join", data))
        assert (person, seen) == (person, JOINS.get((person, private, by_code), "ok"))


@pytest.mark.parametrize("private", [True, False])
async def test_the_topic_is_for_members(cast: Cast, private: bool) -> None:
    scene = await group_scene(cast, private=private)
    for person in PLACES:
        seen = code_of(await cast.say(person, "subscribe", {"topic": f"group:{scene.id}"}))
        assert (person, seen) == (person, expected(CATALOGUE["group:view"], person, scene) or "ok")


async def test_a_check_in_is_corrected_by_nobody_but_its_member(cast: Cast) -> None:
    scene = await group_scene(cast, private=False)
    made = await cast.tell("participant", "checkin:submit", {"groupId": scene.id, **CHECK_IN, "isPrivate": True})
    for person in PLACES:
        data = {"activityId": made["activity"]["id"], "care": 1}
        seen = code_of(await cast.say(person, "checkin:update", data))
        assert (person, seen) == (person, "ok" if person == "participant" else "NOT_FOUND")


async def test_who_is_put_out_hears_no_more_of_it(cast: Cast) -> None:
    scene = await group_scene(cast, private=True)
    here, topic = {"groupId": scene.id}, f"group:{scene.id}"
    await cast.tell("host", "group:remove", {**here, "userId": cast.id("participant")})
    await cast.tell("host", "group:message", {**here, "text": "among ourselves"})
    await cast.sockets["cohost"].push("group:message")
    await cast.sockets["participant"].heard()
    heard = [frame for frame in cast.sockets["participant"].frames if frame.get("topic") == topic]
    assert "group:message" not in {frame["type"] for frame in heard}
    assert heard[-1]["type"] == "server:unsubscribed"
