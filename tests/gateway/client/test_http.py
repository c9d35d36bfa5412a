"""The HTTP client against a real server that answers as the test says."""

from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from aiohttp import web

from gateway.client.accounts import account, insist
from gateway.client.errors import Refused, Unreachable
from gateway.client.http import Api


class TinyApi:
    """Accounts with a password `right`; access tokens t1, t2, … that last as long as `lasts` says."""

    def __init__(self) -> None:
        self.lasts = 900
        self.known = {"ann@example.org"}
        self.refreshable = True
        self.seen: list[tuple[str, str, Any, dict[str, str]]] = []
        self.refusals: list[tuple[int, dict[str, Any]]] = []
        self._tokens = 0

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.seen.append((request.method, request.path_qs.removeprefix("/api/v1"), body, dict(request.headers)))
        if self.refusals:
            status, error = self.refusals.pop()
            return web.json_response({"success": False, "error": error, "meta": {}}, status=status)
        match request.path.removeprefix("/api/v1"):
            case "/auth/register" if body["email"] in self.known:
                return self._no(409, "EMAIL_ALREADY_EXISTS")
            case "/auth/login" if body["password"] != "right":
                return self._no(401, "UNAUTHENTICATED")
            case "/auth/refresh" if not self.refreshable:
                return self._no(401, "UNAUTHENTICATED")
            case "/auth/register" | "/auth/login" | "/auth/guest" | "/auth/refresh":
                return self._yes(self._grant())
            case "/gone":
                return web.Response(status=204)
            case "/proxy":
                return web.Response(status=502, text="<html>Bad gateway</html>")
            case _:
                return self._yes({"echo": body})

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.seen]

    def _grant(self) -> dict[str, Any]:
        self._tokens += 1
        return {
            "user": {"id": "u"},
            "accessToken": f"t{self._tokens}",
            "refreshToken": f"r{self._tokens}",
            "expiresIn": self.lasts,
        }

    def _yes(self, data: Any) -> web.Response:
        return web.json_response({"success": True, "data": data, "meta": {}})

    def _no(self, status: int, code: str) -> web.Response:
        return web.json_response(
            {"success": False, "error": {"code": code, "message": "no"}, "meta": {}}, status=status
        )


@pytest.fixture
def tiny() -> TinyApi:
    return TinyApi()


@pytest.fixture
async def api(tiny: TinyApi) -> AsyncIterator[Api]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", tiny.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with Api(f"http://127.0.0.1:{runner.addresses[0][1]}/") as client:
        yield client
    await runner.cleanup()


async def test_a_call_carries_its_token_its_key_and_its_body(api: Api, tiny: TinyApi) -> None:
    session = await api.login("ann@example.org", "right")
    assert await session.call("POST", "/puffs", json={"n": 1}, key="k1", params={"a": "b"}) == {"echo": {"n": 1}}

    method, path, body, headers = tiny.seen[-1]
    assert (method, path, body) == ("POST", "/puffs?a=b", {"n": 1})
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer t1", "k1")
    assert api.socket_url == f"ws{api.url.removeprefix('http')}/ws"
    assert await api.call("DELETE", "/gone") is None


async def test_a_refusal_is_raised_with_its_code_and_details(api: Api, tiny: TinyApi) -> None:
    tiny.refusals = [(422, {"code": "VALIDATION_FAILED", "message": "no", "details": {"fields": []}})]

    with pytest.raises(Refused, match="VALIDATION_FAILED") as caught:
        await api.call("GET", "/users/me")
    assert caught.value.details == {"fields": []}


async def test_an_answer_of_something_else_is_no_crash(api: Api) -> None:
    with pytest.raises(Refused, match="status 502"):
        await api.call("GET", "/proxy")


async def test_a_token_near_its_end_is_refreshed_and_a_good_one_is_not(api: Api, tiny: TinyApi) -> None:
    session = await api.login("ann@example.org", "right")
    assert (await session.token()).text == "t1"
    assert 800 < (await session.token()).seconds <= 900

    tiny.lasts = 30
    short = await api.guest("a-device-of-mine")
    assert (await short.token()).text == "t3"
    assert tiny.seen[-1][1:3] == ("/auth/refresh", {"refreshToken": "r2"})


async def test_who_can_t_refresh_signs_in_again(api: Api, tiny: TinyApi) -> None:
    tiny.lasts = 30
    session = await api.login("ann@example.org", "right")
    tiny.refreshable = False

    assert (await session.token()).text == "t2"
    assert tiny.paths() == ["/auth/login", "/auth/refresh", "/auth/login"]


async def test_an_account_is_made_once_and_found_again(api: Api, tiny: TinyApi) -> None:
    await account(api, "bob", "Bob", "right", Random(1))
    await account(api, "ann", "Ann", "right", Random(1))

    assert tiny.paths() == ["/auth/register", "/auth/register", "/auth/login"]


async def test_insisting_waits_out_what_passes_and_nothing_else(api: Api, tiny: TinyApi) -> None:
    tiny.refusals = [
        (404, {"code": "NOT_FOUND", "message": "no such thing"}),
        (503, {"code": "UNAVAILABLE", "message": "later"}),
        (429, {"code": "RATE_LIMITED", "message": "slower", "details": {"retryAfter": 0.01}}),
    ]

    with pytest.raises(Refused, match="no such thing"):
        await insist(lambda: api.call("GET", "/users/me"), Random(1))
    assert len(tiny.seen) == 3


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with Api("http://127.0.0.1:1") as api:
        with pytest.raises(Unreachable):
            await api.call("GET", "/users/me")
        with pytest.raises(Unreachable):
            await insist(lambda: api.call("GET", "/users/me"), Random(1), patience=0)
        assert not await api.ready()
