"""Stops in order: deploys lose nothing, clients resume, and what fell due meanwhile happens at its time."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from gateway.client.http import Api, Session
from rules.days import stamp
from tests.play import ledger
from tests.play.crowd import DRIVEN, Crowd, prepare
from tests.play.databases import database, machine, set_game_time
from tests.play.outside import live_challenge, scores, today
from tests.play.players import Bare, guest, stubborn, user_id
from tests.play.running import POLL, RunningServer

pytestmark = pytest.mark.serial

STOPS_WITHIN = 10  # s


async def test_a_rolling_restart_hands_over_and_loses_nothing(database_url: str) -> None:
    """Draining push, close 1012, exit 0, snapshots; the next server waits for the lock, and clients are soon with it."""
    async with RunningServer(database_url) as old, Api(old.url) as api:
        ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
        cup = await live_challenge(ann, bob)
        async with RunningServer.standby(database_url, port=old.port) as new, stubborn(ann) as socket:
            before = await socket.request("steps:sync", {"date": today(), "steps": 100}, "k1")
            async with Bare(old.socket_url) as bare:
                hello = await bare.hello(bob)
                await said(new, "another server is writing")

                old.ask_to_stop()
                async with asyncio.timeout(STOPS_WITHIN):
                    draining = await bare.push("server:draining")
                    assert draining["data"]["within"] >= 0
                    assert "offset" not in draining
                    assert await bare.closed() == 1012
                    assert await old.ended() == 0
            assert "Traceback" not in old.log
            async with database(database_url) as connection:
                assert await unsaved(connection) == []

            await new.ready()
            # the client that stays has come back by itself; its key still means the first command
            assert await socket.request("steps:sync", {"date": today(), "steps": 100}, "k1") == before
            assert (await socket.request("steps:sync", {"date": today(), "steps": 250}, "k2"))["today"]["steps"] == 250
            assert socket.traffic.connections >= 2
            async with Bare(new.socket_url) as bare:
                resume = {
                    topic: {"epoch": entry["epoch"], "offset": entry["offset"]}
                    for topic, entry in hello["topics"].items()
                }
                again = await bare.hello(bob, resume=resume)
                assert again["topics"].keys() == hello["topics"].keys()
                for topic, entry in again["topics"].items():  # the history went with the old process
                    assert not entry["recovered"]
                    assert entry["epoch"] != hello["topics"][topic]["epoch"]
                assert again["user"] == hello["user"]
            assert await scores(bob, cup) == {user_id(bob): 0}
            assert (await new.command("verify"))[0] == 0
            assert await new.terminate() == 0


async def test_deploys_under_load_lose_nothing(home: Path) -> None:
    """Twice in a row, each server taking over from the one before; then everything told is there, once."""
    crowd = Crowd(Random(7), players=6)
    async with machine(home) as (_, url), RunningServer(url, DRIVEN) as first, Api(first.url) as api:
        await prepare(crowd, first, api)
        running = first
        async with (
            RunningServer.standby(url, DRIVEN, port=first.port) as second,
            RunningServer.standby(url, DRIVEN, port=first.port, spawn=False) as third,
            crowd.playing(),
        ):
            for following in (second, third):
                if not following.running:
                    await following.spawn()
                await said(following, "another server is writing")
                await crowd.more_answers(200)
                running.ask_to_stop()
                async with asyncio.timeout(STOPS_WITHIN):
                    assert await running.ended() == 0
                await following.ready()
                running = following
            await crowd.more_answers(200)
            await crowd.rest()

            assert crowd.problems == []
            assert await ledger.live_problems(api, crowd) == []
            assert await ledger.problems(url, crowd) == []
            assert await ledger.replay_problems(running.socket_url, crowd, crowd.sessions, sample=10) == []
            assert await running.terminate() == 0
            assert (await running.command("verify"))[0] == 0
            assert not [server.log for server in (first, second, third) if "Traceback" in server.log]


async def test_what_fell_due_while_the_server_was_down_happens_at_its_time(database_url: str) -> None:
    """The start, the end and the settling of a challenge, and its rewards."""
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    starts, ends = noon + timedelta(hours=1), noon + timedelta(hours=3)
    server = RunningServer(database_url, {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": noon.isoformat()})
    async with server, Api(server.url) as api:
        host, ann, bob, late = [await guest(api, name) for name in ("Host", "Ann", "Bob", "Late")]
        planned = {"name": "Cup", "metric": "steps", "mode": "most", "startsAt": stamp(starts), "endsAt": stamp(ends)}
        cup = (await host.call("POST", "/challenges", json=planned))["id"]
        await host.call("POST", f"/challenges/{cup}/open")
        for player in (ann, bob, late):
            await player.call("POST", f"/challenges/{cup}/join")
        await walk(ann, 100)  # before it counts

        await later(server, starts + timedelta(minutes=30))
        assert (await ann.call("GET", f"/challenges/{cup}"))["state"] == "live"
        await walk(ann, 1300)
        await walk(bob, 700)
        assert await scores(host, cup) == {user_id(ann): 1200, user_id(bob): 700, user_id(late): 0}

        await later(server, ends + timedelta(minutes=5))
        assert (await ann.call("GET", f"/challenges/{cup}"))["state"] == "settling"
        await walk(bob, 2700)  # offline until now: the last day counts while it settles

        await later(server, ends + timedelta(days=2))
        assert (await ann.call("GET", f"/challenges/{cup}"))["state"] == "finished"
        await walk(bob, 9000, day="2026-05-06")
        page = await host.call("GET", f"/challenges/{cup}/leaderboard")
        assert not page["provisional"]
        assert [(row["userId"], row["score"], row["rank"]) for row in page["rows"]][:2] == [
            (user_id(bob), 2700, 1),
            (user_id(ann), 1200, 2),
        ]
        timeline = {
            entry["type"]: entry["at"] for entry in (await host.call("GET", f"/challenges/{cup}/timeline"))["entries"]
        }
        assert timeline["started"] == stamp(starts)
        assert timeline["settling"] == stamp(ends)
        assert timeline["finished"] == stamp(ends + timedelta(minutes=15))

        async with asyncio.timeout(10):  # those who took part are told one after the other
            while not (await awards(bob, cup) and await awards(ann, cup)):
                await asyncio.sleep(POLL)
        assert (await awards(bob, cup), await awards(ann, cup)) == ([50, 500], [50, 300])
        await later(server, ends + timedelta(days=3))  # and not again
        assert (await awards(bob, cup), await awards(ann, cup)) == ([50, 500], [50, 300])
        assert await server.terminate() == 0
        code, printed = await server.command("verify")
        assert code == 0, printed


# --- time ---


async def later(server: RunningServer, now: datetime) -> None:
    """The server is gone until `now`."""
    assert await server.terminate() == 0
    assert server.database_url is not None
    await set_game_time(server.database_url, now)
    await server.start()


async def walk(player: Session, steps: int, day: str = "2026-05-04") -> None:
    await player.call("POST", "/steps/sync", json={"date": day, "steps": steps})


async def awards(player: Session, challenge: str) -> list[int]:
    """The XP that the challenge brought."""
    found: dict[str, Any] = await player.call("GET", "/receipts", params={"challenge": challenge})
    told = [receipt for receipt in found["receipts"] if receipt["subject"] == "xp" and receipt["counted"]]
    return sorted(receipt["amount"] for receipt in told)


# --- looking inside ---


async def said(server: RunningServer, words: str) -> None:
    """Wait until the server's log says it."""
    async with asyncio.timeout(30):
        while words not in server.log:
            assert server.running, server.log
            await asyncio.sleep(POLL)


async def unsaved(connection: asyncpg.Connection) -> list[Any]:
    """Actors whose last event is not in a snapshot."""
    found: list[Any] = await connection.fetch(
        """SELECT kind, id, max(j.seq), max(s.seq) FROM journal j LEFT JOIN snapshots s USING (kind, id)
        GROUP BY kind, id HAVING max(j.seq) IS DISTINCT FROM max(s.seq)"""
    )
    return found
