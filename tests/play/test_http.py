"""Stories over HTTP alone, on a real server whose game time stands still; every answer is held against its document."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from openapi_spec_validator import validate

from gateway.catalogue import CATALOGUE
from gateway.pushes import PUSHES
from rules.route.gpx import to_gpx
from tests.conftest import fresh_database
from tests.play.cast import START, TODAY
from tests.play.documented import DocumentedWeb
from tests.play.players import PASSWORD
from tests.play.running import RunningServer
from tests.rules.routes import steady

pytestmark = pytest.mark.asyncio(loop_scope="module")

DRAFT = {
    "name": "A walk",
    "metric": "steps",
    "mode": "most",
    "startsAt": "2026-05-02T08:00:00Z",
    "endsAt": "2026-05-03T08:00:00Z",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(postgres_url: str, migrated: str) -> AsyncIterator[RunningServer]:
    env = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}
    async with fresh_database(postgres_url, migrated) as url, RunningServer(url, env) as running:
        yield running
        assert "Traceback" not in running.log
        assert "error" not in running.log.lower()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(server: RunningServer) -> AsyncIterator[DocumentedWeb]:
    async with DocumentedWeb(server.url) as client:
        yield client


class Person:
    """Someone with an account, over HTTP."""

    def __init__(self, web: DocumentedWeb, grant: Any) -> None:
        self.web = web
        self.id = str(grant["user"]["id"])
        self.token = str(grant["accessToken"])
        self.refresh_token = str(grant["refreshToken"])

    async def ask(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        return await self.web.ask(method, path, json, self.token, **more)

    async def get(self, path: str, **params: Any) -> Any:
        """The data of an answer that must succeed."""
        return (await self.ask("GET", path, params=params)).data

    async def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return (await self.ask("POST", path, json or {}, **more)).data


async def new(web: DocumentedWeb, name: str, **more: Any) -> Person:
    body = {"email": f"{name}@example.org", "password": PASSWORD, "username": name, **more}
    answered = await web.ask("POST", "/auth/register", body)
    assert answered.status == 201
    return Person(web, answered.data)


# --- signing in ---


async def test_from_registering_to_signing_out(web: DocumentedWeb) -> None:
    """Each refresh token is good once; an old one ends the sign-in, for the thief and the owner alike."""
    ann = await new(web, "ann")
    assert (await ann.get("/users/me"))["email"] == "ann@example.org"

    login = {"email": "ann@example.org", "password": PASSWORD, "device": "laptop"}
    laptop = Person(web, (await web.ask("POST", "/auth/login", login)).data)
    first = laptop.refresh_token
    second = (await web.ask("POST", "/auth/refresh", {"refreshToken": first})).data
    third = (await web.ask("POST", "/auth/refresh", {"refreshToken": second["refreshToken"]})).data
    assert len({first, second["refreshToken"], third["refreshToken"]}) == 3
    assert (await web.ask("GET", "/users/me", token=third["accessToken"])).data["id"] == ann.id

    reused = await web.ask("POST", "/auth/refresh", {"refreshToken": first})
    assert (reused.code, reused.body["error"]["details"]["reason"]) == ("UNAUTHENTICATED", "reused")
    ended = await web.ask("POST", "/auth/refresh", {"refreshToken": third["refreshToken"]})
    assert ended.body["error"]["details"]["reason"] == "revoked"
    assert (await web.ask("GET", "/users/me", token=third["accessToken"])).code == "UNAUTHENTICATED"

    assert (await ann.get("/users/me"))["id"] == ann.id  # the other device goes on
    assert (await ann.ask("POST", "/auth/logout", {})).data == {}
    assert (await ann.ask("GET", "/users/me")).code == "UNAUTHENTICATED"
    assert (await web.ask("POST", "/auth/refresh", {"refreshToken": ann.refresh_token})).code == "UNAUTHENTICATED"


async def test_devices_are_listed_and_signed_out(web: DocumentedWeb) -> None:
    phone = await new(web, "dora", device="phone")
    login = {"username": "DORA", "password": PASSWORD, "device": "tablet"}
    tablet = Person(web, (await web.ask("POST", "/auth/login", login)).data)
    listed = {each["device"]: each for each in await phone.get("/auth/sessions")}
    assert listed.keys() == {"phone", "tablet"}
    assert (listed["phone"]["current"], listed["tablet"]["current"]) == (True, False)
    assert (await phone.ask("DELETE", f"/auth/sessions/{listed['tablet']['id']}")).status == 204
    assert (await tablet.ask("GET", "/users/me")).code == "UNAUTHENTICATED"
    assert (await phone.ask("DELETE", f"/auth/sessions/{listed['tablet']['id']}")).code == "NOT_FOUND"
    assert await phone.post("/auth/logout-all") == {"sessions": 1}
    assert (await phone.ask("GET", "/users/me")).code == "UNAUTHENTICATED"


async def test_a_guest_becomes_a_full_account_with_all_they_earned(web: DocumentedWeb) -> None:
    device = {"deviceId": f"device-{uuid4()}", "displayName": "Gus", "timezone": "Europe/Berlin"}
    guest = Person(web, (await web.ask("POST", "/auth/guest", device)).data)
    await guest.post("/steps/sync", {"date": TODAY, "steps": 7_000})
    upgrade = {"email": "gus@example.org", "password": PASSWORD, "username": "gus"}
    grown = Person(web, (await guest.ask("POST", "/auth/register", upgrade)).data)
    assert grown.id == guest.id
    me = await grown.get("/users/me")
    assert (me["username"], me["today"]["steps"], me["timezone"]) == ("gus", 7_000, "Europe/Berlin")
    assert (await grown.ask("POST", "/auth/register", {**upgrade, "email": "two@example.org"})).code == "CONFLICT"
    stranger = Person(web, (await web.ask("POST", "/auth/guest", device)).data)
    assert stranger.id != guest.id  # the device's secret opens the full account no longer
    assert (await web.ask("POST", "/auth/register", {**upgrade, "username": "gus2"})).code == "EMAIL_ALREADY_EXISTS"
    other = {**upgrade, "email": "gus2@example.org", "username": "GUS"}
    assert (await web.ask("POST", "/auth/register", other)).code == "USERNAME_TAKEN"


async def test_a_registration_sent_twice_makes_one_account(web: DocumentedWeb) -> None:
    body = {"email": "twice@example.org", "password": PASSWORD}
    key = {"Idempotency-Key": "register-1"}
    first, second = [(await web.ask("POST", "/auth/register", body, headers=key)).data for _ in range(2)]
    assert first["user"]["id"] == second["user"]["id"]
    other = {**body, "password": PASSWORD + "x"}
    assert (await web.ask("POST", "/auth/register", other, headers=key)).status == 409


# --- you ---


async def test_profile_and_preferences_with_etags(web: DocumentedWeb) -> None:
    eva = await new(web, "eva")
    for path, change in (
        ("/users/me", {"displayName": "Eva One"}),
        ("/users/profile", {"displayName": "Eva Two"}),
        ("/users/me/preferences", {"dailyStepGoal": 9_000, "quietHours": {"from": "22:00", "to": "07:00"}}),
    ):
        read = await eva.ask("GET", path)
        tag = read.headers["ETag"]
        assert (await eva.ask("GET", path, headers={"If-None-Match": tag})).status == 304
        assert (await eva.ask("GET", path, headers={"If-None-Match": f'W/{tag}, "x"'})).status == 304
        assert (await eva.ask("GET", path, headers={"If-None-Match": '"x"'})).status == 200
        changed = await eva.ask("PUT", path, change, headers={"If-Match": tag})
        assert {name: changed.data[name] for name in change} == change
        assert (await eva.ask("PUT", path, change, headers={"If-Match": tag})).status == 412
        assert (await eva.ask("PUT", path, change, headers={"If-Match": changed.headers["ETag"]})).status == 200
        assert (await eva.ask("PUT", path, change, headers={"If-Match": "*"})).status == 200
        again = await eva.ask("GET", path, headers={"If-None-Match": tag})
        assert (again.status, {name: again.data[name] for name in change}) == (200, change)


async def test_others_see_the_public_part(web: DocumentedWeb) -> None:
    fay, gil = await new(web, "fay"), await new(web, "gil")
    seen = await gil.get(f"/users/{fay.id}")
    assert seen == {"id": fay.id, "username": "fay", "displayName": "fay", "level": 1}
    assert await gil.get(f"/users/{fay.id}/badges") == []
    assert (await fay.ask("PUT", "/users/me/preferences", {"privacy": {"profile": "private"}})).status == 200
    assert (await gil.ask("GET", f"/users/{fay.id}")).code == "NOT_FOUND"
    assert (await gil.ask("GET", f"/users/{uuid4()}")).code == "NOT_FOUND"
    assert (await fay.get(f"/users/{fay.id}"))["username"] == "fay"


# --- steps ---


async def test_steps_are_synced_and_read_back(web: DocumentedWeb) -> None:
    hal = await new(web, "hal")
    synced = await hal.post("/steps/sync", {"date": TODAY, "steps": 8_000, "distanceMeters": 6_000, "device": "watch"})
    assert synced["today"]["steps"] == 8_000
    assert synced["activity"]["metrics"]["distance"] == 6_000
    await hal.post("/steps/sync", {"date": TODAY, "steps": 500, "device": "phone"})  # the highest device counts
    days = [{"date": f"2026-04-{day}", "steps": day * 100} for day in range(28, 31)]
    many = await hal.post("/steps/sync", {"steps": [*days, {"date": "2026-05-09", "steps": 1}]})
    assert len(many["activities"]) == 3
    assert [(each["index"], each["error"]["code"]) for each in many["refused"]] == [(3, "IMPLAUSIBLE_ACTIVITY")]

    assert (await hal.get("/steps/daily"))["steps"] == 8_000
    assert (await hal.get("/steps/daily", date="2026-04-29"))["steps"] == 2_900
    assert (await hal.get("/steps/daily", date="2026-04-01"))["steps"] == 0
    span = await hal.get("/steps/range", **{"from": "2026-04-29", "to": TODAY})
    assert (span["steps"], [day["date"] for day in span["days"]]) == (13_900, ["2026-04-29", "2026-04-30", TODAY])
    month = await hal.get("/steps/statistics", period="month", date="2026-04-15")
    assert (month["steps"], month["days"], month["bestDay"]["date"]) == (8_700, 3, "2026-04-30")
    total = await hal.get("/users/me/stats")
    assert (total["steps"], total["days"], total["activities"]) == (16_700, 4, 5)

    [watch, *_] = await hal.get("/activities", kind="steps", limit=1)
    one = await hal.ask("GET", f"/activities/{watch['id']}")
    assert one.data == watch
    tag = {"If-None-Match": one.headers["ETag"]}
    assert (await hal.ask("GET", f"/activities/{watch['id']}", headers=tag)).status == 304
    await hal.post("/steps/sync", {"date": TODAY, "steps": 100, "device": "watch"})  # taken back
    assert (await hal.get("/steps/daily"))["steps"] == 500


async def test_pages_hold_each_row_once_while_rows_are_added(web: DocumentedWeb) -> None:
    ida = await new(web, "ida")
    dates = [f"2026-04-{day}" for day in range(18, 31)]
    for date in dates:
        await ida.post("/steps/sync", {"date": date, "steps": 100})
    for sort in ("-date", "date"):
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 4, "sort": sort}
        while True:
            page = await ida.ask("GET", "/activities", params=params)
            seen += [each["id"] for each in page.data]
            pagination = page.body["meta"]["pagination"]
            assert pagination["hasMore"] is (pagination["nextCursor"] is not None)
            if not pagination["hasMore"]:
                break
            params["cursor"] = pagination["nextCursor"]
            await ida.post("/steps/sync", {"date": dates[6], "steps": 100, "device": f"{sort}{len(seen)}"})
        assert len(seen) == len(set(seen)) >= len(dates)
        other = {"date": "-date", "-date": "date"}[sort]
        crossed = await ida.ask("GET", "/activities", params={"cursor": params["cursor"], "sort": other})
        assert crossed.code == "VALIDATION_FAILED"
    part = await ida.get("/activities", **{"from": "2026-04-20", "to": "2026-04-21"})
    assert {each["date"] for each in part} == {"2026-04-20", "2026-04-21"}


async def test_the_same_key_counts_once(web: DocumentedWeb) -> None:
    jon = await new(web, "jon")
    key = {"headers": {"Idempotency-Key": "sync-1"}}
    body = {"date": TODAY, "steps": 1_000}
    first = await jon.post("/steps/sync", body, **key)
    await jon.post("/steps/sync", {**body, "steps": 1_200})
    assert await jon.post("/steps/sync", body, **key) == first
    assert (await jon.get("/steps/daily"))["steps"] == 1_200
    assert (await jon.ask("POST", "/steps/sync", {**body, "steps": 5}, **key)).code == "CONFLICT"
    made = [await jon.post("/challenges", DRAFT, headers={"Idempotency-Key": "c-1"}) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert (await new(web, "jon2")).id != jon.id
    kim = await new(web, "kim")
    assert (await kim.post("/challenges", DRAFT, headers={"Idempotency-Key": "c-1"}))["id"] != made[0]["id"]


# --- walks and runs ---


@pytest.mark.parametrize("kind", ["walk", "run"])
async def test_an_outing_is_sent_as_a_file_read_back_and_deleted(web: DocumentedWeb, kind: str) -> None:
    ida = await new(web, f"ida_{kind}")
    file = to_gpx([steady(2000, 6, every=10, begin=-7200)], "Home").encode()
    sent = await ida.ask("POST", f"/{kind}s", data=file, headers={"Content-Type": "application/gpx+xml"})
    logged = sent.data["activity"]
    assert (logged["kind"], logged["details"]["name"]) == (kind, "Home")
    body = {"startTime": "2026-04-30T06:00:00Z", "endTime": "2026-04-30T07:00:00Z", "distanceMeters": 5000}
    other = (await ida.post(f"/{kind}s", body))["activity"]
    assert [each["id"] for each in await ida.get(f"/{kind}s")] == [logged["id"], other["id"]]
    path = sent.headers["Location"].removeprefix("/api/v1")
    assert await ida.get(path) == logged
    assert b"<name>Home</name>" in (await ida.ask("GET", f"{path}/route.gpx")).body
    assert (await ida.ask("GET", f"/{kind}s/{other['id']}/route.gpx")).code == "NOT_FOUND"
    assert (await ida.ask("DELETE", path)).status == 204
    assert (await ida.ask("DELETE", f"/activities/{other['id']}")).status == 204
    assert (await ida.get("/users/me/stats"))["activities"] == 0
    [told] = (await ida.get("/receipts", activity=logged["id"]))["receipts"]
    assert told["counted"] is False


# --- challenges ---


async def test_a_challenge_from_its_plan_to_its_results(web: DocumentedWeb) -> None:
    host, lea, max_ = await new(web, "hostess"), await new(web, "lea"), await new(web, "maxi")
    created = await host.ask("POST", "/challenges", {**DRAFT, "settleMinutes": 15, "maxParticipants": 50})
    assert created.status == 201
    id = created.data["id"]
    path = f"/challenges/{id}"
    assert created.headers["Location"] == f"/api/v1{path}"
    assert (await lea.ask("GET", path)).code == "NOT_FOUND"  # a draft

    tag = (await host.ask("GET", path)).headers["ETag"]
    renamed = await host.ask("PUT", path, {"name": "A longer walk"}, headers={"If-Match": tag})
    assert renamed.data["name"] == "A longer walk"
    assert (await host.ask("PUT", path, {"name": "x"}, headers={"If-Match": tag})).status == 412

    assert (await host.post(f"{path}/open"))["state"] == "open"
    await host.post(f"{path}/invite", {"userIds": [lea.id, max_.id]})
    for each in (lea, max_):
        assert "spectatorCode" not in await each.post(f"{path}/join")
    assert (await lea.ask("POST", f"{path}/join", {})).code == "ALREADY_JOINED"
    await max_.post(f"{path}/leave")
    await max_.post(f"{path}/join")
    assert lea.id in [row["userId"] for row in (await lea.get(f"{path}/leaderboard"))["rows"]]
    assert (await host.post(f"{path}/role", {"userId": max_.id, "role": "judge"}))["judges"] == [max_.id]
    assert (await host.ask("POST", f"{path}/pause", {})).code == "WRONG_STATE"

    assert (await host.post(f"{path}/start"))["state"] == "live"
    await lea.post("/steps/sync", {"date": TODAY, "steps": 4_000})
    await max_.post("/steps/sync", {"date": TODAY, "steps": 6_000})
    board = await lea.get(f"{path}/leaderboard", around="me", limit=5)
    assert [(row["rank"], row["name"], row["score"]) for row in board["rows"]] == [
        (1, "maxi", 6_000),
        (2, "lea", 4_000),
    ]
    assert board["me"]["userId"] == lea.id
    assert [row["userId"] for row in (await lea.get(f"{path}/leaderboard", after=1, limit=1))["rows"]] == [lea.id]

    assert (await host.post(f"{path}/pause"))["state"] == "paused"
    assert (await host.post(f"{path}/resume"))["state"] == "live"
    assert (await host.ask("POST", f"{path}/extend", {"endsAt": "2026-05-04T08:00:00Z"})).status == 200
    assert (await host.ask("POST", f"{path}/announce", {"text": "Half way!"})).status == 200
    out = await max_.post(f"{path}/disqualify", {"userId": lea.id, "reason": "by bus"})
    assert (out["disqualified"], out["rank"]) == (True, None)
    back = await max_.post(f"{path}/reinstate", {"userId": lea.id, "reason": "on foot after all"})
    assert back["rank"] == 2

    assert (await host.post(f"{path}/finish"))["state"] == "settling"
    assert (await lea.get(f"{path}/results"))["provisional"] is True
    assert (await host.post(f"{path}/finish"))["state"] == "finished"
    results = await lea.get(f"{path}/results")
    assert (results["provisional"], [row["score"] for row in results["rows"]]) == (False, [6_000, 4_000])
    table = await lea.ask("GET", f"{path}/results.csv")
    assert table.headers["Content-Disposition"] == f'attachment; filename="challenge-{id}.csv"'
    rows = list(csv.DictReader(io.StringIO(table.body.decode())))
    assert [(row["rank"], row["name"], row["score"]) for row in rows] == [("1", "maxi", "6000"), ("2", "lea", "4000")]
    types = [entry["type"] for entry in (await lea.get(f"{path}/timeline"))["entries"]]
    assert len(types) > 10

    receipts = (await lea.get("/receipts", challenge=id))["receipts"]
    assert any(receipt["subject"] == "challenge" and receipt["counted"] for receipt in receipts)
    assert (await lea.get("/receipts", reward="xp", date=TODAY))["receipts"]
    earned = await max_.get("/users/me/rewards")
    assert earned["xp"] >= 60 + 50 + 500  # the steps, finishing, winning
    assert [badge["id"] for badge in await lea.get(f"/users/{max_.id}/badges")] == [
        badge["id"] for badge in earned["badges"]
    ]
    catalogue = await max_.get("/badges")
    assert len(catalogue) >= 40
    assert {badge["id"] for badge in catalogue if badge["times"]} == {badge["id"] for badge in earned["badges"]}
    assert (await host.ask("POST", f"{path}/cancel", {})).code == "WRONG_STATE"


async def test_a_challenge_called_off(web: DocumentedWeb) -> None:
    nan = await new(web, "nan")
    made = await nan.post("/challenges", DRAFT)
    assert (await nan.post(f"/challenges/{made['id']}/cancel"))["state"] == "cancelled"


async def test_challenges_are_found_by_filters_and_pages(web: DocumentedWeb) -> None:
    oda, pia = await new(web, "oda"), await new(web, "pia")
    made = []
    for day in range(5, 12):
        starts, ends = f"2026-05-{day:02}T08:00:00Z", "2026-05-20T08:00:00Z"
        draft = {**DRAFT, "name": f"Day {day}", "startsAt": starts, "endsAt": ends, "mode": "race", "target": 9}
        made.append((await oda.post("/challenges", draft))["id"])
        await oda.post(f"/challenges/{made[-1]}/open")
    params = {"limit": "3", "mode": "race", "state": "open", "sort": "startsAt"}
    seen: list[str] = []
    while True:
        page = await pia.ask("GET", "/challenges", params=params)
        seen += [each["id"] for each in page.data]
        cursor = page.body["meta"]["pagination"]["nextCursor"]
        if cursor is None:
            break
        params["cursor"] = cursor
    assert seen == made
    assert await pia.get("/challenges", mine="true") == []
    assert {each["id"] for each in await oda.get("/challenges", mine="true", limit=100)} == set(made)
    assert await pia.get("/challenges", metric="distance") == []


# --- for admins ---


async def test_an_admin_moves_game_time(web: DocumentedWeb, server: RunningServer) -> None:
    """The clock only moves forward, and what is due happens."""
    host = await new(web, "quinn")
    made = await host.post("/challenges", {**DRAFT, "startsAt": "2026-05-01T09:00:00Z"})
    await host.post(f"/challenges/{made['id']}/open")
    await new(web, "boss")
    assert (await server.command("grant", "boss", "admin"))[0] == 0
    login = {"username": "boss", "password": PASSWORD}
    boss = Person(web, (await web.ask("POST", "/auth/login", login)).data)
    assert await boss.get("/admin/clock") == {"now": START}
    moved = await boss.ask("PUT", "/admin/clock", {"now": "2026-05-01T09:30:00Z"})
    assert moved.data == {"now": "2026-05-01T09:30:00Z"}
    assert (await host.get(f"/challenges/{made['id']}"))["state"] == "live"
    assert (await boss.ask("PUT", "/admin/clock", {"now": START})).status in (409, 422)
    assert {"kind", "id", "phase"} <= (await boss.get("/admin/actors"))[0].keys()
    assert await boss.get("/admin/dead-letters") == []


# --- around it ---


async def test_request_ids_and_headers(web: DocumentedWeb) -> None:
    ron = await new(web, "ron")
    answered = await ron.ask("GET", "/users/me", headers={"X-Request-Id": "mine-1"})
    assert (answered.headers["X-Request-Id"], answered.body["meta"]["requestId"]) == ("mine-1", "mine-1")
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Server", "gauntlet"),
    ):
        assert answered.headers[name] == value
    assert "private" in answered.headers["Cache-Control"]
    assert int(answered.headers["RateLimit-Remaining"]) < int(answered.headers["RateLimit-Limit"])
    head = await web.ask("HEAD", "/users/me", token=ron.token)
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", answered.headers["ETag"])


async def test_the_documents_are_valid_and_whole(web: DocumentedWeb) -> None:
    validate(web.document)
    spoken = (await web.ask("GET", "/asyncapi.json")).body
    payloads = [message["payload"] for message in spoken["components"]["messages"].values()]
    types = {payload["properties"].get("type", {}).get("const") for payload in payloads}
    assert {entry.name for entry in CATALOGUE.values() if entry.socket} <= types
    assert {push.type for push in PUSHES.values()} <= types
    assert not {entry.name for entry in CATALOGUE.values() if not entry.socket} & types
    page = await web.ask("GET", "//docs")
    text = page.body.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert all(entry.name in text for entry in CATALOGUE.values() if entry.socket)
    assert "//" not in text.replace("<!doctype", "")  # nothing from anywhere else
    known = page.headers["ETag"]
    assert (await web.ask("GET", "//docs", headers={"If-None-Match": known})).status == 304


async def test_health_readiness_and_metrics(web: DocumentedWeb) -> None:
    assert (await web.ask("GET", "//healthz")).body == {"status": "alive"}
    ready = await web.ask("GET", "//readyz")
    assert (ready.status, set(ready.body["parts"].values())) == (200, {True})
    metrics = await web.ask("GET", "//metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    text = metrics.body.decode()
    for name in (
        "gauntlet_http_requests_total",
        "gauntlet_commit_seconds_count",
        "gauntlet_sockets",
        "gauntlet_refusals",
    ):
        assert f"\n{name}" in text
    assert "@example.org" not in text


async def test_every_documented_route_has_answered_as_documented(web: DocumentedWeb) -> None:
    assert web.unanswered == set()
