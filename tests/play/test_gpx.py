"""Recorded tracks sent to a real server as files: gpxpy's test files (Apache-2.0), read where they are and never copied."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.client.http import Api, Session
from tests.play.asking import Web
from tests.play.players import Bare, guest, ok
from tests.play.running import RunningServer

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "gpx"
GPX = {"Content-Type": "application/gpx+xml"}

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(not FOLDER.exists(), reason="the recorded tracks are not here"),
]


class Walker:
    """Ann, over both ways in."""

    def __init__(self, server: RunningServer, web: Web, ann: Session, socket: Bare) -> None:
        self.server, self.web, self.ann, self.socket = server, web, ann, socket

    async def ask(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        return await self.web.ask(method, path, json, (await self.ann.token()).text, **more)

    async def send(self, kind: str, file: str, key: str = "k", **query: str) -> Any:
        headers = {**GPX, "Idempotency-Key": key}
        return await self.ask("POST", f"/{kind}s", data=(FOLDER / file).read_bytes(), headers=headers, params=query)


@asynccontextmanager
async def on_the_day(database_url: str, day: str) -> AsyncIterator[Walker]:
    env = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": f"{day}T20:00:00Z"}
    async with (
        RunningServer(database_url, env) as server,
        Api(server.url) as api,
        Web(server.url) as web,
        Bare(server.socket_url) as socket,
    ):
        ann = await guest(api, "Ann")
        await socket.hello(ann)
        yield Walker(server, web, ann, socket)
        assert (await server.command("verify"))[0] == 0
        assert "Traceback" not in server.log


async def test_a_recorded_hike_counts_once_and_can_be_taken_home_and_back(database_url: str) -> None:
    """In metres as gpxpy's length_2d has it: also its first track, which has no times."""
    async with on_the_day(database_url, "2010-10-03") as walker:
        sent = await walker.send("walk", "korita-zbevnica.gpx", name="Up to Žbevnica", isPublic="true")
        hike = sent.data["activity"]
        assert (sent.status, sent.headers["Location"]) == (201, f"/api/v1/walks/{hike['id']}")
        assert hike["metrics"]["distance"] == pytest.approx(14_913.75, rel=0.01)
        assert (hike["date"], hike["startTime"]) == ("2010-10-03", "2010-10-03T09:36:30Z")
        assert (hike["details"]["name"], hike["details"]["route"]["points"]) == ("Up to Žbevnica", 871)
        assert hike["details"]["pace"] == pytest.approx(1100, abs=200), "of the part that has times"

        again = await walker.send("walk", "korita-zbevnica.gpx", name="Up to Žbevnica", isPublic="true")
        assert again.data == sent.data
        assert (await walker.send("walk", "korita-zbevnica.gpx")).code == "CONFLICT"
        assert (await walker.send("walk", "cerknicko-jezero.gpx")).code == "CONFLICT"
        renamed = (await walker.send("walk", "korita-zbevnica.gpx", "other")).data["activity"]
        assert (renamed["id"], renamed["details"]["name"]) == (hike["id"], "03-OCT-10")
        [shown] = (await walker.ask("GET", "/walks")).data
        assert shown == renamed == (await walker.ask("GET", f"/walks/{hike['id']}")).data

        home = (await walker.ask("GET", f"/walks/{hike['id']}/route.gpx")).body
        assert home.count(b"<trkseg>") == 3
        back = await walker.ask("POST", "/walks", data=home, headers=GPX, params={"clientId": "back"})
        assert back.data["activity"]["metrics"]["distance"] == pytest.approx(14_913.75, rel=0.01)

        removed = ok(await walker.socket.ask("activity:delete", {"activityId": hike["id"]}))["activity"]
        assert removed["status"] == "removed"
        assert (await walker.ask("GET", f"/walks/{hike['id']}/route.gpx")).code == "NOT_FOUND"
        assert (await walker.ask("DELETE", f"/walks/{back.data['activity']['id']}")).status == 204
        assert (await walker.ask("GET", "/walks")).data == []


async def test_who_drives_around_visnjan_neither_walks_nor_runs(database_url: str) -> None:
    async with on_the_day(database_url, "2020-12-18") as walker:
        for kind, limit in (("walk", 12), ("run", 25)):
            refused = await walker.send(kind, "around-visnjan-with-car.gpx")
            assert (refused.status, refused.code) == (422, "IMPLAUSIBLE_ACTIVITY")
            error = refused.body["error"]
            assert error["details"] == {"limit": limit, "got": pytest.approx(75.8, abs=0.5)}
            assert f"nobody {kind}s faster than {limit} km/h" in error["message"]
        assert (await walker.ask("GET", "/activities")).data == []


async def test_who_rode_a_part_of_the_way_around_the_lake_is_told_so(database_url: str) -> None:
    async with on_the_day(database_url, "2010-08-05") as walker:
        refused = await walker.send("run", "cerknicko-jezero.gpx")
        assert refused.code == "IMPLAUSIBLE_ACTIVITY"
        assert refused.body["error"]["details"] == {"limit": 25, "got": pytest.approx(36, abs=0.5)}


async def test_a_track_of_more_than_14_days_ago_comes_in_through_import_alone(database_url: str) -> None:
    async with on_the_day(database_url, "2010-10-18") as walker:
        late = await walker.send("walk", "korita-zbevnica.gpx")
        assert (late.code, late.fields) == ("VALIDATION_FAILED", ["startTime"])
        assert "14 days back" in late.body["error"]["message"]
