"""What holds for every request: the envelope, ids, limits, headers, and errors that say nothing of our insides."""

import asyncio
import json
import socket
from typing import Any
from urllib.parse import urlsplit

from actors.messages import Permission
from gateway.catalogue import CATALOGUE
from gateway.http.openapi import permission
from gateway.http.routes import ROUTES
from rules.refusal import STATUS, Code, Refusal
from tests.fakes_http import HandGameClock, Site, running_site

SOME_ID = "6f1d7c1e-5f0c-4d53-9a77-2a1b6f6e0a11"


async def test_success_and_failure_have_their_shapes(site: Site) -> None:
    token = await site.token()

    good = await site.ask("GET", "/users/me", token=token)
    bad = await site.ask("GET", "/activities/nonsense", token=token)

    assert set(good.body) == {"success", "data", "meta"}
    assert good.body["meta"] == {"timestamp": "2026-05-01T12:00:00Z", "requestId": good.headers["X-Request-Id"]}
    assert set(bad.body) == {"success", "error", "meta"}
    assert (bad.status, bad.code) == (404, "NOT_FOUND")


async def test_a_request_id_is_taken_over_or_made(site: Site) -> None:
    taken = await site.ask("GET", "/users/me", headers={"X-Request-Id": "mine-1"})
    made = await site.ask("GET", "/users/me", headers={"X-Request-Id": "no spaces, please"})

    assert taken.headers["X-Request-Id"] == taken.body["meta"]["requestId"] == "mine-1"
    assert made.headers["X-Request-Id"] == made.body["meta"]["requestId"] != "no spaces, please"


async def test_nothing_and_wrong_methods_answer_in_the_envelope(site: Site) -> None:
    assert (await site.ask("GET", "/nowhere")).code == "NOT_FOUND"
    assert (await site.ask("GET", "//nowhere")).code == "NOT_FOUND"
    wrong = await site.ask("PATCH", "/users/me")
    assert (wrong.status, wrong.code, wrong.headers["Allow"]) == (405, "BAD_REQUEST", "GET, HEAD, PUT")


async def test_every_refusal_of_the_game_has_its_status(site: Site) -> None:
    token = await site.token()
    for code in Code:
        site.game.answers["user:rewards"] = Refusal(code, "no", {"retryAfter": 7})
        answer = await site.ask("GET", "/users/me/rewards", token=token)
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (STATUS[code], code.value, "7")


async def test_a_bug_costs_its_request_only_and_shows_nothing(site: Site) -> None:
    token = await site.token()
    site.game.answers["user:rewards"] = ZeroDivisionError("a secret of ours")

    broken = await site.ask("GET", "/users/me/rewards", token=token)

    assert (broken.status, broken.code) == (500, "INTERNAL")
    assert "Zero" not in str(broken.body)
    assert "secret" not in str(broken.body)
    assert (await site.ask("GET", "/users/me", token=token)).status == 200


async def test_a_database_that_is_away_is_unavailable(site: Site) -> None:
    token = await site.token()
    site.game.answers["user:rewards"] = ConnectionError("db.internal:5432 refused")

    away = await site.ask("GET", "/users/me/rewards", token=token)

    assert (away.status, away.code) == (503, "UNAVAILABLE")
    assert "5432" not in str(away.body)


# --- who is asking ---


async def test_nobody_gets_in_without_a_good_token(site: Site) -> None:
    """Every route of the table, with no token and with a bad one."""
    for route in ROUTES:
        if permission(route, CATALOGUE) is Permission.ANYONE:
            continue
        path = route.path.replace("{id}", SOME_ID)
        for token in (None, "forged"):
            answer = await site.ask(route.method, path, token=token)
            assert (answer.status, answer.code) == (401, "UNAUTHENTICATED"), route
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert site.game.sent == []


async def test_admin_routes_are_for_admins(site: Site) -> None:
    token = await site.token()
    for route in ROUTES:
        if permission(route, CATALOGUE) is Permission.ADMIN:
            assert (await site.ask(route.method, route.path, token=token)).code == "FORBIDDEN"


async def test_a_token_in_the_address_is_not_taken(site: Site) -> None:
    token = await site.token()
    assert (await site.ask("GET", "/users/me", params={"token": token})).status == 401


# --- what comes with the request ---


async def test_unknown_and_repeated_parameters_are_refused(site: Site) -> None:
    token = await site.token()

    assert (await site.ask("GET", "/users/me", params={"verbose": "1"}, token=token)).fields == ["verbose"]
    assert (await site.ask("GET", "/activities?limit=5&limit=6", token=token)).fields == ["limit"]
    for query in ("limit=0", "limit=101", "limit=x", "from=2026-02-30", "sort=steps", "cursor=x", "kind=", "page=2"):
        answer = await site.ask("GET", f"/activities?{query}", token=token)
        assert answer.fields == [query.partition("=")[0]], query
    assert (await site.ask("GET", "/activities?kind=%ff", token=token)).code == "BAD_REQUEST"
    assert (await site.ask("GET", "/activities?kind=a%00b", token=token)).fields == ["kind"]


BAD_BODIES: tuple[tuple[bytes, int, str], ...] = (
    (b"{", 400, "BAD_REQUEST"),
    (b"[]", 400, "BAD_REQUEST"),
    (b"\xff\xfe", 400, "BAD_REQUEST"),
    (b'{"date": NaN}', 400, "BAD_REQUEST"),
    (b'{"steps": 1e999}', 400, "BAD_REQUEST"),
    (b'{"steps": 99999999999999999999999}', 400, "BAD_REQUEST"),
    (b'{"device": "a\\u0000b"}', 400, "BAD_REQUEST"),
    (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "BAD_REQUEST"),
    (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', 413, "PAYLOAD_TOO_LARGE"),
    (json.dumps({"a": [0] * 10_001}).encode(), 400, "BAD_REQUEST"),
)


async def test_a_bad_body_gets_its_error_and_reaches_nobody(site: Site) -> None:
    token = await site.token()
    plain = {"Content-Type": "application/json"}
    for body, status, code in BAD_BODIES:
        answer = await site.ask("POST", "/steps/sync", data=body, token=token, headers=plain)
        assert (answer.status, answer.code) == (status, code), body[:40]
    assert site.game.sent == []


async def test_only_plain_json_is_read(site: Site) -> None:
    token = await site.token()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    assert (await site.ask("POST", "/steps/sync", data=b"a=b", token=token, headers=form)).code == "BAD_REQUEST"
    assert (await site.ask("POST", "/steps/sync", data=b"{}", token=token, headers=packed)).code == "BAD_REQUEST"


async def test_a_body_without_end_is_cut_off(site: Site) -> None:
    """Chunks that never say how much is coming stop at the limit, too."""

    async def endless() -> Any:
        while True:
            yield b" " * 65536

    token = await site.token()
    answer = await site.ask(
        "POST", "/steps/sync", data=endless(), token=token, headers={"Content-Type": "application/json"}
    )
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_key_comes_along_with_a_post_and_must_be_proper(site: Site) -> None:
    token = await site.token()
    path = f"/challenges/{SOME_ID}/join"

    await site.ask("POST", path, token=token, headers={"Idempotency-Key": "k-1"})
    refused = await site.ask("POST", path, token=token, headers={"Idempotency-Key": "k" * 65})

    assert [sent.key for sent in site.game.sent] == ["k-1"]
    assert refused.fields == ["Idempotency-Key"]


# --- how often ---


async def test_an_account_has_so_many_requests_in_a_quarter_of_an_hour(database_url: str) -> None:
    async with running_site(database_url, http_requests_user=3, http_requests_admin=5) as site:
        token, other = await site.token("ann"), await site.token("bob")

        answers = [await site.ask("GET", "/users/me", token=token) for _ in range(4)]

        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert answers[0].headers["RateLimit-Limit"] == "3"
        assert answers[3].headers["Retry-After"] == answers[3].headers["RateLimit-Reset"] == "900"
        assert (await site.ask("GET", "/users/me", token=other)).status == 200
        site.clock.turn(minutes=14)
        assert (await site.ask("GET", "/users/me", token=token)).status == 429
        await site.auth.set_role("ann", "admin")
        admin = (await site.ask("POST", "/auth/login", {"username": "ann", "password": "Secret123"})).data
        assert (await site.ask("GET", "/users/me", token=admin["accessToken"])).headers["RateLimit-Limit"] == "5"
        site.clock.turn(minutes=1)
        renewed = (await site.ask("POST", "/auth/refresh", {"refreshToken": admin["refreshToken"]})).data
        assert (await site.ask("GET", "/users/me", token=renewed["accessToken"])).headers["RateLimit-Remaining"] == "4"


async def test_a_forwarded_address_counts_only_behind_trusted_proxies(database_url: str) -> None:
    async def tries(site: Site) -> list[int]:
        body = {"email": "nobody@example.org", "password": "x"}
        return [
            (await site.ask("POST", "/auth/login", body, headers={"X-Forwarded-For": f"8.8.8.8, 10.0.0.{n}"})).status
            for n in range(3)
        ]

    async with running_site(database_url, sign_ins_per_minute=2, trusted_proxies=1, sign_in_failures=99) as site:
        assert await tries(site) == [401, 401, 401]
    async with running_site(database_url, sign_ins_per_minute=2, trusted_proxies=2, sign_in_failures=99) as site:
        assert await tries(site) == [401, 401, 429]
    async with running_site(database_url, sign_ins_per_minute=2, sign_in_failures=99) as site:
        assert await tries(site) == [401, 401, 429]


# --- caching ---


async def test_an_etag_saves_what_is_known(site: Site) -> None:
    token = await site.token()
    first = await site.ask("GET", "/users/me", token=token)
    tag = first.headers["ETag"]

    known = await site.ask("GET", "/users/me", token=token, headers={"If-None-Match": f'"other", W/{tag}'})
    changed = await site.ask("GET", "/users/me", token=token, headers={"If-None-Match": '"other"'})

    assert (known.status, known.body, known.headers["ETag"]) == (304, b"", tag)
    assert changed.status == 200


async def test_if_match_lets_only_those_through_who_have_seen_the_present(site: Site) -> None:
    token = await site.token()
    state = {"name": "old"}

    def update(data: Any) -> Any:
        state["name"] = data["name"]
        return dict(state)

    site.game.answers["challenge:get"] = lambda _: dict(state)
    site.game.answers["challenge:update"] = update
    path = f"/challenges/{SOME_ID}"
    tag = (await site.ask("GET", path, token=token)).headers["ETag"]

    answers = await asyncio.gather(
        *(site.ask("PUT", path, {"name": f"new {n}"}, token, headers={"If-Match": tag}) for n in range(3))
    )

    assert sorted(answer.status for answer in answers) == [200, 412, 412]
    assert {answer.code for answer in answers if answer.status == 412} == {"PRECONDITION_FAILED"}
    fresh = (await site.ask("GET", path, token=token)).headers["ETag"]
    assert (await site.ask("PUT", path, {"name": "x"}, token, headers={"If-Match": fresh})).status == 200
    assert (await site.ask("PUT", path, {"name": "y"}, token)).status == 200


# --- other origins, and what surrounds answers ---


async def test_only_listed_origins_may_read(database_url: str) -> None:
    async with running_site(database_url, origins=("play.example.org",)) as site:
        ask = {"Access-Control-Request-Method": "POST"}
        friend = await site.ask("OPTIONS", "/auth/login", headers={"Origin": "https://play.example.org", **ask})
        stranger = await site.ask("OPTIONS", "/auth/login", headers={"Origin": "https://evil.example.org", **ask})
        read = await site.ask("GET", "/users/me", headers={"Origin": "https://play.example.org"})

    assert (friend.status, friend.headers["Access-Control-Allow-Origin"]) == (204, "https://play.example.org")
    assert "Authorization" in friend.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert read.headers["Access-Control-Allow-Origin"] == "https://play.example.org"


async def test_every_answer_carries_security_headers(site: Site) -> None:
    for path in ("/users/me", "//docs", "//nowhere", "//healthz"):
        headers = (await site.ask("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


async def test_raw_rubbish_does_not_hurt(site: Site) -> None:
    """Not even HTTP: the connection gets an answer or is closed, the server goes on."""
    host, port = urlsplit(site.url).netloc.split(":")

    def rubbish(payload: bytes) -> bytes:
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            raw.sendall(payload)
            raw.shutdown(socket.SHUT_WR)
            return raw.recv(4096)

    for payload in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"\r\n" * 100):
        assert b"Traceback" not in await asyncio.to_thread(rubbish, payload)
    assert (await site.ask("GET", "//healthz")).status == 200


# --- game time ---


async def test_game_time_is_turned_by_admins_where_it_is_driven(database_url: str) -> None:
    async with running_site(database_url, game_clock=HandGameClock()) as site:
        token = await site.token()
        await site.auth.set_role("ann", "admin")
        move = {"now": "2026-06-01T00:00:00Z"}

        assert (await site.ask("PUT", "/admin/clock", move, token)).data == {"now": "2026-06-01T00:00:00Z"}
        assert (await site.ask("GET", "/admin/clock", token=token)).data == {"now": "2026-06-01T00:00:00Z"}
        assert (await site.ask("PUT", "/admin/clock", {"now": "2026-05-01T00:00:00Z"}, token)).code == "CONFLICT"
        assert (await site.ask("PUT", "/admin/clock", {"now": "yesterday"}, token)).fields == ["now"]


async def test_real_game_time_can_not_be_turned(site: Site) -> None:
    token = await site.token()
    await site.auth.set_role("ann", "admin")

    assert (await site.ask("GET", "/admin/clock", token=token)).code == "NOT_FOUND"
    assert (await site.ask("PUT", "/admin/clock", {"now": "2026-06-01T00:00:00Z"}, token)).code == "NOT_FOUND"
