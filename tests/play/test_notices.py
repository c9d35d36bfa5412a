"""Notifications and goals over real sockets: two devices in step, a quiet night, a server that was down."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.client.http import Api, Session
from tests.play.cast import PEOPLE, START, TODAY, Cast
from tests.play.databases import database, set_game_time
from tests.play.players import Bare, error, guest, ok, user_id
from tests.play.running import RunningServer
from tests.play.scenes_notices import EXAMPLES

pytestmark = pytest.mark.serial

DRIVEN = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database_url, DRIVEN) as running:
        yield running


async def tell(socket: Bare, type: str, data: dict[str, Any]) -> dict[str, Any]:
    return ok(await socket.ask(type, data))


async def befriended(server: RunningServer, ann: Session, bob: Session) -> None:
    """Bob asks Ann to be friends: something that Ann is told of."""
    async with Bare(server.socket_url) as socket:
        await socket.hello(bob)
        await tell(socket, "friend:request", {"userId": user_id(ann)})


async def test_what_is_read_on_one_device_is_read_on_all(server: RunningServer) -> None:
    async with Api(server.url) as api, Bare(server.socket_url) as phone, Bare(server.socket_url) as tablet:
        ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
        assert (await phone.hello(ann))["user"]["unread"] == 0
        await tablet.hello(ann, device="tablet")
        await befriended(server, ann, bob)
        told = [(await device.push("notification:new"))["data"] for device in (phone, tablet)]
        assert told[0] == told[1]
        assert (told[0]["type"], told[0]["message"]) == ("friendRequested", "Bob wants to be your friend.")

        assert await tell(phone, "notification:read", {"notificationId": told[0]["id"]}) == {}
        assert (await tablet.push("notification:read"))["data"] == {"notificationId": told[0]["id"], "unread": 0}
        nowhere = await tablet.ask("notification:read", {"notificationId": user_id(bob)})
        assert error(nowhere)["code"] == "NOT_FOUND"


async def test_a_goal_is_followed_by_all_devices(server: RunningServer) -> None:
    async with Api(server.url) as api, Bare(server.socket_url) as phone, Bare(server.socket_url) as tablet:
        ann = await guest(api, "Ann")
        await phone.hello(ann)
        await tablet.hello(ann, device="tablet")
        goal = await tell(phone, "goal:create", {"type": "daily", "metric": "steps", "target": 5000})
        assert (await tablet.push("sync:progress"))["data"] == {"goals": [goal], "removed": []}
        await tell(phone, "goal:milestone", {"goalId": goal["id"], "title": "Half way", "share": 0.5})
        await tell(phone, "steps:sync", {"date": TODAY, "steps": 5200})
        achieved = (await tablet.push("goal:achieved"))["data"]["goal"]
        assert (achieved["progress"], achieved["milestones"][0]["reached"]) == (5200, True)
        explained = await tell(phone, "receipt:explain", {"subject": "goal"})
        assert [receipt["counted"] for receipt in explained["receipts"]] == [True]
        assert await tell(phone, "goal:delete", {"goalId": goal["id"]}) == {}


async def test_changed_preferences_and_profiles_reach_the_other_device(server: RunningServer) -> None:
    async with Api(server.url) as api, Bare(server.socket_url) as phone, Bare(server.socket_url) as tablet:
        ann = await guest(api, "Ann")
        await phone.hello(ann)
        await tablet.hello(ann, device="tablet")
        preferences = await tell(phone, "preferences:update", {"quietHours": {"from": "22:00", "to": "07:00"}})
        assert (await tablet.push("sync:preferences"))["data"]["preferences"] == preferences
        await tell(phone, "profile:update", {"timezone": "Asia/Tokyo"})
        assert (await tablet.push("sync:preferences"))["data"]["user"]["timezone"] == "Asia/Tokyo"


async def test_what_a_quiet_time_held_back_goes_out_although_the_server_was_down(database_url: str) -> None:
    async with RunningServer(database_url, DRIVEN) as server, Api(server.url) as api:
        ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
        async with Bare(server.socket_url) as phone:
            await phone.hello(ann)
            await tell(phone, "preferences:update", {"quietHours": {"from": "07:00", "to": "09:00"}})  # it is 08:00
            await tell(phone, "goal:create", {"type": "daily", "metric": "puffs", "target": 3})
            await befriended(server, ann, bob)
            await phone.heard()
            assert "notification:new" not in {frame.get("type") for frame in phone.frames}
        assert await waiting(database_url, ann) == ["goals", "quiet"]
    await set_game_time(database_url, datetime(2026, 5, 2, 12, tzinfo=UTC))
    for _ in range(2):
        async with RunningServer(database_url, DRIVEN) as server:
            assert await waiting(database_url, ann) == ["goals"]
            async with database(database_url) as connection:
                rows = await connection.fetch("SELECT type FROM notices WHERE user_id = $1 ORDER BY 1", user_id(ann))
            assert [row["type"] for row in rows] == ["friendRequested", "goalAchieved"]
            assert (await server.command("verify"))[0] == 0


async def waiting(database_url: str, session: Session) -> list[str]:
    """The reminders that the user waits for."""
    async with database(database_url) as connection:
        rows = await connection.fetch("SELECT name FROM reminders WHERE id = $1 ORDER BY name", user_id(session))
    return [row["name"] for row in rows]


async def test_everyone_changes_their_own_goals_and_nobody_elses(server: RunningServer) -> None:
    async with Cast(server) as cast:
        made = {person: await cast.tell(person, "goal:create", EXAMPLES["goal:create"](cast)) for person in PEOPLE}
        for name in ("goal:update", "goal:milestone", "goal:delete"):
            for person, other in zip(PEOPLE, (*PEOPLE[1:], PEOPLE[0]), strict=True):
                data = EXAMPLES[name](cast)
                refused = await cast.say(person, name, {**data, "goalId": made[other]["id"]})
                assert error(refused)["code"] == "NOT_FOUND"
            for person in PEOPLE:
                await cast.tell(person, name, {**EXAMPLES[name](cast), "goalId": made[person]["id"]})
