"""Friends over real sockets: who hears whom, who comes and goes, posts, and cheers at a live challenge."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.client.http import Api, Session
from tests.play.outside import live_challenge, today
from tests.play.players import Bare, error, guest, ok, user_id
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

GRACE = 1  # s


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database_url, {"GAUNTLET_PRESENCE_GRACE": str(GRACE)}) as server:
        yield server


@pytest.fixture
async def api(server: RunningServer) -> AsyncIterator[Api]:
    async with Api(server.url) as api:
        yield api


class Three:
    """Ann and Bob are friends, Cat is a stranger; each with a socket."""

    def __init__(self, server: RunningServer, sessions: dict[str, Session]) -> None:
        self.server = server
        self.sessions = sessions
        self.sockets: dict[str, Bare] = {}

    def id(self, name: str) -> str:
        return user_id(self.sessions[name])

    async def tell(self, name: str, type: str, data: dict[str, Any]) -> dict[str, Any]:
        return ok(await self.sockets[name].ask(type, data))

    async def relate(self, name: str, what: str, other: str) -> str:
        return str((await self.tell(name, f"friend:{what}", {"userId": self.id(other)}))["status"])

    async def heard(self, name: str) -> list[str]:
        """The types of all pushes that have come by now."""
        await self.sockets[name].heard()
        return [frame["type"] for frame in self.sockets[name].frames if "topic" in frame]


@pytest.fixture
async def three(server: RunningServer, api: Api) -> AsyncIterator[Three]:
    async with AsyncExitStack() as stack:
        three = Three(server, {name: await guest(api, name.title()) for name in ("ann", "bob", "cat")})
        for at, name in enumerate(three.sessions):
            encoding: Any = "json" if at % 2 else "msgpack"
            three.sockets[name] = await stack.enter_async_context(Bare(server.socket_url, encoding=encoding))
            await three.sockets[name].hello(three.sessions[name])
        assert await three.relate("ann", "request", "bob") == "requested"
        asked = await three.sockets["bob"].push("friend:requested")
        assert asked["data"]["user"]["id"] == three.id("ann")
        assert await three.relate("bob", "accept", "ann") == "friends"
        assert (await three.sockets["ann"].push("friend:accepted"))["data"]["user"]["presence"] == "online"
        yield three


async def test_a_friend_hears_who_comes_and_goes_but_no_short_drop(three: Three) -> None:
    ann, bob, cat = (three.sockets[name] for name in three.sockets)
    async with Bare(three.server.socket_url) as second:
        await second.hello(three.sessions["bob"], device="tablet")
        await bob.socket.close()
    gone = await ann.push("friend:offline")
    assert (gone["topic"], gone["data"]) == (f"user:{three.id('ann')}", {"userId": three.id("bob")})
    assert "offset" not in gone
    async with Bare(three.server.socket_url) as back:
        me = (await back.hello(three.sessions["bob"]))["user"]
        assert me["friends"] == [three.id("ann")]
        assert (await ann.push("friend:online"))["data"] == {"userId": three.id("bob")}
    async with Bare(three.server.socket_url) as again:
        await again.hello(three.sessions["bob"])
        await ann.heard()
        types = [frame["type"] for frame in ann.frames if frame.get("type", "").startswith("friend:o")]
        assert types == ["friend:offline", "friend:online"]
    await cat.heard()
    assert [frame for frame in cat.frames if str(frame.get("type")).startswith("friend:")] == []


async def test_a_new_friend_is_introduced_first_and_brings_a_badge_for_friends_once(three: Three) -> None:
    for _ in range(2):
        await three.relate("ann", "request", "cat")
        assert await three.relate("cat", "accept", "ann") == "friends"
        await three.heard("ann")
        assert await three.relate("cat", "remove", "ann") == "none"
    cat = [
        frame["type"]
        for frame in three.sockets["ann"].frames
        if str(frame.get("type")).startswith("friend:") and three.id("cat") in str(frame["data"])
    ]
    assert cat == ["friend:accepted", "friend:activity", "friend:accepted"]
    assert (await three.heard("cat")).count("badge:earned") == 1
    badges = (await three.sessions["cat"].call("GET", "/users/me/rewards"))["badges"]
    assert [badge["id"] for badge in badges] == ["better-together"]


async def test_a_puff_is_heard_by_friends_once_it_may_be(three: Three) -> None:
    await three.tell("ann", "puff:record", {})
    await three.tell("ann", "preferences:update", {"privacy": {"progress": "friends"}})
    await three.tell("ann", "puff:record", {})
    puff = await three.sockets["bob"].push("friend:puff")
    assert puff["data"]["userId"] == three.id("ann")
    assert (await three.heard("bob")).count("friend:puff") == 1
    assert "friend:puff" not in await three.heard("cat")
    assert await three.relate("bob", "block", "ann") == "blocked"
    await three.tell("ann", "puff:record", {})
    assert (await three.heard("bob")).count("friend:puff") == 1


async def test_friends_hear_of_a_post_and_its_author_of_what_they_say(three: Three) -> None:
    post = await three.tell("ann", "post:create", {"text": "I walked"})
    assert (await three.sockets["bob"].push("activity:new"))["data"]["post"]["id"] == post["id"]
    assert "activity:new" not in await three.heard("cat")
    about = {"postId": post["id"]}
    assert (await three.tell("bob", "post:like", about))["likes"] == 1
    assert (await three.sockets["ann"].push("like:received"))["data"]["name"] == "Bob"
    comment = await three.tell("bob", "post:comment", {**about, "text": "Well done"})
    assert (await three.sockets["ann"].push("comment:received"))["data"]["comment"] == comment
    assert error(await three.sockets["cat"].ask("post:like", about))["code"] == "NOT_FOUND"


async def test_a_cheer_is_seen_by_all_who_watch_and_kept_by_nobody(three: Three) -> None:
    challenge = await live_challenge(three.sessions["ann"])
    about, topic = {"challengeId": challenge}, f"challenge:{challenge}"
    await three.tell("bob", "challenge:join", about)
    cheer = {"topic": topic, "userId": three.id("bob"), "emoji": "👏🏽"}
    await three.tell("cat", "cheer:send", cheer)
    await three.tell("ann", "subscribe", {"topic": topic})
    await three.tell("cat", "cheer:send", cheer)
    for name in ("ann", "bob"):
        seen = await three.sockets[name].push("cheer:received")
        assert seen["data"] == {"from": three.id("cat"), "userId": three.id("bob"), "emoji": "👏🏽"}
        assert "offset" not in seen
    refused = {
        "VALIDATION_FAILED": {**cheer, "topic": f"user:{three.id('bob')}"},
        "NOT_FOUND": {**cheer, "userId": three.id("ann")},
    }
    for code, data in refused.items():
        assert error(await three.sockets["cat"].ask("cheer:send", data))["code"] == code
    assert await three.relate("bob", "block", "cat") == "blocked"
    assert error(await three.sockets["cat"].ask("cheer:send", cheer))["code"] == "NOT_FOUND"


async def test_a_post_is_about_a_workout_by_the_id_of_its_session(three: Three) -> None:
    """Which is the only one that the replies to a workout's commands show."""
    session = await three.tell("ann", "workout:start", {})
    about = {"sessionId": session["id"]}
    await three.tell("ann", "exercise:select", {**about, "exerciseId": "bench-press"})
    await three.tell("ann", "set:complete", {**about, "weight": 40, "reps": 8})
    await three.tell("ann", "workout:complete", about)
    post = await three.tell("ann", "post:create", {"text": "Legs", "activityId": session["id"]})
    (workout,) = await three.sessions["ann"].call("GET", "/activities")
    assert (post["activityId"], workout["kind"]) == (workout["id"], "workout")
    refused = await three.sockets["bob"].ask("post:create", {"text": "Legs", "activityId": session["id"]})
    assert error(refused)["code"] == "NOT_FOUND"


async def test_who_accepts_hears_that_their_new_friend_is_there(three: Three) -> None:
    await three.relate("cat", "request", "ann")
    assert await three.relate("ann", "accept", "cat") == "friends"
    there = await three.sockets["ann"].push("friend:online")
    assert (there["data"], "offset" in there) == ({"userId": three.id("cat")}, False)


async def test_a_friend_cheers_at_a_workout_and_a_stranger_finds_none(three: Three) -> None:
    session = await three.tell("ann", "workout:plan", {"name": "Legs", "visibility": "friends"})
    await three.tell("ann", "workout:start", {"sessionId": session["id"]})
    cheer = {"topic": f"session:{session['id']}", "userId": three.id("ann"), "emoji": "💪"}
    await three.tell("bob", "cheer:send", cheer)
    seen = await three.sockets["ann"].push("cheer:received")
    assert (seen["topic"], seen["data"]["from"]) == (cheer["topic"], three.id("bob"))
    assert error(await three.sockets["cat"].ask("cheer:send", cheer))["code"] == "NOT_FOUND"


async def test_all_of_it_is_there_after_a_crash(three: Three) -> None:
    await three.tell("ann", "steps:sync", {"date": today(), "steps": 100})
    post = await three.tell("ann", "post:create", {"text": "I walked"})
    await three.relate("cat", "block", "ann")
    three.server.kill9()
    await three.server.ended()
    await three.server.start()
    async with Bare(three.server.socket_url) as bob, Bare(three.server.socket_url) as cat:
        assert (await bob.hello(three.sessions["bob"]))["user"]["friends"] == [three.id("ann")]
        assert ok(await bob.ask("post:like", {"postId": post["id"]}))["likes"] == 1
        await cat.hello(three.sessions["cat"])
        assert error(await cat.ask("post:like", {"postId": post["id"]}))["code"] == "NOT_FOUND"
    code, printed = await three.server.command("verify")
    assert code == 0, printed
