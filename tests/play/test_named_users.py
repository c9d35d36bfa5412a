"""Ids that are nobody's: every command that names users refuses them, and changes nothing."""

from typing import Any
from uuid import uuid4

import pytest

from gateway.catalogue import CATALOGUE
from tests.play.cast import START, Cast, everything_stored
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

DRIVEN = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}


async def test_who_is_not_there_can_be_named_by_no_command(database_url: str) -> None:
    async with RunningServer(database_url, DRIVEN) as server, Cast(server) as cast:
        scene = await cast.scene(phase="open")
        group = await cast.tell("host", "group:create", {"name": "Walkers"})
        workout = await cast.tell("host", "workout:plan", {"name": "Legs"})
        nobody, somebody = str(uuid4()), cast.id("stranger")
        named: dict[str, dict[str, Any]] = {
            "challenge:role": {"challengeId": scene.id, "userId": nobody, "role": "judge"},
            "challenge:invite": {"challengeId": scene.id, "userIds": [somebody, nobody]},
            "group:invite": {"groupId": group["id"], "userIds": [somebody, nobody]},
            "workout:invite": {"sessionId": workout["id"], "userIds": [somebody, nobody]},
            "friend:request": {"userId": nobody},
            "friend:block": {"userId": nobody},
        }
        assert named.keys() == {entry.name for entry in CATALOGUE.values() if entry.names_users}
        before = await everything_stored(database_url)

        for name, data in named.items():
            refused = (await cast.say("host", name, data))["error"]
            if "userId" in data:
                assert (name, refused["code"], refused["message"]) == (name, "NOT_FOUND", "no such user: check userId")
            else:
                fields = [{"path": "userIds.1", "problem": "no such user"}]
                assert (name, refused["code"], refused["details"]) == (name, "VALIDATION_FAILED", {"fields": fields})

        assert await everything_stored(database_url) == before


async def test_a_senders_commands_keep_their_order_around_one_that_names_users(database_url: str) -> None:
    async with RunningServer(database_url, DRIVEN) as server, Cast(server) as cast:
        scene = await cast.scene(phase="draft")
        host, here = cast.sockets["host"], {"challengeId": scene.id}
        said = []
        for turn in range(5):
            said.append(await host.say("challenge:update", {**here, "name": f"Walk {turn}"}))
            for role in ("cohost", None, "judge"):
                named = {**here, "userId": cast.id("stranger"), "role": role}
                said.append(await host.say("challenge:role", named))
        replies = [frame["ok"] for id in said if (frame := await host.reply(id))]
        answered = [frame["id"] for frame in host.frames if frame.get("id") in said]
        roles = [
            [part for part in ("cohosts", "judges") if cast.id("stranger") in challenge[part]] for challenge in replies
        ]
        assert answered == said
        assert [challenge["name"] for challenge in replies[::4]] == [f"Walk {turn}" for turn in range(5)]
        assert roles[1:] == ([["cohosts"], [], ["judges"], ["judges"]] * 5)[:-1]
