"""Who may do what in a group: every command to one, tried by everyone; what is expected comes from the catalogue."""

from collections.abc import Mapping

import pytest

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from tests.play.cast import Cast
from tests.play.permissions import code_of, refusal, walk
from tests.play.scenes_group import CHECK_IN, EXAMPLES, PLACES, group_scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_A_GROUP = [
    entry for entry in CATALOGUE.values() if entry.to == "group" and entry.socket and entry.may is not Permission.USER
]
HOST_LAST = tuple(reversed(PLACES))
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


async def test_every_command_of_groups_is_tried() -> None:
    assert EXAMPLES.keys() == {name for name in CATALOGUE if name.startswith(("group:", "checkin:"))}


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("entry", OF_A_GROUP, ids=lambda entry: entry.name)
async def test_commands_to_a_group_over_the_socket(cast: Cast, database: str, entry: Entry, private: bool) -> None:
    scene = await group_scene(cast, private=private)
    data = {"groupId": scene.id, **EXAMPLES[entry.name](cast)}

    async def ask(person: str) -> str:
        return code_of(await cast.say(person, entry.name, data))

    once = entry.name in ("group:delete", "group:remove")
    await walk(database, HOST_LAST, lambda person: refusal(entry, scene.powers(person)), ask, once=once)


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
        assert (person, seen) == (person, refusal(CATALOGUE["group:view"], scene.powers(person)) or "ok")


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
