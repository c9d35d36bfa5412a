"""Walks and runs over HTTP: the command that a body or a GPX file comes to, and who may read what was logged."""

import asyncio
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest

from gateway.http.endpoint import UPLOADS_OF_ONE
from gateway.parsed import Parsed
from rules.activity.commands import LogRun, LogWalk
from rules.route.encoded import encode
from rules.route.gpx import MAX_BYTES, parse_gpx, to_gpx
from rules.route.points import MAX_POINTS, Point
from tests.fakes_http import Site
from tests.gateway.http.test_routes import add_activity, pages
from tests.rules import routes

SOME_ID = "6f1d7c1e-5f0c-4d53-9a77-2a1b6f6e0a11"
DAY = date(2026, 5, 1)
LOGGED = {"activity": {"id": SOME_ID}}
GPX = {"Content-Type": "application/gpx+xml"}
START, END = datetime(2026, 5, 1, 8, tzinfo=UTC), datetime(2026, 5, 1, 8, 20, tzinfo=UTC)
STEADY = routes.steady(2000, 6, every=10)
FILE = to_gpx([STEADY], "Up the hill").encode()


@pytest.fixture
async def token(site: Site) -> str:
    site.game.answers |= {"walk:log": LOGGED, "run:log": LOGGED}
    return await site.token()


def point(second: int) -> dict[str, Any]:
    return {
        "lat": 46.0,
        "lon": 14.0,
        "time": f"2026-05-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
    }


# --- logging ---


async def test_the_fields_of_a_walk_are_those_of_its_command(site: Site, token: str) -> None:
    body = {"startTime": "2026-05-01T08:00:00Z", "endTime": "2026-05-01T09:00:00Z", "distanceMeters": 4000}

    answer = await site.ask("POST", "/walks", body, token, headers={"Idempotency-Key": "k"})

    assert (answer.status, answer.data, answer.headers["Location"]) == (201, LOGGED, f"/api/v1/walks/{SOME_ID}")
    assert [(sent.name, sent.data, sent.key) for sent in site.game.sent] == [("walk:log", body, "k")]


@pytest.mark.parametrize("media", ["application/gpx+xml", "text/xml; charset=utf-8", "application/xml"])
async def test_a_gpx_file_is_the_same_command(site: Site, token: str, media: str) -> None:
    query = {"clientId": "mine", "notes": "windy", "isPublic": "true"}

    answer = await site.ask("POST", "/runs", data=FILE, token=token, params=query, headers={"Content-Type": media})

    assert (answer.status, answer.headers["Location"]) == (201, f"/api/v1/runs/{SOME_ID}")
    [sent] = site.game.sent
    assert sent.name == "run:log"
    command = sent.data.command
    assert isinstance(command, LogRun)
    assert (command.start_time, command.end_time) == (START, END)
    assert (command.client_id, command.name, command.notes, command.is_public) == ("mine", "Up the hill", "windy", True)
    assert command.route.track.distance == pytest.approx(2000, abs=1)


async def test_a_file_without_a_client_id_is_its_own(site: Site, token: str) -> None:
    """Sent twice it is one walk; another file is another."""
    other = to_gpx([STEADY[:-1]], "Up the hill").encode()
    for file in (FILE, FILE, other):
        await site.ask("POST", "/walks", data=file, token=token, headers=GPX, params={"name": "Mine"})
    first, again, another = (sent.data.command for sent in site.game.sent)
    assert isinstance(first, LogWalk)
    assert first.name == "Mine"
    assert first.client_id == again.client_id != another.client_id


async def test_gaps_in_a_recording_add_no_distance(site: Site, token: str) -> None:
    file = to_gpx([routes.steady(500, 6), routes.steady(500, 6, begin=3600, start=900)], "Twice").encode()
    await site.ask("POST", "/walks", data=file, token=token, headers=GPX)
    [sent] = site.game.sent
    assert sent.data.command.route.track.distance == pytest.approx(1000, abs=1)


BOMB = (
    b'<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    b"<gpx><trk><name>&c;</name></trk></gpx>"
)
OUTSIDE = b'<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/hostname">]><gpx><trk><name>&a;</name></trk></gpx>'
PLAN = to_gpx([[Point(46, 14), Point(46.001, 14)]], "Some day").encode()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (b"", "is no XML"),
        (b"{}", "is no XML"),
        (b"<kml/>", "is no GPX file"),
        (b"<gpx>" + b"<a>" * 40, "too deep"),
        (b"<gpx/>", "no track and no route"),
        (PLAN, "no times"),
        (to_gpx([[Point(46, 14, START)] * (MAX_POINTS + 1)], "Long").encode(), "over 20,000 points"),
    ],
)
async def test_a_file_that_is_no_recording_is_refused_in_words(site: Site, token: str, file: bytes, said: str) -> None:
    answer = await site.ask("POST", "/walks", data=file, token=token, headers=GPX)

    assert (answer.status, answer.code, answer.fields) == (422, "VALIDATION_FAILED", ["gpx"])
    assert said in answer.body["error"]["message"]
    assert site.game.sent == []


async def test_what_the_query_says_of_a_file_is_checked(site: Site, token: str) -> None:
    for query in ({"name": ""}, {"name": "a\nb"}, {"notes": "x" * 2001}, {"clientId": "x" * 65}, {"isPublic": "maybe"}):
        answer = await site.ask("POST", "/walks", data=FILE, token=token, headers=GPX, params=query)
        assert answer.fields == [*query]
    unknown = await site.ask("POST", "/walks", data=FILE, token=token, headers=GPX, params={"distanceMeters": "1"})
    assert unknown.fields == ["distanceMeters"]
    beside = await site.ask("POST", "/walks", {"startTime": "2026-05-01T08:00:00Z"}, token, params={"name": "Mine"})
    assert beside.fields == ["name"]
    assert site.game.sent == []


async def test_a_route_in_json_may_be_as_long_as_a_file(site: Site, token: str) -> None:
    """More than other bodies hold, and more than a frame of a socket: 20,000 points in 1.5 MB."""
    body = {"startTime": point(0)["time"], "endTime": point(MAX_POINTS)["time"]}
    whole = [point(second) for second in range(MAX_POINTS)]

    assert (await site.ask("POST", "/walks", {**body, "route": whole}, token)).status == 201
    one_more = await site.ask("POST", "/walks", {**body, "route": [*whole, point(MAX_POINTS)]}, token)
    nowhere = await site.ask("POST", "/walks", {**body, "route": [*whole[:-1], {"lat": 91}]}, token)

    [sent] = site.game.sent
    assert isinstance(sent.data, Parsed)
    assert sent.data.command.route.points == MAX_POINTS
    assert one_more.fields == ["route"]
    assert "20000" in one_more.body["error"]["message"]
    assert nowhere.fields[0].startswith(f"route.{MAX_POINTS - 1}.")


async def test_a_body_over_8_mib_is_too_large(site: Site, token: str) -> None:
    answer = await site.ask("POST", "/walks", data=FILE + b" " * MAX_BYTES, token=token, headers=GPX)
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.body["error"]["details"] == {"limit": MAX_BYTES}
    other = await site.ask("POST", "/runs", data=b"a=b", token=token, headers={"Content-Type": "multipart/form-data"})
    assert other.code == "BAD_REQUEST"
    assert "application/gpx+xml" in other.body["error"]["message"]


async def test_one_account_sends_a_few_files_at_a_time(site: Site, token: str) -> None:
    """They wait in memory; whoever sends more is asked to wait, and others are not held up."""
    others = str((await site.player("bob"))["accessToken"])
    let_go = asyncio.Event()
    begun = asyncio.Semaphore(0)

    async def slowly() -> Any:
        yield FILE[:100]
        begun.release()
        await let_go.wait()
        yield FILE[100:]

    async def send() -> Any:
        return await site.ask("POST", "/walks", data=slowly(), token=token, headers=GPX)

    waiting = [asyncio.create_task(send()) for _ in range(UPLOADS_OF_ONE)]
    for _ in waiting:
        await begun.acquire()
    busy = await site.ask("POST", "/runs", data=FILE, token=token, headers=GPX)
    while busy.status == 201:  # the last of them was not heard yet
        busy = await site.ask("POST", "/runs", data=FILE, token=token, headers=GPX)
    assert (busy.status, busy.code, busy.headers["Retry-After"]) == (503, "BUSY", "2")
    assert (await site.ask("POST", "/runs", data=FILE, token=others, headers=GPX)).status == 201
    let_go.set()
    assert [answer.status for answer in await asyncio.gather(*waiting)] == [201] * UPLOADS_OF_ONE
    assert (await site.ask("POST", "/runs", data=FILE, token=token, headers=GPX)).status == 201


# --- reading and taking back ---


async def test_walks_and_runs_are_lists_of_their_own(site: Site) -> None:
    ann, bob = await site.player("ann"), await site.player("bob")
    walks = [await add_activity(site, ann["user"]["id"], DAY, kind="walk") for _ in range(3)]
    run = await add_activity(site, ann["user"]["id"], DAY, kind="run")
    await add_activity(site, bob["user"]["id"], DAY, kind="walk")
    token = ann["accessToken"]

    listed = await pages(site, "/walks?limit=2", token)
    assert [len(page) for page in listed] == [2, 1]
    assert sorted(chain(*listed)) == sorted(walks)
    assert [each["id"] for each in (await site.ask("GET", "/runs", token=token)).data] == [run]
    assert (await site.ask("GET", "/runs?from=2026-05-02", token=token)).data == []
    assert (await site.ask("GET", "/walks?kind=run", token=token)).fields == ["kind"]


async def test_a_walk_is_its_owners_and_no_run(site: Site) -> None:
    ann, bob = await site.player("ann"), await site.player("bob")
    walk = await add_activity(site, ann["user"]["id"], DAY, kind="walk")
    await site.pool.execute("INSERT INTO tracks VALUES ($1, $2, $3)", walk, ann["user"]["id"], encode([STEADY]))
    mine, theirs = ann["accessToken"], bob["accessToken"]

    shown = await site.ask("GET", f"/walks/{walk}", token=mine)
    assert shown.data["id"] == walk
    tag = {"If-None-Match": shown.headers["ETag"]}
    assert (await site.ask("GET", f"/walks/{walk}", token=mine, headers=tag)).status == 304
    file = await site.ask("GET", f"/walks/{walk}/route.gpx", token=mine)
    assert file.headers["Content-Type"] == "application/gpx+xml"
    assert file.headers["Content-Disposition"] == 'attachment; filename="walk-2026-05-01.gpx"'
    read = parse_gpx(file.body)
    assert [len(segment) for segment in read.segments] == [len(STEADY)]
    for path, token in (
        (f"/runs/{walk}", mine),
        (f"/runs/{walk}/route.gpx", mine),
        (f"/walks/{walk}", theirs),
        (f"/walks/{walk}/route.gpx", theirs),
        (f"/walks/{uuid4()}", mine),
        (f"/walks/{await add_activity(site, ann['user']['id'], DAY, kind='walk')}/route.gpx", mine),
    ):
        assert (await site.ask("GET", path, token=token)).code == "NOT_FOUND", path


async def test_deleting_is_the_command_for_what_is_ones_own_and_of_that_kind(site: Site) -> None:
    ann, bob = await site.player("ann"), await site.player("bob")
    walk = await add_activity(site, ann["user"]["id"], DAY, kind="walk")
    for path, token in ((f"/runs/{walk}", ann["accessToken"]), (f"/walks/{walk}", bob["accessToken"])):
        assert (await site.ask("DELETE", path, token=token)).code == "NOT_FOUND"
    assert site.game.sent == []

    for path in (f"/walks/{walk}", f"/activities/{walk}"):
        gone = await site.ask("DELETE", path, token=ann["accessToken"])
        assert (gone.status, gone.body) == (204, b"")
    assert [(sent.name, sent.data) for sent in site.game.sent] == [("activity:delete", {"activityId": walk})] * 2
