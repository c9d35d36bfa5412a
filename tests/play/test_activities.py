"""A day with walks, puffs and a freeze over real sockets; nobody touches what is another's."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.client.http import Api
from tests.play.players import Bare, error, guest, ok
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

RUN = {"clientId": "r", "startTime": "2026-05-01T06:00:00Z", "endTime": "2026-05-01T07:00:00Z"}


@pytest.fixture
async def two(database_url: str) -> AsyncIterator[tuple[Bare, Bare]]:
    """Ann's socket and Bob's."""
    env = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": "2026-05-01T08:00:00Z"}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(RunningServer(database_url, env))
        api = await stack.enter_async_context(Api(server.url))
        sockets = []
        for name in ("Ann", "Bob"):
            bare = await stack.enter_async_context(Bare(server.socket_url))
            await bare.hello(await guest(api, name))
            sockets.append(bare)
        yield sockets[0], sockets[1]
        assert (await server.command("verify"))[0] == 0


def route(metres: int) -> list[dict[str, Any]]:
    """Straight north in an hour, a point a minute."""
    return [
        {
            "lat": 46 + metres * minute / 60 / 111_195,
            "lon": 14.5,
            "time": f"2026-05-01T06:{minute:02}:00Z" if minute < 60 else "2026-05-01T07:00:00Z",
        }
        for minute in range(61)
    ]


async def test_a_run_with_its_route_is_ones_own_to_correct_and_delete(two):
    ann, bob = two
    logged = ok(await ann.ask("run:log", {**RUN, "route": route(10_000)}))["activity"]
    assert logged["metrics"]["distance"] == pytest.approx(10_000, rel=0.001)
    assert len(logged["details"]["paces"]) in (10, 11)
    corrected = ok(await ann.ask("run:log", {**RUN, "route": route(9000), "notes": "against the wind"}))["activity"]
    assert corrected["id"] == logged["id"]
    assert error(await bob.ask("activity:delete", {"activityId": logged["id"]}))["code"] == "NOT_FOUND"
    removed = ok(await ann.ask("activity:delete", {"activityId": logged["id"]}))["activity"]
    assert (removed["status"], removed["details"]["notes"]) == ("removed", "against the wind")
    kept = ok(await ann.ask("run:log", {**RUN, "route": route(8000)}))["activity"]
    (told,) = ok(await ann.ask("receipt:explain", {"activityId": kept["id"], "subject": "xp"}))["receipts"]
    assert told["counted"]


async def test_what_was_by_car_is_no_run(two):
    ann, _ = two
    refused = error(await ann.ask("run:log", {**RUN, "route": route(45_000)}))
    assert refused["code"] == "IMPLAUSIBLE_ACTIVITY"
    assert refused["details"]["limit"] == 25


async def test_a_puff_sent_twice_is_one(two):
    ann, _ = two
    for _ in range(2):
        today = ok(await ann.ask("puff:record", {"clientId": "p"}))["today"]
    assert today["puffs"] == 1


async def test_a_freeze_keeps_a_streak(two):
    ann, bob = two
    today = date(2026, 5, 1)
    for n in range(1, 11):
        ok(await ann.ask("steps:sync", {"date": (today - timedelta(days=n)).isoformat(), "steps": 1500}))
    freeze = {"kind": "active", "date": "2026-05-01"}
    streak = ok(await ann.ask("streak:freeze", freeze))
    assert (streak["current"], streak["frozenDays"]) == (10, ["2026-05-01"])
    assert error(await bob.ask("streak:freeze", freeze))["code"] == "CONFLICT"


async def test_a_deleted_activity_says_what_became_of_it(two):
    """One sentence, to its owner alone; logged again, it speaks for itself again."""
    ann, bob = two
    removed = []
    for name, data in (
        ("run:log", {**RUN, "distanceMeters": 10_000}),
        ("puff:record", {"clientId": "p"}),
        ("steps:sync", {"date": "2026-05-01", "steps": 4000, "device": "watch"}),
    ):
        removed.append(ok(await ann.ask(name, data))["activity"]["id"])
        ok(await ann.ask("activity:delete", {"activityId": removed[-1]}))
    texts = []
    for activity in removed:
        (told,) = ok(await ann.ask("receipt:explain", {"activityId": activity}))["receipts"]
        assert (told["counted"], told["because"]["activityId"]) == (False, activity)
        texts.append(told["text"])
        assert ok(await ann.ask("receipt:explain", {"activityId": activity, "subject": "badge"}))["receipts"] == []
        assert ok(await ann.ask("receipt:explain", {"activityId": activity, "date": "2026-04-30"}))["receipts"] == []
        assert ok(await bob.ask("receipt:explain", {"activityId": activity}))["receipts"] == []
    assert texts == [
        (
            "The run of 2026-05-01 was deleted: its 10,000 metres, 3,600 seconds and 700 kilocalories no longer count "
            "anywhere, and its XP (up to 100) were taken back."
        ),
        "The puff of 2026-05-01 was deleted: it no longer counts anywhere.",
        "4,000 steps from watch of 2026-05-01 were deleted: they no longer count anywhere, nor what they had earned.",
    ]
    ok(await ann.ask("run:log", {**RUN, "distanceMeters": 9000}))
    receipts = ok(await ann.ask("receipt:explain", {"activityId": removed[0], "subject": "xp"}))["receipts"]
    assert [each["rule"] for each in receipts] == ["xp.run"]
    ok(await ann.ask("steps:sync", {"date": "2026-05-01", "steps": 40, "device": "watch"}))
    assert ok(await ann.ask("receipt:explain", {"activityId": removed[2], "subject": "xp"}))["receipts"] == []
