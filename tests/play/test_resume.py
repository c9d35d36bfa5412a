"""Coming back: what was missed follows in order, on every device, in both encodings."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.client.http import Api, Session
from tests.play.outside import live_challenge, today
from tests.play.players import Bare, guest, ok, user_id
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

SOCKETS = 10  # of one user


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database_url) as server:
        yield server


@pytest.fixture
async def api(server: RunningServer) -> AsyncIterator[Api]:
    async with Api(server.url) as api:
        yield api


@pytest.fixture
async def ann(api: Api) -> Session:
    return await guest(api, "Ann")


async def walk(bare: Bare, *totals: int) -> None:
    for steps in totals:
        ok(await bare.ask("steps:sync", {"date": today(), "steps": steps}))


def place(topic: str, hello: dict[str, Any], *pushes: dict[str, Any]) -> dict[str, Any]:
    """Where a client stands in a topic that has heard so much since its hello."""
    offset = pushes[-1]["offset"] if pushes else hello["topics"][topic]["offset"]
    return {topic: {"epoch": hello["topics"][topic]["epoch"], "offset": offset}}


async def test_missed_pushes_follow_the_hello_in_order_and_without_gaps(server: RunningServer, ann: Session) -> None:
    topic = f"user:{user_id(ann)}"
    async with Bare(server.socket_url) as tablet:
        await tablet.hello(ann, device="tablet")
        async with Bare(server.socket_url) as phone:
            hello = await phone.hello(ann)
            await walk(phone, 1000, 1200)
            await phone.heard()
            seen = phone.pushes(topic)
        await walk(tablet, 3000, 3200)  # the phone is in a tunnel
        ok(await tablet.ask("steps:sync", {"date": today(), "steps": 12_000, "device": "watch"}))
        await tablet.heard()

        async with Bare(server.socket_url) as phone:
            again = await phone.hello(ann, resume=place(topic, hello, *seen))
            assert again["topics"][topic] == {
                "epoch": hello["topics"][topic]["epoch"],
                "offset": seen[-1]["offset"],
                "recovered": True,
            }
            await walk(phone, 1300)
            await phone.heard()
            await tablet.heard()

            assert seen + phone.pushes(topic) == tablet.pushes(topic)
            assert len(phone.pushes(topic)) >= 4
            offsets = [push["offset"] for push in tablet.pushes(topic)]
            assert offsets == list(range(offsets[0], offsets[0] + len(offsets)))
            assert {"stats:update", "xp:awarded", "level:up", "badge:earned"} <= {
                push["type"] for push in phone.pushes(topic)
            }


async def test_an_epoch_that_is_over_cannot_be_resumed(server: RunningServer, ann: Session) -> None:
    """Nothing old is sent: the state in the reply is what there is."""
    topic = f"user:{user_id(ann)}"
    async with Bare(server.socket_url) as phone:
        hello = await phone.hello(ann)
        await walk(phone, 1000)
    for resume in (
        {topic: {"epoch": "another", "offset": 0}},
        {topic: {"epoch": hello["topics"][topic]["epoch"], "offset": 10_000}},  # of a future that never was
    ):
        async with Bare(server.socket_url) as phone:
            again = await phone.hello(ann, resume=resume)
            assert again["topics"][topic]["recovered"] is False
            assert again["topics"][topic]["epoch"] == hello["topics"][topic]["epoch"]
            assert again["user"]["today"]["steps"] == 1000
            await phone.heard()
            assert phone.pushes(topic) == []


async def test_after_a_crash_the_state_is_read_anew(server: RunningServer, ann: Session) -> None:
    topic = f"user:{user_id(ann)}"
    async with Bare(server.socket_url) as phone:
        hello = await phone.hello(ann)
        await walk(phone, 1000)
        await phone.heard()
        resume = place(topic, hello, *phone.pushes(topic))
    server.kill9()
    await server.ended()
    await server.start()
    async with Bare(server.socket_url) as phone:
        again = await phone.hello(ann, resume=resume)
        assert again["topics"][topic]["recovered"] is False
        assert again["topics"][topic]["epoch"] != hello["topics"][topic]["epoch"]
        assert again["user"]["today"]["steps"] == 1000


async def test_after_a_crash_all_that_one_is_in_is_read_anew(server: RunningServer, api: Api, ann: Session) -> None:
    """The hello tells of session, groups and challenges, each on a new history; what is behind each is what it was."""
    cup = await live_challenge(ann, ann)
    async with Bare(server.socket_url) as phone:
        await phone.hello(ann)
        circle = ok(await phone.ask("group:create", {"name": "Circle"}))["id"]
        ok(await phone.ask("group:message", {"groupId": circle, "text": "hello"}))
        workout = ok(await phone.ask("workout:start", {}))["id"]
        ok(await phone.ask("exercise:select", {"sessionId": workout, "exerciseId": "back-squat"}))
        ok(await phone.ask("set:complete", {"sessionId": workout, "weight": 60, "reps": 5}))
        await walk(phone, 1000)
        topics = [f"user:{user_id(ann)}", f"group:{circle}", f"challenge:{cup}", f"session:{workout}"]
        before = await behind(phone, topics)
    async with Bare(server.socket_url) as phone:
        hello = await phone.hello(ann)
    assert sorted(hello["topics"]) == sorted(topics)
    resume = {topic: {"epoch": told["epoch"], "offset": told["offset"]} for topic, told in hello["topics"].items()}
    server.kill9()
    await server.ended()
    await server.start()
    async with Bare(server.socket_url) as phone:
        again = await phone.hello(ann, resume=resume)
        assert again["user"] == hello["user"]
        assert (again["user"]["groups"], again["user"]["challenges"]) == ([circle], [cup])
        assert again["user"]["sessionId"] == workout
        assert sorted(again["topics"]) == sorted(topics)
        for topic, told in again["topics"].items():
            assert told["recovered"] is False
            assert told["epoch"] != hello["topics"][topic]["epoch"]
        assert await behind(phone, topics) == before


async def behind(bare: Bare, topics: list[str]) -> dict[str, Any]:
    """The state of each topic, without the seconds that go by."""
    states = {topic: ok(await bare.ask("subscribe", {"topic": topic}))["state"] for topic in topics}
    for topic, state in states.items():
        if topic.startswith("session:"):
            for athlete in state["session"]["athletes"]:
                del athlete["stats"]["activeSeconds"], athlete["stats"]["calories"]
    return states


async def test_a_key_means_the_same_command_on_another_device_after_a_reconnect(
    server: RunningServer, ann: Session
) -> None:
    sync = {"date": today(), "steps": 1000, "device": "phone"}
    async with Bare(server.socket_url) as phone:
        await phone.hello(ann)
        first = ok(await phone.ask("steps:sync", sync, "k"))
        await walk(phone, 1200)
    async with Bare(server.socket_url, encoding="msgpack") as tablet:
        await tablet.hello(ann, device="tablet")
        assert ok(await tablet.ask("steps:sync", sync, "k")) == first
        assert (await tablet.ask("steps:sync", {**sync, "steps": 1}, "k"))["error"]["code"] == "CONFLICT"
        state = ok(await tablet.ask("subscribe", {"topic": f"user:{user_id(ann)}"}))["state"]
        assert state["today"]["steps"] == 1200


async def test_replies_come_in_order_and_no_push_before_the_reply_to_its_cause(
    server: RunningServer, ann: Session
) -> None:
    """A hundred commands at once on one connection."""
    async with Bare(server.socket_url) as phone:
        await phone.hello(ann)
        sent = [await phone.say("steps:sync", {"date": today(), "steps": n}) for n in range(1, 101)]
        await phone.reply(sent[-1])
        await phone.heard()

        replies = [frame for frame in phone.frames if frame.get("id") in sent]
        assert [frame["id"] for frame in replies] == sent
        assert [ok(frame)["today"]["steps"] for frame in replies] == list(range(1, 101))
        answered = 0
        for frame in phone.frames:
            if frame.get("id") in sent:
                answered = ok(frame)["today"]["steps"]
            elif frame.get("type") == "stats:update":
                assert frame["data"]["today"]["steps"] <= answered


async def test_both_encodings_see_the_same_on_every_topic(server: RunningServer, api: Api, ann: Session) -> None:
    """Two devices of one player, side by side, and what others do in their challenge."""
    host, bob = await guest(api, "Host"), await guest(api, "Bob")
    cup = await live_challenge(host, ann)
    topics = (f"user:{user_id(ann)}", f"challenge:{cup}")
    async with (
        Bare(server.socket_url) as phone,
        Bare(server.socket_url, encoding="msgpack") as tablet,
        Bare(server.socket_url) as desk,
    ):
        hellos = [await phone.hello(ann), await tablet.hello(ann, device="tablet")]
        assert hellos[0]["topics"] == hellos[1]["topics"]
        await desk.hello(host)
        await walk(phone, 700)
        await bob.call("POST", f"/challenges/{cup}/join")
        ok(await desk.ask("challenge:announce", {"challengeId": cup, "text": "héllo, 世界"}))
        ok(await desk.ask("challenge:pause", {"challengeId": cup}))
        await walk(tablet, 900)
        ok(await desk.ask("challenge:finish", {"challengeId": cup}))
        ok(await desk.ask("challenge:finish", {"challengeId": cup}))
        for bare in (phone, tablet):
            await bare.push("challenge:finished")
            await bare.heard()

        for topic in topics:
            shared = min(len(phone.pushes(topic)), len(tablet.pushes(topic)))  # the tablet may have heard a little more
            assert phone.pushes(topic)[:shared] == tablet.pushes(topic)[:shared]
        types = {push["type"] for push in phone.pushes(topics[1])}
        assert {"challenge:joined", "challenge:announcement", "challenge:updated", "challenge:finished"} <= types


async def test_the_oldest_of_too_many_sockets_goes(server: RunningServer, ann: Session) -> None:
    """With 4505, which means: do not come back."""
    async with AsyncExitStack() as stack:
        bares = [await stack.enter_async_context(Bare(server.socket_url)) for _ in range(SOCKETS + 2)]
        for n, bare in enumerate(bares):
            await bare.hello(ann, device=f"d{n}")
        assert [await bare.closed() for bare in bares[:2]] == [4505, 4505]
        for bare in bares[2:]:
            await bare.heard()
