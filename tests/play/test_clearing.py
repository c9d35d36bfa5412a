"""What may be empty is emptied by null, over the socket and over HTTP, and is empty after a crash too."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.client.http import Api
from tests.play.asking import Web
from tests.play.cast import LATER, START
from tests.play.players import Bare, error, guest, ok
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

DRIVEN = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}
RACE = {"name": "Race", "metric": "steps", "mode": "most", "startsAt": "2026-05-02T08:00:00Z", "endsAt": LATER}
SCORES = {"productive": 5, "satisfied": 5, "body": 5, "care": 5}


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database_url, DRIVEN) as running:
        yield running


async def test_null_empties_what_may_be_empty_for_good(server: RunningServer) -> None:
    async with Api(server.url) as api, Web(server.url) as web, Bare(server.socket_url) as socket:
        ann = await guest(api, "Ann")
        await socket.hello(ann)

        async def tell(command: str, **data: Any) -> dict[str, Any]:
            return ok(await socket.ask(command, data))

        async def refused(command: str, **data: Any) -> str:
            return str(error(await socket.ask(command, data))["details"]["fields"][0]["path"])

        group = (await tell("group:create", name="Circle", description="Fridays"))["id"]
        race = (await tell("challenge:create", **RACE, description="Go", maxParticipants=5, groupId=group))["id"]
        goal = (await tell("goal:create", type="daily", metric="steps", target=5000, to="2026-05-20", title="Walk"))[
            "id"
        ]
        check_in = (await tell("checkin:submit", groupId=group, **SCORES, note="tired", energy=2))["activity"]["id"]
        await tell("profile:update", avatarUrl="https://example.org/ann.png")
        await tell("preferences:update", quietHours={"from": "22:00", "to": "07:00"})

        cleared = [
            await tell("profile:update", avatarUrl=None),
            await tell("preferences:update", quietHours=None),
            await tell("group:update", groupId=group, description=None),
            await tell("challenge:update", challengeId=race, description=None, maxParticipants=None, groupId=None),
            await tell("goal:update", goalId=goal, to=None, title=None),
            (await tell("checkin:update", activityId=check_in, note=None, energy=None))["activity"]["details"],
        ]
        gone = {"avatarUrl", "quietHours", "description", "maxParticipants", "to", "note", "energy"}
        assert [gone & shown.keys() for shown in cleared] == [set()] * 6
        assert cleared[4]["title"] == "5,000 steps a day"
        assert await refused("profile:update", displayName=None) == "displayName"
        assert await refused("challenge:update", challengeId=race, name=None) == "name"
        assert await refused("preferences:update", privacy={"profile": None}) == "privacy.profile"
        answered = await web.ask("PUT", "/users/me", {"timezone": None}, (await ann.token()).text)
        assert (answered.status, answered.body["error"]["details"]["fields"][0]["path"]) == (422, "timezone")

        server.kill9()
        await server.ended()
        await server.start()
        async with Bare(server.socket_url) as again:
            me = (await again.hello(ann))["user"]
        assert not gone & (me.keys() | me["preferences"].keys())
        assert not gone & (await ann.call("GET", f"/challenges/{race}")).keys()
    assert (await server.command("verify"))[0] == 0
