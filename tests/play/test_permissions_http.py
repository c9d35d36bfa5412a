"""Who may do what over HTTP: every route of the API, tried by everyone; a new route has to come with an example."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import uuid4

import pytest

from actors.messages import Permission
from gateway.catalogue import CATALOGUE
from gateway.http import openapi
from gateway.http.routes import ROUTES, Route
from tests.play.cast import PEOPLE, START, TODAY, Cast, Visibility, everything_stored
from tests.play.examples import EXAMPLES, ONES_OWN
from tests.play.permissions import expected, nothing_leaked, walk
from tests.play.players import PASSWORD
from tests.play.running import RunningServer
from tests.play.scenes_activity import A_ROUTE
from tests.play.scenes_activity import WALK as OUTING

pytestmark = pytest.mark.asyncio(loop_scope="module")

OUTSIDERS = ("nobody", "garbage")


@dataclass(frozen=True)
class Request:
    """A good request to a route; with a `token` of its own where it would sign the person out."""

    json: Any = None
    ids: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None


async def _nothing(cast: Cast, person: str) -> Request:
    return Request()


async def _throwaway(cast: Cast, person: str) -> Request:
    grant = (await cast.web.ask("POST", "/auth/guest", {"deviceId": f"throwaway-{uuid4()}"})).data
    token = grant["accessToken"] if person in PEOPLE else await cast.token(person)
    return Request(token=token)


async def _own_session(cast: Cast, person: str) -> Request:
    mine = await _throwaway(cast, person)
    listed = await cast.web.ask("GET", "/auth/sessions", token=mine.token)
    id = listed.data[0]["id"] if listed.status == 200 else str(uuid4())
    return Request(ids={"id": id}, token=mine.token)


async def _register(cast: Cast, person: str) -> Request:
    # with nobody's token: that of a guest would upgrade them
    return Request({"email": f"{uuid4().hex}@example.org", "password": PASSWORD}, token="")


async def _guest(cast: Cast, person: str) -> Request:
    return Request({"deviceId": f"device-{uuid4()}"})


async def _login(cast: Cast, person: str) -> Request:
    return Request({"username": cast.name(person if person in PEOPLE else "stranger"), "password": PASSWORD})


async def _refresh(cast: Cast, person: str) -> Request:
    grant = (await cast.web.ask("POST", "/auth/guest", {"deviceId": f"throwaway-{uuid4()}"})).data
    return Request({"refreshToken": grant["refreshToken"]})


async def _sync(cast: Cast, person: str) -> Request:
    return Request({"date": TODAY, "steps": 100})


async def _activity(cast: Cast, person: str) -> Request:
    owner = person if person in PEOPLE else "host"
    listed = await cast.tell(owner, "steps:sync", {"date": TODAY, "steps": 100})
    return Request(ids={"id": listed["activity"]["id"]})


async def _walk(cast: Cast, person: str) -> Request:
    return Request({**OUTING, "clientId": "over http"})


def _outing(kind: str) -> Callable[[Cast, str], Awaitable[Request]]:
    async def one(cast: Cast, person: str) -> Request:
        owner = person if person in PEOPLE else "host"
        told = await cast.tell(owner, f"{kind}:log", {**OUTING, "clientId": f"a {kind}", "route": A_ROUTE})
        return Request(ids={"id": told["activity"]["id"]})

    return one


async def _rename(cast: Cast, person: str) -> Request:
    return Request({"units": "imperial"})


async def _range(cast: Cast, person: str) -> Request:
    return Request(params={"from": TODAY, "to": TODAY})


async def _clock(cast: Cast, person: str) -> Request:
    return Request({"now": START})


HTTP_EXAMPLES: Mapping[str, Callable[[Cast, str], Awaitable[Request]]] = {
    "POST /auth/register": _register,
    "POST /auth/guest": _guest,
    "POST /auth/login": _login,
    "POST /auth/refresh": _refresh,
    "POST /auth/logout": _throwaway,
    "POST /auth/logout-all": _throwaway,
    "GET /auth/sessions": _nothing,
    "DELETE /auth/sessions/{id}": _own_session,
    "GET /users/me": _nothing,
    "PUT /users/me": _rename,
    "GET /users/profile": _nothing,
    "PUT /users/profile": _rename,
    "GET /users/me/preferences": _nothing,
    "GET /users/me/stats": _nothing,
    "POST /steps/sync": _sync,
    "GET /steps/daily": _nothing,
    "GET /steps/range": _range,
    "GET /steps/statistics": _nothing,
    "GET /activities": _nothing,
    "GET /activities/{id}": _activity,
    "DELETE /activities/{id}": _activity,
    **{f"POST /{kind}s": _walk for kind in ("walk", "run")},
    **{f"GET /{kind}s": _nothing for kind in ("walk", "run")},
    **{f"{method} /{kind}s/{{id}}": _outing(kind) for kind in ("walk", "run") for method in ("GET", "DELETE")},
    **{f"GET /{kind}s/{{id}}/route.gpx": _outing(kind) for kind in ("walk", "run")},
    "GET /challenges": _nothing,
    "GET /challenges/{id}/results.csv": _nothing,
    "GET /receipts": _nothing,
    "GET /admin/clock": _nothing,
    "PUT /admin/clock": _clock,
    "GET /admin/actors": _nothing,
    "GET /admin/dead-letters": _nothing,
}
"""For the routes that name no command, or one that needs something of one's own."""


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


async def test_every_route_has_an_example() -> None:
    assert HTTP_EXAMPLES.keys() == {named(route) for route in ROUTES if route.command in (None, *ONES_OWN)}


def of_a_challenge(route: Route) -> bool:
    return route.path.startswith("/challenges/{id}")


def code_of_answer(status: int, body: Any) -> str:
    return "ok" if status < 400 else str(body["error"]["code"])


@pytest.mark.parametrize("visibility", get_args(Visibility))
@pytest.mark.parametrize("route", [route for route in ROUTES if of_a_challenge(route)], ids=named)
async def test_routes_to_a_challenge(cast: Cast, database: str, route: Route, visibility: Visibility) -> None:
    # a route without a command only shows what the command behind it shows
    entry = CATALOGUE[route.command or "challenge:results"]
    example = EXAMPLES[entry.name]
    scene = await cast.scene(visibility, example.phase)
    body = example.data(cast) if route.method in ("POST", "PUT") else None

    async def ask(person: str) -> str:
        answered = await cast.ask(person, route.method, route.path.format(id=scene.id), body)
        return code_of_answer(answered.status, answered.body)

    for outsider in OUTSIDERS:
        assert await ask(outsider) == "UNAUTHENTICATED"
    await walk(database, PEOPLE, lambda person: expected(entry, person, scene), ask)


@pytest.mark.parametrize("route", [route for route in ROUTES if not of_a_challenge(route)], ids=named)
async def test_every_other_route(cast: Cast, database: str, route: Route) -> None:
    may = openapi.permission(route, CATALOGUE)

    async def ask(person: str) -> tuple[str, Mapping[str, str]]:
        if route.command is not None and named(route) not in HTTP_EXAMPLES:
            data = EXAMPLES[route.command].data(cast)
            ids = {name: data.pop(of) for name, of in route.ids.items()}
            request = Request(data if route.method in ("POST", "PUT") else None, ids)
        else:
            request = await HTTP_EXAMPLES[named(route)](cast, person)
        path = route.path.format(**request.ids)
        answered = await cast.ask(person, route.method, path, request.json, params=request.params, token=request.token)
        return code_of_answer(answered.status, answered.body), answered.headers

    if may is not Permission.ANYONE:
        before = await everything_stored(database)
        for outsider in OUTSIDERS:
            code, headers = await ask(outsider)
            assert (outsider, code) == (outsider, "UNAUTHENTICATED")
            assert headers["WWW-Authenticate"] == "Bearer"
        if may is Permission.ADMIN:
            for person in PEOPLE[:-1]:
                assert (person, (await ask(person))[0]) == (person, "FORBIDDEN")
            assert await everything_stored(database) == before
    else:
        assert [(await ask(outsider))[0] for outsider in OUTSIDERS] == ["ok", "ok"]
    for person in ("admin",) if may is Permission.ADMIN else PEOPLE:
        assert (person, (await ask(person))[0]) == (person, "ok")


async def test_register_with_a_token_that_is_no_guests_makes_no_account(cast: Cast, database: str) -> None:
    before = await everything_stored(database)
    body = {"email": "new@example.org", "password": PASSWORD}
    assert (await cast.ask("garbage", "POST", "/auth/register", body)).code == "UNAUTHENTICATED"
    assert (await cast.ask("host", "POST", "/auth/register", body)).code == "CONFLICT"
    assert await everything_stored(database) == before


async def test_what_belongs_to_another_is_not_there(cast: Cast, database: str) -> None:
    """Ids of others' activities and sign-ins open nothing, not even for an admin."""
    activity = (await cast.tell("host", "steps:sync", {"date": TODAY, "steps": 100}))["activity"]["id"]
    shown = {**OUTING, "isPublic": True, "route": A_ROUTE}
    walk = (await cast.tell("host", "walk:log", shown))["activity"]["id"]
    [session, *_] = (await cast.ask("host", "GET", "/auth/sessions")).data
    before = await everything_stored(database)
    for person in PEOPLE:
        if person != "host":
            for method, path in (
                ("GET", f"/activities/{activity}"),
                ("DELETE", f"/activities/{activity}"),
                *((method, f"/walks/{walk}") for method in ("GET", "DELETE")),
                ("GET", f"/walks/{walk}/route.gpx"),
            ):
                assert (await cast.ask(person, method, path)).code == "NOT_FOUND"
            assert (await cast.ask(person, "DELETE", f"/auth/sessions/{session['id']}")).code == "NOT_FOUND"
            found = (await cast.tell(person, "receipt:explain", {"activityId": activity}))["receipts"]
            assert found == []
            assert (await cast.ask(person, "GET", "/receipts", params={"activity": activity})).data == {"receipts": []}
    assert await everything_stored(database) == before


async def test_a_private_profile_is_seen_by_its_owner_and_admins(cast: Cast) -> None:
    privacy = {"privacy": {"profile": "private"}}
    await cast.tell("judge", "preferences:update", privacy)
    try:
        for path in (f"/users/{cast.id('judge')}", f"/users/{cast.id('judge')}/badges"):
            for person in PEOPLE:
                answered = await cast.ask(person, "GET", path)
                wanted = "ok" if person in ("judge", "admin") else "NOT_FOUND"
                assert (person, code_of_answer(answered.status, answered.body)) == (person, wanted)
    finally:
        await cast.tell("judge", "preferences:update", {"privacy": {"profile": "public"}})


async def test_hidden_challenges_are_in_nobody_elses_list(cast: Cast) -> None:
    hidden, draft = await cast.scene("invite"), await cast.scene("public", "draft")
    for person in PEOPLE:
        listed = {each["id"] for each in (await cast.ask(person, "GET", "/challenges", params={"limit": "100"})).data}
        if person in ("host", "cohost", "participant"):
            assert hidden.id in listed
        elif person == "stranger":
            assert hidden.id not in listed
        assert (draft.id in listed) is (person in ("host", "cohost"))


async def test_the_page_and_health_are_open_to_everyone(cast: Cast) -> None:
    for path in ("//", "//healthz", "//readyz", "//docs", "//api/v1/openapi.json", "//api/v1/asyncapi.json"):
        for person in OUTSIDERS:
            assert (await cast.ask(person, "GET", path)).status == 200


async def test_a_role_taken_away_is_gone_at_once(cast: Cast, server: RunningServer) -> None:
    """An admin's old access token opens no admin route once the role is gone."""
    assert (await cast.ask("admin", "GET", "/admin/actors")).status == 200
    assert (await server.command("grant", cast.name("admin"), "user"))[0] == 0
    assert (await cast.ask("admin", "GET", "/admin/actors")).code == "FORBIDDEN"
    assert (await server.command("grant", cast.name("admin"), "admin"))[0] == 0


async def test_nothing_leaked(cast: Cast) -> None:
    """Over the whole walk: no e-mail address, no preference and no spectator code of another, and a clean log."""
    assert cast.codes
    await nothing_leaked(cast)


async def test_the_read_tables_are_what_the_journal_says(server: RunningServer) -> None:
    code, printed = await server.command("verify")
    assert code == 0, printed
