"""Workouts over real sockets: the devices of an athlete in step, training together, and what outlives a server or a bug."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.client.http import Api, Session
from rules.days import stamp
from tests.play.databases import set_game_time
from tests.play.players import Bare, error, guest, ok, user_id
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

SQUAT = "back-squat"
PLAN = {"name": "Legs", "exercises": [{"exerciseId": SQUAT, "sets": [{"weight": 100, "reps": 5}]}]}
START = datetime(2026, 5, 1, 8, tzinfo=UTC)
BUGGY = (str(Path(__file__).with_name("buggy_server.py")),)


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database_url) as server:
        yield server


@pytest.fixture
async def api(server: RunningServer) -> AsyncIterator[Api]:
    async with Api(server.url) as api:
        yield api


class Devices:
    """Sockets of several people, by name and device."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Devices":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def on(self, session: Session, device: str, encoding: Any = "json", **hello: Any) -> Bare:
        bare = await self._stack.enter_async_context(Bare(self.server.socket_url, encoding=encoding))
        self.told = await bare.hello(session, device=device, **hello)
        return bare


@pytest.fixture
async def devices(server: RunningServer) -> AsyncIterator[Devices]:
    async with Devices(server) as devices:
        yield devices


def of(frames: list[dict[str, Any]], topic: str) -> list[tuple[str, int]]:
    """The durable pushes of a topic: type and offset."""
    return [(frame["type"], frame["offset"]) for frame in frames if frame.get("topic") == topic and "offset" in frame]


async def test_two_devices_of_an_athlete_see_the_same(devices: Devices, api: Api) -> None:
    ann = await guest(api, "Ann")
    phone, watch = await devices.on(ann, "phone"), await devices.on(ann, "watch", "msgpack")
    session = ok(await phone.ask("workout:plan", PLAN))
    about, topic = {"sessionId": session["id"]}, f"session:{session['id']}"

    begun = ok(await watch.ask("workout:start", about))
    assert (begun["state"], begun["athletes"][0]["currentExercise"]) == ("inProgress", SQUAT)
    done = ok(await phone.ask("set:complete", {**about, "weight": 100, "reps": 5, "rpe": 8}))
    assert done["set"]["record"] is True
    seen = await watch.push("set:completed")
    assert seen["data"] == {"userId": user_id(ann), "exerciseId": SQUAT, "set": done["set"]}
    assert (await watch.push("workout:stats"))["data"]["stats"]["volume"] == 500
    ok(await watch.ask("set:undo", about))
    await phone.push("set:undone")
    ok(await phone.ask("workout:complete", about))
    for device in (phone, watch):
        await device.push("workout:completed")
        await device.push("server:unsubscribed")
    assert of(phone.frames, topic) == of(watch.frames, topic)
    assert [kind for kind, _ in of(phone.frames, topic)] == [
        "workout:started",
        "set:completed",
        "pr:achieved",
        "pr:achieved",
        "workout:stats",
        "set:undone",
        "workout:completed",
    ]


async def test_a_rest_ticks_on_both_devices_and_comes_back_with_who_was_away(devices: Devices, api: Api) -> None:
    ann = await guest(api, "Ann")
    phone, watch = await devices.on(ann, "phone"), await devices.on(ann, "watch", "msgpack")
    session = ok(await phone.ask("workout:start", {}))
    about, topic = {"sessionId": session["id"]}, f"session:{session['id']}"
    ok(await phone.ask("rest:start", {**about, "seconds": 3}))
    await watch.push("rest:timer")
    before = ok(await watch.ask("subscribe", {"topic": topic}))
    await watch.socket.close()

    while (tick := await phone.push("rest:timer"))["data"]["remaining"]:
        assert "offset" not in tick
    heard = [frame["data"]["remaining"] for frame in phone.frames if frame.get("type") == "rest:timer"]
    assert heard == sorted(heard, reverse=True)
    assert (heard[0], len(set(heard))) == (3, len(heard))
    at = {"epoch": before["epoch"], "offset": before["offset"]}
    back = await devices.on(ann, "watch", resume={topic: at})
    assert devices.told["user"]["sessionId"] == session["id"]
    assert devices.told["topics"][topic]["recovered"] is True
    missed = await back.push("rest:timer")
    assert (missed["data"]["remaining"], missed["offset"]) == (0, tick["offset"])


async def test_training_together(devices: Devices, api: Api) -> None:
    ann, bob, cem = [await guest(api, name) for name in ("Ann", "Bob", "Cem")]
    hers, his, theirs = [await devices.on(session, "phone") for session in (ann, bob, cem)]
    session = ok(await hers.ask("workout:plan", {**PLAN, "visibility": "private"}))
    about, topic = {"sessionId": session["id"]}, f"session:{session['id']}"
    assert error(await his.ask("workout:join", about))["code"] == "NOT_FOUND"
    assert ok(await hers.ask("workout:invite", {**about, "userIds": [user_id(bob)]})) == {}
    assert (await his.push("workout:invited"))["data"]["sessionId"] == session["id"]
    ok(await his.ask("workout:join", about))
    assert len((await hers.push("workout:joined"))["data"]["session"]["athletes"]) == 2
    ok(await hers.ask("workout:start", about))

    ok(await his.ask("set:complete", {**about, "weight": 60, "reps": 8}))
    assert (await hers.push("set:completed"))["data"]["userId"] == user_id(bob)
    ok(await his.ask("cheer:send", {"topic": topic, "userId": user_id(ann), "emoji": "💪"}))
    assert (await hers.push("cheer:received"))["data"]["from"] == user_id(bob)
    where = {"points": [{"lat": 52.5, "lon": 13.4, "time": stamp(datetime.now(UTC))}]}
    assert ok(await his.ask("location:update", where)) == {}
    assert (await hers.push("location:updated"))["data"]["points"][0]["lat"] == 52.5
    assert error(await theirs.ask("subscribe", {"topic": topic}))["code"] == "NOT_FOUND"
    assert error(await theirs.ask("location:update", where))["code"] == "WRONG_STATE"

    ok(await hers.ask("workout:complete", about))
    done = (await his.push("workout:completed"))["data"]["session"]
    assert [athlete["stats"]["volume"] for athlete in done["athletes"]] == [0, 480]
    assert (await devices.on(bob, "tablet")).frames
    assert "sessionId" not in devices.told["user"]


async def test_exercises_are_found_and_trained(devices: Devices, api: Api) -> None:
    """What the catalogue shows can be planned, and nothing else."""
    phone = await devices.on(await guest(api, "Ann"), "phone")
    [found] = ok(await phone.ask("exercise:list", {"text": "back sq", "equipment": "barbell"}))["exercises"]
    assert (found["id"], found["primaryMuscles"]) == (SQUAT, ["quadriceps"])
    assert ok(await phone.ask("exercise:get", {"exerciseId": SQUAT})) == found
    assert error(await phone.ask("exercise:get", {"exerciseId": "underwater-curl"}))["code"] == "NOT_FOUND"
    [problem] = error(await phone.ask("exercise:list", {"muscle": "tail"}))["details"]["fields"]
    assert (problem["path"], problem["problem"].startswith("must be 'abdominals'")) == ("muscle", True)
    planned = ok(await phone.ask("workout:plan", {"name": "Legs", "exercises": [{"exerciseId": found["id"]}]}))
    assert planned["athletes"][0]["exercises"][0]["name"] == found["name"]


async def test_devices_that_came_after_the_plan_hear_it_begin(devices: Devices, api: Api) -> None:
    ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
    hers, his = await devices.on(ann, "phone"), await devices.on(bob, "phone")
    session = ok(await hers.ask("workout:plan", {**PLAN, "visibility": "public", "location": "The park"}))
    assert session["location"] == "The park"
    about, topic = {"sessionId": session["id"]}, f"session:{session['id']}"
    ok(await his.ask("workout:join", about))
    for bare in (hers, his):
        await bare.socket.close()
    hers, his = await devices.on(ann, "phone"), await devices.on(bob, "phone")

    ok(await hers.ask("workout:start", about))
    ok(await hers.ask("rest:start", {**about, "seconds": 2}))
    for bare in (hers, his):
        while not of(bare.frames, topic) or of(bare.frames, topic)[-1][0] != "rest:timer":  # its end has an offset
            await bare.frame()
        assert [kind for kind, _ in of(bare.frames, topic)] == ["workout:started", "rest:timer"]


async def test_a_session_and_its_rest_outlive_a_killed_server(database_url: str) -> None:
    driven = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": stamp(START)}
    async with RunningServer(database_url, driven) as server, Api(server.url) as api:
        ann = await guest(api, "Ann")
        async with Bare(server.socket_url) as phone:
            await phone.hello(ann)
            session = ok(await phone.ask("workout:start", {}, "start"))
            about, topic = {"sessionId": session["id"]}, f"session:{session['id']}"
            ok(await phone.ask("exercise:select", {**about, "exerciseId": SQUAT}))
            set_done = {**about, "weight": 100, "reps": 5}
            first = ok(await phone.ask("set:complete", set_done, "set"))
            resting = ok(await phone.ask("rest:start", {**about, "seconds": 600}))
        server.kill9()
        await server.ended()
        await set_game_time(database_url, START + timedelta(seconds=60))
        await server.restart()
        async with Bare(server.socket_url) as phone:
            assert (await phone.hello(ann))["user"]["sessionId"] == session["id"]
            tick = await phone.push("rest:timer")
            assert (tick["topic"], tick["data"]["remaining"]) == (topic, 540)
            assert ok(await phone.ask("set:complete", set_done, "set")) == first
            seen = ok(await phone.ask("subscribe", {"topic": topic}))["state"]["session"]
            assert seen["athletes"][0]["rest"] == resting["athletes"][0]["rest"]
            assert len(seen["athletes"][0]["exercises"][0]["sets"]) == 1
            assert ok(await phone.ask("workout:start", {}, "start"))["id"] == session["id"]
        server.kill9()
        await server.ended()
        await set_game_time(database_url, START + timedelta(hours=13))
        await server.restart()
        async with Bare(server.socket_url) as phone:
            me = (await phone.hello(ann))["user"]
            assert "sessionId" not in me  # abandoned
            ended = ok(await phone.ask("subscribe", {"topic": topic}))["state"]["session"]
            assert (ended["state"], ended["endedAt"]) == ("completed", stamp(START))
        assert await asyncio.wait_for(server.terminate(), 20) == 0


async def test_who_trained_in_a_session_that_broke_trains_on_in_another(database_url: str) -> None:
    """It waits for an operator, and its athletes for nobody. Repaired, it still counts."""
    async with (
        RunningServer(database_url, program=BUGGY) as server,
        Api(server.url) as api,
        Devices(server) as devices,
    ):
        ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
        hers, his = await devices.on(ann, "phone"), await devices.on(bob, "phone")
        sick = {"sessionId": ok(await hers.ask("workout:plan", {**PLAN, "visibility": "public"}))["id"]}
        ok(await his.ask("workout:join", sick))
        ok(await hers.ask("workout:start", sick))
        for athlete in (hers, his):
            ok(await athlete.ask("set:complete", {**sick, "weight": 60, "reps": 5}))
        while error(await hers.ask("set:complete", {**sick, "reps": 5, "notes": "boom"}))["code"] != "UNAVAILABLE":
            pass
        assert error(await hers.ask("workout:cancel", sick))["code"] == "UNAVAILABLE"
        await devices.on(ann, "watch")
        assert "sessionId" not in devices.told["user"]

        well = {"sessionId": ok(await hers.ask("workout:start", {}))["id"]}
        ok(await hers.ask("exercise:select", {**well, "exerciseId": SQUAT}))
        assert [
            record["kind"]
            for record in ok(await hers.ask("set:complete", {**well, "weight": 60, "reps": 6}))["records"]
        ] == [
            "oneRepMax",
            "maxReps",
            "maxVolume",
        ]
        ok(await hers.ask("workout:complete", well))

        await server.restart()  # an operator has repaired it
        hers, his = await devices.on(ann, "phone"), await devices.on(bob, "phone")
        assert devices.told["user"]["sessionId"] == sick["sessionId"]  # he has waited
        ok(await hers.ask("workout:complete", sick))
        for session, workouts in ((ann, 2), (bob, 1)):
            me = await session.call("GET", "/users/me")
            assert (me["today"]["workouts"], "sessionId" in me) == (workouts, False)
        await server.terminate()
        assert (await server.command("verify"))[0] == 0
