"""Who may do what: every command of the catalogue and every route of the API, tried by everyone.

What is expected comes from the permission that each entry declares. An entry without an example fails the walk, so a
new command has to come with one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from gateway.http import openapi
from gateway.http.routes import ROUTES, Route
from tests.conftest import fresh_database
from tests.play.cast import LATER, PEOPLE, START, TODAY, Cast, Phase, Scene, Visibility, everything_stored
from tests.play.players import PASSWORD, Bare, error, ok
from tests.play.running import SECRET, RunningServer
from tests.play.scenes_activity import EXAMPLES as ACTIVITY
from tests.play.scenes_activity import ONES_OWN as OWN_ACTIVITY
from tests.play.scenes_group import EXAMPLES as GROUP
from tests.play.scenes_notices import EXAMPLES as NOTICES
from tests.play.scenes_notices import ONES_OWN as NAMED_NOTICES
from tests.play.scenes_social import EXAMPLES as SOCIAL
from tests.play.scenes_workout import EXAMPLES as WORKOUT

pytestmark = pytest.mark.asyncio(loop_scope="module")

OUTSIDERS = ("nobody", "garbage")
TURNED_AWAY = frozenset({"UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN"})
VISIBILITIES: tuple[Visibility, ...] = ("public", "invite")

NARROWER: Mapping[tuple[str, str, str], str] = {
    ("challenge:join", "admin", "invite"): "NOT_FOUND",  # admins see everything, and take part like anyone else
}
"""Where the rules refuse someone who has the permission: command, person, visibility → code."""


@dataclass(frozen=True)
class Example:
    """Good data for a command, and the phase of a challenge in which it works."""

    data: Callable[[Cast], dict[str, Any]] = lambda cast: {}
    phase: Phase = "live"


def _draft(_: Cast) -> dict[str, Any]:
    return {"name": "Mine", "metric": "steps", "mode": "most", "startsAt": "2026-05-02T08:00:00Z", "endsAt": LATER}


EXAMPLES: Mapping[str, Example] = {
    "hello": Example(),
    "ping": Example(),
    "subscribe": Example(lambda cast: {"topic": "live"}),
    "unsubscribe": Example(lambda cast: {"topic": "live"}),
    "token:refresh": Example(),
    "steps:sync": Example(lambda cast: {"date": TODAY, "steps": 100}),
    "challenge:create": Example(_draft),
    "challenge:update": Example(lambda cast: {"name": "Renamed"}, "open"),
    "challenge:open": Example(phase="draft"),
    "challenge:invite": Example(lambda cast: {"userIds": [cast.id("stranger")]}),
    "challenge:join": Example(),
    "challenge:leave": Example(),
    "challenge:start": Example(phase="open"),
    "challenge:pause": Example(),
    "challenge:resume": Example(phase="paused"),
    "challenge:extend": Example(lambda cast: {"endsAt": "2026-05-04T08:00:00Z"}),
    "challenge:announce": Example(lambda cast: {"text": "On we go"}),
    "challenge:disqualify": Example(lambda cast: {"userId": cast.id("participant"), "reason": "by bus"}),
    "challenge:reinstate": Example(lambda cast: {"userId": cast.id("participant"), "reason": "on foot after all"}),
    "challenge:finish": Example(),
    "challenge:cancel": Example(),
    "challenge:role": Example(lambda cast: {"userId": cast.id("stranger"), "role": "judge"}),
    "challenge:leaderboard": Example(),
    "challenge:reviews": Example(),
    "challenge:get": Example(),
    "challenge:view": Example(),
    "challenge:timeline": Example(),
    "challenge:results": Example(),
    "profile:update": Example(lambda cast: {"units": "imperial"}),
    "preferences:update": Example(lambda cast: {"weeklyWorkouts": 4}),
    "receipt:explain": Example(),
    "user:me": Example(),
    "user:rewards": Example(),
    "user:badges": Example(),
    "user:profile": Example(lambda cast: {"userId": cast.id("host")}),
    "user:earned": Example(lambda cast: {"userId": cast.id("host")}),
    **{name: Example(data) for name, data in ACTIVITY.items()},
    **{name: Example(data) for name, data in GROUP.items()},
    **{name: Example(data) for name, data in SOCIAL.items()},
    **{name: Example(data) for name, data in NOTICES.items()},
    **{name: Example(data) for name, data in WORKOUT.items()},
}


ONES_OWN = frozenset({"checkin:update"}) | OWN_ACTIVITY | NAMED_NOTICES
"""Commands that name something of one's own, which has to be there first: tried beside the others of their area."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(postgres_url: str, migrated: str) -> AsyncIterator[str]:
    async with fresh_database(postgres_url, migrated) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(database: str) -> AsyncIterator[RunningServer]:
    env = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}
    async with RunningServer(database, env) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(server: RunningServer) -> AsyncIterator[Cast]:
    async with Cast(server) as everyone:
        yield everyone


def code_of(frame: Mapping[str, Any]) -> str:
    """Of the refusal, or `ok`."""
    return "ok" if "ok" in frame else str(error(frame)["code"])


def expected(entry: Entry, person: str, scene: Scene) -> str | None:
    """The code that a challenge turns this person away with; None when they get through."""
    if (entry.name, person, scene.visibility) in NARROWER:
        return NARROWER[entry.name, person, scene.visibility]
    if Permission.VIEWER not in scene.powers(person):
        return "NOT_FOUND"
    return None if entry.may in scene.powers(person) else "FORBIDDEN"


async def walk(cast: Cast, database: str, scene: Scene, entry: Entry, ask: Callable[[str], Awaitable[str]]) -> None:
    """Those who may not come first, and change nothing; then everyone else gets through, and it works for someone."""
    before = await everything_stored(database)
    for person in PEOPLE:
        if (refusal := expected(entry, person, scene)) is not None:
            assert (person, await ask(person)) == (person, refusal)
    assert await everything_stored(database) == before
    let_in = [person for person in PEOPLE if expected(entry, person, scene) is None]
    codes = [await ask(person) for person in let_in]
    assert not TURNED_AWAY & set(codes), list(zip(let_in, codes, strict=True))
    assert "ok" in codes, list(zip(let_in, codes, strict=True))


# --- the socket ---


async def test_every_command_has_an_example() -> None:
    assert EXAMPLES.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize(
    "entry",
    [entry for entry in CATALOGUE.values() if entry.to == "challenge" and not entry.creates and entry.socket],
    ids=lambda e: e.name,
)
async def test_commands_to_a_challenge_over_the_socket(
    cast: Cast, database: str, entry: Entry, visibility: Visibility
) -> None:
    example = EXAMPLES[entry.name]
    scene = await cast.scene(visibility, example.phase)

    async def ask(person: str) -> str:
        return code_of(await cast.say(person, entry.name, {"challengeId": scene.id, **example.data(cast)}))

    await walk(cast, database, scene, entry, ask)


async def test_commands_to_oneself_over_the_socket(cast: Cast) -> None:
    """Whoever is signed in may; nothing in them names anybody else."""
    own = [entry for entry in CATALOGUE.values() if (entry.to in ("self", "records") or entry.creates) and entry.socket]
    for entry in own:
        if entry.name in ONES_OWN:
            continue
        assert entry.may in (Permission.SELF, Permission.USER)
        assert entry.command is not None
        assert not {"user_id", "user_ids"} & set(entry.command.__dataclass_fields__)
        for person in PEOPLE:
            assert code_of(await cast.say(person, entry.name, EXAMPLES[entry.name].data(cast))) == "ok"


async def test_commands_that_are_not_for_sockets_are_unknown_there(cast: Cast) -> None:
    for entry in CATALOGUE.values():
        if not entry.socket:
            for person in PEOPLE:
                frame = await cast.say(person, entry.name, EXAMPLES[entry.name].data(cast))
                assert code_of(frame) == "UNKNOWN_COMMAND"


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
async def test_nobody_gets_anywhere_before_hello(cast: Cast, database: str, encoding: Any) -> None:
    scene = await cast.scene()
    before = await everything_stored(database)
    async with Bare(cast.server.socket_url, encoding=encoding) as bare:
        for entry in CATALOGUE.values():
            if entry.name not in ("hello", "ping"):
                data = {"challengeId": scene.id} if entry.to == "challenge" else {}
                frame = await bare.ask(entry.name, {**data, **EXAMPLES[entry.name].data(cast)})
                assert (entry.name, code_of(frame)) == (entry.name, "UNAUTHENTICATED")
        assert "serverTime" in ok(await bare.ask("ping", {}))
    assert await everything_stored(database) == before


async def test_a_garbage_token_ends_the_connection(cast: Cast) -> None:
    async with Bare(cast.server.socket_url) as bare:
        frame = await bare.ask("hello", {"token": await cast.token("garbage"), "device": "phone"})
        assert code_of(frame) == "UNAUTHENTICATED"
        assert await bare.closed() == 4501


async def test_a_connection_takes_tokens_of_its_own_user_only(cast: Cast) -> None:
    assert code_of(await cast.say("stranger", "token:refresh", {"token": await cast.token("stranger")})) == "ok"
    assert code_of(await cast.say("stranger", "token:refresh", {"token": await cast.token("host")})) == "FORBIDDEN"
    assert code_of(await cast.say("stranger", "token:refresh", {"token": await cast.token("garbage")})) == (
        "UNAUTHENTICATED"
    )
    assert (await cast.tell("stranger", "profile:update", {}))["username"] == cast.name("stranger")


@pytest.mark.parametrize("phase", ["draft", "live"])
@pytest.mark.parametrize("visibility", VISIBILITIES)
async def test_topics_are_watched_by_those_who_may_see_behind_them(
    cast: Cast, visibility: Visibility, phase: Phase
) -> None:
    scene = await cast.scene(visibility, phase)
    topic = f"challenge:{scene.id}"
    [code] = [(await cast.tell("host", "subscribe", {"topic": topic}))["state"]["challenge"]["spectatorCode"]]
    for person in PEOPLE:
        seen = code_of(await cast.say(person, "subscribe", {"topic": topic}))
        assert (person, seen) == (person, "ok" if scene.sees(person) else "NOT_FOUND")
        with_code = code_of(await cast.say(person, "subscribe", {"topic": topic, "code": code}))
        assert (person, with_code) == (person, seen if phase == "draft" else "ok")
        wrong = code_of(await cast.say(person, "subscribe", {"topic": topic, "code": code[::-1] + "x"}))
        assert (person, wrong) == (person, seen)
        await cast.tell(person, "unsubscribe", {"topic": topic})


async def test_nobody_watches_another_users_topic(cast: Cast) -> None:
    for person in PEOPLE:
        for other in PEOPLE:
            frame = await cast.say(person, "subscribe", {"topic": f"user:{cast.id(other)}"})
            assert (person, other, code_of(frame)) == (person, other, "ok" if person == other else "NOT_FOUND")
    for topic in (f"user:{uuid4()}", "user:", "user", "challenge:", "challenge:x", "group:x", "*", "live:", "user:*"):
        assert code_of(await cast.say("admin", "subscribe", {"topic": topic})) == "NOT_FOUND"


async def test_a_topic_resumed_in_hello_is_checked_again(cast: Cast) -> None:
    """Naming a topic in `resume` opens no door that `subscribe` keeps shut."""
    hidden, shown = await cast.scene("invite"), await cast.scene("public")
    at = {"epoch": "0", "offset": 0}
    topics = [f"challenge:{hidden.id}", f"challenge:{shown.id}", f"user:{cast.id('host')}", "live", "nonsense"]
    async with Bare(cast.server.socket_url) as bare:
        told = await bare.hello(cast.sessions["stranger"], resume=dict.fromkeys(topics, at))
    assert f"challenge:{shown.id}" in told["topics"]
    assert not {topics[0], topics[2], topics[4]} & told["topics"].keys()


async def test_whoever_may_no_longer_see_a_challenge_hears_no_more_of_it(cast: Cast) -> None:
    """A challenge that is closed to the public, and a judge of it who is none any more."""
    scene = await cast.scene("public", "open")
    about, topic = {"challengeId": scene.id}, {"topic": f"challenge:{scene.id}"}
    for person in ("stranger", "judge", "participant"):
        await cast.tell(person, "subscribe", topic)
    await cast.tell("host", "challenge:update", {**about, "visibility": "invite"})
    await cast.tell("host", "challenge:announce", {**about, "text": "among ourselves"})
    for person in ("judge", "participant"):
        assert (await cast.sockets[person].push("challenge:announcement"))["data"]["text"] == "among ourselves"
    await cast.tell("host", "challenge:role", {**about, "userId": cast.id("judge"), "role": None})
    await cast.tell("host", "challenge:announce", {**about, "text": "without the judge"})
    assert (await cast.sockets["participant"].push("challenge:announcement"))["data"]["text"] == "without the judge"
    for person, last in (("stranger", None), ("judge", "among ourselves")):
        await cast.tell(person, "ping", {})
        frames = [frame for frame in cast.sockets[person].frames if frame.get("topic") == topic["topic"]]
        announced = [frame["data"]["text"] for frame in frames if frame["type"] == "challenge:announcement"]
        assert (person, announced) == (person, [last] if last else [])
        assert frames[-1]["type"] == "server:unsubscribed"
        assert code_of(await cast.say(person, "subscribe", topic)) == "NOT_FOUND"


# --- HTTP ---


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
    "GET /challenges": _nothing,
    "GET /challenges/{id}/results.csv": _nothing,
    "GET /receipts": _nothing,
    "GET /admin/clock": _nothing,
    "PUT /admin/clock": _clock,
    "GET /admin/actors": _nothing,
    "GET /admin/dead-letters": _nothing,
}
"""For the routes that name no command."""


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


async def test_every_route_has_an_example() -> None:
    assert HTTP_EXAMPLES.keys() == {named(route) for route in ROUTES if route.command is None}


def of_a_challenge(route: Route) -> bool:
    return route.path.startswith("/challenges/{id}")


def code_of_answer(status: int, body: Any) -> str:
    return "ok" if status < 400 else str(body["error"]["code"])


@pytest.mark.parametrize("visibility", VISIBILITIES)
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
    await walk(cast, database, scene, entry, ask)


@pytest.mark.parametrize("route", [route for route in ROUTES if not of_a_challenge(route)], ids=named)
async def test_every_other_route(cast: Cast, database: str, route: Route) -> None:
    may = openapi.permission(route, CATALOGUE)

    async def ask(person: str) -> tuple[str, Mapping[str, str]]:
        if route.command is not None:
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
    [session, *_] = (await cast.ask("host", "GET", "/auth/sessions")).data
    before = await everything_stored(database)
    for person in PEOPLE:
        if person != "host":
            assert (await cast.ask(person, "GET", f"/activities/{activity}")).code == "NOT_FOUND"
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


# --- in the end ---


async def test_nobody_was_told_what_is_private_of_others(cast: Cast) -> None:
    """Over the whole walk: no e-mail address, no preference and no spectator code of another."""
    assert cast.codes
    assert cast.secrets_heard() == {}


async def test_the_log_holds_no_secrets_and_no_faults(cast: Cast, server: RunningServer) -> None:
    log = server.log
    tokens = [await cast.token(person) for person in PEOPLE]
    secrets = {"@example.org", PASSWORD, SECRET, *(str(token) for token in tokens)}
    assert {secret for secret in secrets if secret in log} == set()
    assert "Traceback" not in log
    assert "error" not in log.lower()


async def test_the_read_tables_are_what_the_journal_says(server: RunningServer) -> None:
    code, printed = await server.command("verify")
    assert code == 0, printed
