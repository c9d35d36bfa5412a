"""What clients must not send: each mistake gets its error of the protocol with the field named, and changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import jwt
import msgpack
import orjson
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from gateway.auth.tokens import key_id
from gateway.client.encoding import Encoding
from gateway.client.http import Api, Session
from gateway.http.routes import ROUTES
from rules.refusal import STATUS, Code
from tests.conftest import fresh_database
from tests.play.asking import Web
from tests.play.cast import LATER, START, TODAY, everything_stored
from tests.play.players import PASSWORD, Bare, error, guest, ok, registered, user_id
from tests.play.running import SECRET, RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOTH: tuple[Encoding, ...] = ("json", "msgpack")
TIGHT = {
    "GAUNTLET_HELLO_TIMEOUT": "1",
    "GAUNTLET_COMMANDS_PER_SECOND": "5",
    "GAUNTLET_COMMAND_BURST": "10",
    "GAUNTLET_HELLOS_PER_MINUTE": "10",
    "GAUNTLET_SOCKETS_WITHOUT_HELLO": "4",
    "GAUNTLET_SOCKETS_PER_USER": "2",
    "GAUNTLET_SIGN_INS_PER_MINUTE": "20",
    "GAUNTLET_HTTP_REQUESTS_USER": "30",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(database: str) -> AsyncIterator[RunningServer]:
    env = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": START}
    async with RunningServer(database, env) as running:
        yield running
        assert "Traceback" not in running.log
        assert "error" not in running.log.lower()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(server: RunningServer) -> AsyncIterator[Web]:
    async with Web(server.url) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def player(server: RunningServer) -> AsyncIterator[Session]:
    async with Api(server.url) as api:
        yield await registered(api, "player")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def challenge(server: RunningServer, player: Session) -> str:
    """A live one that the player hosts."""
    async with Bare(server.socket_url) as bare:
        await bare.hello(player)
        made = ok(await bare.ask("challenge:create", DRAFT))
        for step in ("open", "start"):
            ok(await bare.ask(f"challenge:{step}", {"challengeId": made["id"]}))
    return str(made["id"])


# --- frames ---


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def ping(data: str) -> bytes:
    return b'{"id":1,"type":"ping","data":%b}' % data.encode()


NOT_FRAMES: Mapping[str, tuple[Any, str | None]] = {
    "an unknown field": ({"id": 1, "type": "ping", "date": {}}, "date"),
    "no type": ({"id": 1}, "type"),
    "an empty type": ({"id": 1, "type": ""}, "type"),
    "a number as type": ({"id": 1, "type": 7}, "type"),
    "null as id": ({"id": None, "type": "ping"}, "id"),
    "true as id": ({"id": True, "type": "ping"}, "id"),
    "a list as id": ({"id": [1], "type": "ping"}, "id"),
    "nothing": ({}, "type"),
    "a list": ([{"id": 1, "type": "ping"}], None),
    "a number": (7, None),
    "null": (None, None),
    "text": ("ping", None),
    "33 levels": ({"id": 1, "type": "ping", "data": nested(32)}, None),
    "10,001 elements": ({"id": 1, "type": "ping", "data": [1] * 9_999}, None),
    "NUL in a string": ({"id": 1, "type": "ping", "data": {"a": "\0"}}, None),
    "NUL in a key": ({"id": 1, "type": "ping", "data": {"\0": 1}}, None),
    "NUL in the id": ({"id": "\0", "type": "ping"}, None),
}
"""The same in both encodings → the field that is to blame, where it is one."""

MALFORMED_JSON: Mapping[str, bytes] = {
    "nothing at all": b"",
    "cut off": b'{"id":1,"type":"ping"',
    "rubbish": b"hello?",
    "two messages": b'{"id":1,"type":"ping"}{"id":2,"type":"ping"}',
    "a trailing comma": b'{"id":1,"type":"ping",}',
    "single quotes": b"{'id':1,'type':'ping'}",
    "NaN": ping("NaN"),
    "infinity": ping("[Infinity]"),
    "a float beyond floats": ping("1e999"),
    "2**63": ping(str(2**63)),
    "-2**63-1": ping(str(-(2**63) - 1)),
    "2**64": ping(str(2**64)),
    "400 digits": ping("1" * 400),
    "a huge id": b'{"id":99999999999999999999,"type":"ping"}',
    "half a surrogate pair": ping('"\\ud800"'),
    "60,000 brackets": b"[" * 60_000,
    "a byte-order mark": b"\xef\xbb\xbf" + ping("{}"),
}


def packed(data: Any) -> bytes:
    return bytes(msgpack.packb({"id": 1, "type": "ping", "data": data}))


MALFORMED_MSGPACK: Mapping[str, bytes] = {
    "nothing at all": b"",
    "cut off": packed({})[:-1],
    "a byte too many": packed({}) + b"\xc0",
    "the byte that is never used": b"\xc1",
    "NaN": packed(float("nan")),
    "infinity": packed([float("inf")]),
    "2**63": packed(2**63),
    "2**64-1": packed(2**64 - 1),
    "binary": packed(b"abc"),
    "an extension": packed(msgpack.ExtType(5, b"x")),
    "a timestamp": packed(msgpack.Timestamp(1, 0)),
    "a number as key": packed({1: 2}),
    "null as key": packed({None: 2}),
    "binary as key": packed({b"a": 2}),
    "a string that is not UTF-8": packed("aa").replace(b"aa", b"\xff\xfe"),
    "a list said to have four billion elements": b"\xdd\xff\xff\xff\xff",
    "a string said to have four billion bytes": b"\xdb\xff\xff\xff\xff",
    "60,000 open lists": b"\x91" * 60_000,
    "a lone number": b"\x01",
}


async def refused_frame(server: RunningServer, encoding: Encoding, payload: bytes) -> dict[str, Any]:
    """The error that one frame gets; the connection goes on after it."""
    async with Bare(server.socket_url, encoding=encoding) as bare:
        await bare.socket.send(payload, text=encoding == "json")
        refusal = error(await bare.frame())
        bare.frames.clear()  # its id may be one that we use next
        assert "serverTime" in ok(await bare.ask("ping", {}))
    return refusal


@pytest.mark.parametrize("encoding", BOTH)
@pytest.mark.parametrize("what", NOT_FRAMES)
async def test_what_is_no_command_is_a_bad_request(server: RunningServer, what: str, encoding: Encoding) -> None:
    message, field = NOT_FRAMES[what]
    payload = orjson.dumps(message) if encoding == "json" else bytes(msgpack.packb(message))
    refusal = await refused_frame(server, encoding, payload)
    assert refusal["code"] == "BAD_REQUEST"
    assert refusal["message"]
    if field is not None:
        assert [each["path"] for each in refusal["details"]["fields"]] == [field]


@pytest.mark.parametrize("what", MALFORMED_JSON)
async def test_malformed_json_is_a_bad_request(server: RunningServer, what: str) -> None:
    assert (await refused_frame(server, "json", MALFORMED_JSON[what]))["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("what", MALFORMED_MSGPACK)
async def test_malformed_messagepack_is_a_bad_request(server: RunningServer, what: str) -> None:
    assert (await refused_frame(server, "msgpack", MALFORMED_MSGPACK[what]))["code"] == "BAD_REQUEST"


async def test_the_limits_themselves_are_accepted(server: RunningServer) -> None:
    """32 levels, 10,000 elements, the ends of 64 bits: refused for what they are, not for their size."""
    for data in (nested(31), [1] * 9_996, [2**63 - 1, -(2**63)], {"x": 1e300}):
        for encoding in BOTH:
            async with Bare(server.socket_url, encoding=encoding) as bare:
                assert error(await bare.ask("ping", data))["code"] == "VALIDATION_FAILED"  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", BOTH)
async def test_the_wrong_kind_of_frame_is_a_bad_request(server: RunningServer, encoding: Encoding) -> None:
    async with Bare(server.socket_url, encoding=encoding) as bare:
        await bare.socket.send(ping("{}"), text=encoding != "json")
        assert error(await bare.frame())["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("encoding", BOTH)
async def test_the_third_invalid_frame_closes(server: RunningServer, encoding: Encoding) -> None:
    async with Bare(server.socket_url, encoding=encoding) as bare:
        for _ in range(3):
            await bare.socket.send(b"\xc1" if encoding == "msgpack" else b"?", text=encoding == "json")
        assert await bare.closed() == 4500
        assert [error(frame)["code"] for frame in bare.frames] == ["BAD_REQUEST"] * 3


async def test_a_text_frame_that_is_not_utf8_closes_as_the_rfc_says(server: RunningServer) -> None:
    async with Bare(server.socket_url) as bare:
        await bare.socket.send(b'{"id":1,"type":"\xff"}', text=True)
        assert await bare.closed() == 1007


@pytest.mark.parametrize("encoding", BOTH)
async def test_a_frame_over_64_kib_closes(server: RunningServer, encoding: Encoding) -> None:
    async with Bare(server.socket_url, encoding=encoding) as bare:
        await bare.socket.send(b" " * 65_537, text=encoding == "json")
        assert await bare.closed() == 1009


async def test_fragments_that_add_up_to_more_close_too(server: RunningServer) -> None:
    async with Bare(server.socket_url) as bare:
        await bare.socket.send([" " * 40_000, " " * 40_000])
        assert await bare.closed() == 1009


@pytest.mark.parametrize("encoding", BOTH)
async def test_hello_twice_closes(server: RunningServer, player: Session, encoding: Encoding) -> None:
    async with Bare(server.socket_url, encoding=encoding) as bare:
        await bare.hello(player)
        await bare.send({"id": 9, "type": "hello", "data": {"token": "x", "device": "phone"}})
        assert await bare.closed() == 4500
        assert error(bare.frames[-1])["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("encoding", BOTH)
async def test_a_bad_envelope_names_the_field(server: RunningServer, player: Session, encoding: Encoding) -> None:
    async with Bare(server.socket_url, encoding=encoding) as bare:
        await bare.hello(player)
        for key in ("", "x" * 65, 7, None, ["k"], True):
            await bare.send({"id": "k", "type": "ping", "data": {}, "key": key})
            refusal = error(await bare.frame())
            assert (refusal["code"], refusal["details"]["fields"][0]["path"]) == ("VALIDATION_FAILED", "key")
        for name in ("nonsense", "challenge:", "__init__", "ping ", "HELLO", "user:register", "😀" * 100):
            assert error(await bare.ask(name, {}))["code"] == "UNKNOWN_COMMAND"


async def test_a_command_without_an_id_gets_no_reply(server: RunningServer, player: Session) -> None:
    async with Bare(server.socket_url) as bare:
        await bare.hello(player)
        await bare.send({"type": "steps:sync", "data": {"date": "never", "steps": -1}})
        await bare.send({"type": "nonsense"})
        before = len(bare.frames)
        assert "serverTime" in ok(await bare.ask("ping", {}))
        assert len(bare.frames) == before + 1


# --- commands ---

DRAFT = {"name": "A walk", "metric": "steps", "mode": "most", "startsAt": "2026-05-02T08:00:00Z", "endsAt": LATER}
SYNC = {"date": TODAY, "steps": 100}
ID = "8a6e0804-2bd0-4672-b79d-d97027f9071a"

BAD_DATA: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("steps:sync", {"steps": 1}, "date"),
    ("steps:sync", {"date": TODAY}, "steps"),
    ("steps:sync", {}, "date"),
    ("steps:sync", {**SYNC, "stepz": 1}, "stepz"),
    ("steps:sync", {**SYNC, "distance_meters": 1}, "distance_meters"),  # the wire speaks camelCase only
    ("steps:sync", {**SYNC, "userId": ID}, "userId"),
    *(("steps:sync", {**SYNC, "steps": bad}, "steps") for bad in (-1, 1.5, 1.0, "5", True, None, {}, 2**63 - 1)),
    *(
        ("steps:sync", {**SYNC, "date": bad}, "date")
        for bad in (
            "2026-02-30",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "0000-01-01",
            "20260501",
            "2026-05-01T00:00:00Z",
            "2026-5-1",
            "٢٠٢٦-٠٥-٠١",
            "2026-05-01\n",
            20_260_501,
            "2026-04-16",  # 15 days back
            "x" * 5_000,
        )
    ),
    ("steps:sync", {**SYNC, "distanceMeters": -0.1}, "distanceMeters"),
    ("steps:sync", {**SYNC, "distanceMeters": 1e300}, "distanceMeters"),
    ("steps:sync", {**SYNC, "calories": "1"}, "calories"),
    ("steps:sync", {**SYNC, "activeMinutes": 1_441}, "activeMinutes"),
    ("steps:sync", {**SYNC, "device": ""}, "device"),
    ("steps:sync", {**SYNC, "device": " "}, "device"),
    ("steps:sync", {**SYNC, "device": "d" * 65}, "device"),
    ("challenge:create", {**DRAFT, "name": ""}, "name"),
    ("challenge:create", {**DRAFT, "name": "   "}, "name"),
    ("challenge:create", {**DRAFT, "name": "n" * 101}, "name"),
    ("challenge:create", {**DRAFT, "description": "d" * 2_001}, "description"),
    ("challenge:create", {**DRAFT, "metric": "joy"}, "metric"),
    ("challenge:create", {**DRAFT, "mode": "race"}, "target"),
    ("challenge:create", {**DRAFT, "target": 0}, "target"),
    ("challenge:create", {**DRAFT, "target": -5}, "target"),
    ("challenge:create", {**DRAFT, "startsAt": "tomorrow"}, "startsAt"),
    ("challenge:create", {**DRAFT, "startsAt": "2026-02-30T00:00:00Z"}, "startsAt"),
    ("challenge:create", {**DRAFT, "startsAt": "2026-05-02 08:00:00"}, "startsAt"),
    ("challenge:create", {**DRAFT, "startsAt": "2026-05-02T08:00:00"}, "startsAt"),
    ("challenge:create", {**DRAFT, "startsAt": "2026-05-02T24:00:00Z"}, "startsAt"),
    ("challenge:create", {**DRAFT, "startsAt": "0001-01-01T00:00:00+23:59"}, "startsAt"),
    ("challenge:create", {**DRAFT, "startsAt": 1_777_708_800}, "startsAt"),
    ("challenge:create", {**DRAFT, "endsAt": "2026-05-02T08:00:00Z"}, "endsAt"),
    ("challenge:create", {**DRAFT, "endsAt": "9999-12-31T23:59:59Z"}, "endsAt"),
    ("challenge:create", {**DRAFT, "visibility": "secret"}, "visibility"),
    ("challenge:create", {**DRAFT, "visibility": "group"}, "groupId"),
    ("challenge:create", {**DRAFT, "maxParticipants": 1}, "maxParticipants"),
    ("challenge:create", {**DRAFT, "maxParticipants": 100_001}, "maxParticipants"),
    ("challenge:create", {**DRAFT, "settleMinutes": -1}, "settleMinutes"),
    ("challenge:create", {**DRAFT, "settleMinutes": 1_441}, "settleMinutes"),
    ("challenge:create", {**DRAFT, "teams": "a,b"}, "teams"),
    ("challenge:create", {**DRAFT, "hostId": ID}, "hostId"),
    ("challenge:create", {**DRAFT, "state": "live"}, "state"),
    ("challenge:update", {"challengeId": "CHALLENGE", "name": 7}, "name"),
    ("challenge:update", {"challengeId": "CHALLENGE", "groupId": "x"}, "groupId"),
    ("challenge:extend", {"challengeId": "CHALLENGE"}, "endsAt"),
    ("challenge:extend", {"challengeId": "CHALLENGE", "endsAt": "2026-05-01T09:00:00Z"}, "endsAt"),
    ("challenge:announce", {"challengeId": "CHALLENGE", "text": ""}, "text"),
    ("challenge:announce", {"challengeId": "CHALLENGE", "text": " \n "}, "text"),
    ("challenge:announce", {"challengeId": "CHALLENGE", "text": "t" * 501}, "text"),
    ("challenge:announce", {"challengeId": "CHALLENGE", "text": ["t"]}, "text"),
    ("challenge:invite", {"challengeId": "CHALLENGE", "userIds": []}, "userIds"),
    ("challenge:invite", {"challengeId": "CHALLENGE", "userIds": [ID] * 101}, "userIds"),
    ("challenge:invite", {"challengeId": "CHALLENGE", "userIds": [ID, "x"]}, "userIds.1"),
    ("challenge:invite", {"challengeId": "CHALLENGE", "userIds": ID}, "userIds"),
    ("challenge:role", {"challengeId": "CHALLENGE", "userId": ID, "role": "king"}, "role"),
    ("challenge:role", {"challengeId": "CHALLENGE", "userId": ID}, "role"),
    ("challenge:role", {"challengeId": "CHALLENGE", "userId": "me", "role": "judge"}, "userId"),
    ("challenge:disqualify", {"challengeId": "CHALLENGE", "userId": ID, "reason": ""}, "reason"),
    ("challenge:disqualify", {"challengeId": "CHALLENGE", "userId": ID}, "reason"),
    ("challenge:join", {"challengeId": "CHALLENGE", "teamId": "red"}, "teamId"),
    ("challenge:join", {"challengeId": "CHALLENGE", "as": ID}, "as"),
    ("challenge:leaderboard", {"challengeId": "CHALLENGE", "limit": 0}, "limit"),
    ("challenge:leaderboard", {"challengeId": "CHALLENGE", "limit": 101}, "limit"),
    ("challenge:leaderboard", {"challengeId": "CHALLENGE", "after": -1}, "after"),
    ("challenge:leaderboard", {"challengeId": "CHALLENGE", "around": "you"}, "around"),
    ("profile:update", {"timezone": "Mars/Olympus"}, "timezone"),
    ("profile:update", {"timezone": "../../etc/passwd"}, "timezone"),
    ("profile:update", {"displayName": ""}, "displayName"),
    ("profile:update", {"displayName": "d" * 101}, "displayName"),
    ("profile:update", {"avatarUrl": "javascript:alert(1)"}, "avatarUrl"),
    ("profile:update", {"avatarUrl": "https://x/ y"}, "avatarUrl"),
    ("profile:update", {"units": "furlongs"}, "units"),
    ("profile:update", {"role": "admin"}, "role"),
    ("profile:update", {"xp": 1_000_000}, "xp"),
    ("profile:update", {"id": ID}, "id"),
    ("preferences:update", {"quietHours": {"from": "25:00", "to": "07:00"}}, "quietHours.from"),
    ("preferences:update", {"quietHours": {"from": "22:00"}}, "quietHours.to"),
    ("preferences:update", {"privacy": {"profile": "everyone"}}, "privacy.profile"),
    ("preferences:update", {"privacy": {"all": "public"}}, "privacy.all"),
    ("preferences:update", {"notifications": {"challenges": 1}}, "notifications.challenges"),
    ("preferences:update", {"notifications": "all"}, "notifications"),
    ("preferences:update", {"dailyStepGoal": 99}, "dailyStepGoal"),
    ("preferences:update", {"trackPuffs": "no"}, "trackPuffs"),
    ("receipt:explain", {"challengeId": "x"}, "challengeId"),
    ("receipt:explain", {"subject": "money"}, "subject"),
    ("receipt:explain", {"date": "2026-02-30"}, "date"),
    ("receipt:explain", {"userId": ID}, "userId"),
    # what the connection answers itself
    ("subscribe", {}, "topic"),
    ("subscribe", {"topic": ""}, "topic"),
    ("subscribe", {"topic": 7}, "topic"),
    ("subscribe", {"topic": "t" * 129}, "topic"),
    ("subscribe", {"topic": "live", "since": {"epoch": "x"}}, "since.offset"),
    ("subscribe", {"topic": "live", "since": {"epoch": "x", "offset": -1}}, "since.offset"),
    ("subscribe", {"topic": "live", "since": 7}, "since"),
    ("subscribe", {"topic": "live", "code": ""}, "code"),
    ("unsubscribe", {"topic": None}, "topic"),
    ("token:refresh", {}, "token"),
    ("token:refresh", {"token": "t" * 4_097}, "token"),
    ("ping", {"pong": 1}, "pong"),
)
"""Command, data (CHALLENGE stands for the id of a real one), the path of the field to blame."""

BAD_WHOLE = ([], "x", 5, True, [{"date": TODAY, "steps": 1}])


def labelled(case: tuple[str, Mapping[str, Any], str]) -> str:
    name, data, path = case
    return f"{name}-{path}-{data.get(path)!r:.24}"


def filled(data: Mapping[str, Any], challenge: str) -> dict[str, Any]:
    return {name: challenge if value == "CHALLENGE" else value for name, value in data.items()}


def check(refusal: Mapping[str, Any], path: str) -> None:
    assert refusal["code"] == "VALIDATION_FAILED", refusal
    fields = refusal["details"]["fields"]
    assert path in [each["path"] for each in fields], fields
    assert all(set(each) == {"path", "problem"} and each["problem"] for each in fields)


@pytest.mark.parametrize("encoding", BOTH)
async def test_bad_data_over_the_socket_names_the_field(
    server: RunningServer, database: str, player: Session, challenge: str, encoding: Encoding
) -> None:
    before = await everything_stored(database)
    async with Bare(server.socket_url, encoding=encoding) as bare:
        await bare.hello(player)
        for name, data, path in BAD_DATA:
            check(error(await bare.ask(name, filled(data, challenge), key=f"{name}-{encoding}")), path)
        for bad in BAD_WHOLE:
            for name in ("steps:sync", "challenge:join", "subscribe"):
                check(error(await bare.ask(name, bad)), "data")  # type: ignore[arg-type]
    assert await everything_stored(database) == before


async def test_bad_data_over_http_names_the_field(web: Web, database: str, player: Session, challenge: str) -> None:
    before = await everything_stored(database)
    token = (await player.token()).text
    tried = 0
    for route in ROUTES:
        command = route.command or route.takes
        if route.method not in ("POST", "PUT"):
            continue
        for name, data, path in BAD_DATA:
            if name == command:
                body = {key: value for key, value in filled(data, challenge).items() if key != "challengeId"}
                answered = await web.ask(route.method, route.path.format(id=challenge), body, token)
                assert answered.status == 422, (route.path, body, answered.body)
                check(answered.body["error"], path)
                tried += 1
    assert tried > 80
    assert await everything_stored(database) == before


async def test_another_users_ids_change_nothing(
    server: RunningServer, web: Web, database: str, player: Session, challenge: str
) -> None:
    """A stranger aims every command with an id at somebody else's things."""
    async with Api(server.url) as api:
        stranger = await guest(api, "Stranger")
    activity = (await player.call("POST", "/steps/sync", json=SYNC))["activity"]["id"]
    token = (await stranger.token()).text
    before = await everything_stored(database)
    async with Bare(server.socket_url) as bare:
        await bare.hello(stranger)
        for name in ("update", "open", "start", "pause", "resume", "finish", "cancel", "leave"):
            refusal = error(await bare.ask(f"challenge:{name}", {"challengeId": challenge}))
            assert (name, refusal["code"]) == (name, "FORBIDDEN")
            refusal = error(await bare.ask(f"challenge:{name}", {"challengeId": user_id(player)}))
            assert (name, refusal["code"]) == (name, "NOT_FOUND")
    for method, path in (("GET", f"/activities/{activity}"), ("GET", f"/challenges/{activity}")):
        assert (await web.ask(method, path, token=token)).code == "NOT_FOUND"
    for id in ("x", "1", "..", "%2e%2e", challenge + "0", challenge.replace("-", ""), "%00", "'; DROP TABLE users--"):
        for path in ("/challenges/{}", "/users/{}", "/activities/{}"):
            assert (await web.ask("GET", path.format(id), token=token)).code == "NOT_FOUND"
    assert await everything_stored(database) == before


async def test_text_is_kept_as_text(server: RunningServer, web: Web, player: Session) -> None:
    """Quotes, markup, line breaks and other scripts come back as they were sent, and break nothing."""
    for name, text in (
        ("'; DROP TABLE users; --", "'; DROP TABLE users; --"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}} ${x} %s %n", "{{7*7}} ${x} %s %n"),
        ("𝕎𝕒𝕝𝕜 سباق", "𝕎𝕒𝕝𝕜 \u202e\u2028s"),
        ("a: b", "a\r\nb: c"),
    ):
        async with Bare(server.socket_url) as bare:
            await bare.hello(player)
            made = ok(await bare.ask("challenge:create", {**DRAFT, "name": name, "description": text}))
        shown = await web.ask("GET", f"/challenges/{made['id']}", token=(await player.token()).text)
        assert (shown.data["name"], shown.data["description"]) == (name, text)
        assert shown.headers["Content-Type"].startswith("application/json")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"


# --- tokens ---


async def forgeries(player: Session) -> dict[str, str]:
    """Tokens that this server did not issue as access tokens, or that are over."""
    good = (await player.token()).text
    payload = jwt.decode(good, options={"verify_signature": False})
    header = {"kid": key_id(SECRET), "typ": "at+jwt"}
    now = int(datetime.now(UTC).timestamp())

    def sign(changes: Mapping[str, Any], key: str = SECRET, algorithm: str = "HS256", **heads: Any) -> str:
        return jwt.encode({**payload, **changes}, key, algorithm=algorithm, headers={**header, **heads})

    def without(name: str) -> str:
        rest = {key: value for key, value in payload.items() if key != name}
        return jwt.encode(rest, SECRET, algorithm="HS256", headers=header)

    other = "another secret, just as long as the server's own one"
    start, middle, _ = good.split(".")
    return {
        "nothing": "",
        "rubbish": "rubbish",
        "three parts of rubbish": "a.b.c",
        "four parts": f"{good}.x",
        "no signature": f"{start}.{middle}.",
        "another's signature": f"{start}.{middle}.{sign({'role': 'admin'}).split('.')[2]}",
        "algorithm none": jwt.encode(payload, "", algorithm="none", headers=header),
        "algorithm HS384": sign({}, algorithm="HS384"),
        "another secret": sign({}, key=other),
        "another secret and its kid": sign({}, key=other, kid=key_id(other)),
        "another kid": sign({}, kid="0" * 12),
        "no kid": sign({}, kid=""),
        "a path as kid": sign({}, kid="../../dev/null"),
        "the other type": sign({}, typ="rt+jwt"),
        "no type": sign({}, typ="JWT"),
        "the other audience": sign({"aud": "gauntlet:refresh"}),
        "both audiences": sign({"aud": ["gauntlet:access", "gauntlet:refresh"]}),
        "no audience": without("aud"),
        "another issuer": sign({"iss": "somebody"}),
        "no issuer": without("iss"),
        "expired": sign({"exp": now - 1}),
        "never ending": without("exp"),
        "text as end": sign({"exp": "9999999999"}),
        "an end beyond time": sign({"exp": 10**18}),
        "not yet": sign({"nbf": now + 3_600}),
        "issued tomorrow": sign({"iat": now + 86_400}),
        "another role": sign({"role": "god"}),
        "a number as subject": sign({"sub": 7}),
        "no session": without("sid"),
        "the refresh token": player._refresh,
        "very long": sign({"padding": "x" * 4_000})[:4_000],
    }


async def test_forged_and_expired_tokens_open_nothing(server: RunningServer, web: Web, player: Session) -> None:
    for what, token in (await forgeries(player)).items():
        answered = await web.ask("GET", "/users/me", token=token)
        assert (what, answered.status, answered.code) == (what, 401, "UNAUTHENTICATED")
        if not token:
            continue
        async with Bare(server.socket_url) as bare:
            refusal = error(await bare.ask("hello", {"token": token, "device": "phone"}))
            assert (what, refusal["code"], await bare.closed()) == (what, "UNAUTHENTICATED", 4501)
        async with Bare(server.socket_url) as bare:
            await bare.hello(player)
            assert (what, error(await bare.ask("token:refresh", {"token": token}))["code"]) == (what, "UNAUTHENTICATED")
        if what != "the refresh token":
            answered = await web.ask("POST", "/auth/refresh", {"refreshToken": token})
            assert (what, answered.code) == (what, "UNAUTHENTICATED")


async def test_an_access_token_is_no_refresh_token(web: Web, player: Session) -> None:
    answered = await web.ask("POST", "/auth/refresh", {"refreshToken": (await player.token()).text})
    assert answered.code == "UNAUTHENTICATED"


async def test_a_token_in_the_url_is_not_looked_at(server: RunningServer, web: Web, player: Session) -> None:
    token = (await player.token()).text
    assert (await web.ask("GET", f"/users/me?access_token={token}")).code == "UNAUTHENTICATED"
    async with connect(f"{server.socket_url}?token={token}", proxy=None) as socket:
        await socket.send('{"id":1,"type":"hello","data":{"device":"phone"}}')
        assert orjson.loads(await socket.recv())["error"]["details"]["fields"][0]["path"] == "token"


async def test_a_sign_in_that_ended_opens_nothing(server: RunningServer, web: Web) -> None:
    async with Api(server.url) as api:
        leaver = await guest(api, "Leaver")
    token = (await leaver.token()).text
    async with Bare(server.socket_url) as living:
        await living.hello(leaver)
        assert (await web.ask("POST", "/auth/logout", {}, token)).status == 200
        assert await living.closed() == 4501
        assert living.frames[-1]["type"] == "session:revoked"
    assert (await web.ask("GET", "/users/me", token=token)).code == "UNAUTHENTICATED"
    assert (await web.ask("POST", "/auth/refresh", {"refreshToken": leaver._refresh})).code == "UNAUTHENTICATED"
    async with Bare(server.socket_url) as bare:
        await bare.ask("hello", {"token": token, "device": "phone"})
        assert await bare.closed() == 4501


async def test_a_disabled_account_is_shut_out(server: RunningServer, web: Web, database: str) -> None:
    async with Api(server.url) as api:
        rogue = await registered(api, "rogue")
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE accounts SET disabled = true WHERE username = 'rogue'")
    await connection.close()
    async with Bare(server.socket_url) as bare:
        token = (await rogue.token()).text
        assert error(await bare.ask("hello", {"token": token, "device": "phone"}))["code"] == "FORBIDDEN"
        assert await bare.closed() == 4503
    for path, body in (
        ("login", {"username": "rogue", "password": PASSWORD}),
        ("refresh", {"refreshToken": rogue._refresh}),
    ):
        assert (await web.ask("POST", f"/auth/{path}", body)).code == "FORBIDDEN"


# --- HTTP ---


async def test_bodies_that_are_no_json_object(web: Web, database: str, player: Session) -> None:
    token = (await player.token()).text
    before = await everything_stored(database)
    kind = {"Content-Type": "application/json"}
    big = b'{"displayName": "%b"}' % (b"x" * 1_100_000)
    cases: list[tuple[bytes, Mapping[str, str], int, str]] = [
        *((raw, kind, 400, "BAD_REQUEST") for what, raw in MALFORMED_JSON.items() if raw),
        (b"[]", kind, 400, "BAD_REQUEST"),
        (b"null", kind, 400, "BAD_REQUEST"),
        (b'{"displayName": "\xff"}', kind, 400, "BAD_REQUEST"),
        (orjson.dumps({"displayName": nested(32)}), kind, 400, "BAD_REQUEST"),
        (orjson.dumps({"displayName": [1] * 10_000}), kind, 400, "BAD_REQUEST"),
        (b'{"displayName": "\\u0000"}', kind, 400, "BAD_REQUEST"),
        (b"{}", {"Content-Type": "text/plain"}, 400, "BAD_REQUEST"),
        (b"displayName=x", {"Content-Type": "application/x-www-form-urlencoded"}, 400, "BAD_REQUEST"),
        (b"{}", {**kind, "Content-Encoding": "gzip"}, 400, "BAD_REQUEST"),
        (big, kind, 413, "PAYLOAD_TOO_LARGE"),
    ]
    for raw, headers, status, code in cases:
        answered = await web.ask("PUT", "/users/me", token=token, data=raw, headers=headers)
        assert (raw[:40], answered.status, answered.code) == (raw[:40], status, code)

    async def dripped() -> AsyncIterator[bytes]:
        for at in range(0, len(big), 65_536):
            yield big[at : at + 65_536]

    answered = await web.ask("PUT", "/users/me", token=token, data=dripped(), headers=kind)  # chunked: no length said
    assert (answered.status, answered.code) == (413, "PAYLOAD_TOO_LARGE")
    assert await everything_stored(database) == before


async def test_bad_queries_name_the_parameter(web: Web, player: Session, challenge: str) -> None:
    token = (await player.token()).text
    cases = {
        "/users/me?x=1": "x",
        "/activities?limit=0": "limit",
        "/activities?limit=101": "limit",
        "/activities?limit=ten": "limit",
        "/activities?limit=99999999999999999999": "limit",
        "/activities?limit=1&limit=2": "limit",
        "/activities?cursor=x": "cursor",
        "/activities?cursor=W10": "cursor",
        "/activities?sort=size": "sort",
        "/activities?from=2026-02-30": "from",
        "/activities?kind=%00": "kind",
        "/activities?userId=" + ID: "userId",
        "/challenges?state=gone": "state",
        "/challenges?mine=maybe": "mine",
        "/steps/daily?date=today": "date",
        "/steps/range?from=2026-05-02&to=2026-05-01": "to",
        "/steps/range?from=2024-01-01&to=2026-05-01": "to",
        "/steps/range?to=2026-05-01": "from",
        "/steps/statistics?period=decade": "period",
        f"/challenges/{challenge}/leaderboard?after=-1": "after",
        f"/challenges/{challenge}/leaderboard?around=you": "around",
        f"/challenges/{challenge}/results?limit=1001": "limit",
        "/receipts?challenge=x": "challenge",
        "/receipts?reward=money": "reward",
    }
    for path, field in cases.items():
        answered = await web.ask("GET", path, token=token)
        assert (path, answered.status) == (path, 422)
        check(answered.body["error"], field)
    assert (await web.ask("GET", "/users/me?%ff=%fe", token=token)).code == "BAD_REQUEST"
    assert (await web.ask("GET", "/users/me?" + "a&" * 60, token=token)).code == "BAD_REQUEST"


async def test_bad_headers(web: Web, player: Session) -> None:
    token = (await player.token()).text
    for key in ("", "x" * 65, "two words", "schlüssel"):
        answered = await web.ask("POST", "/steps/sync", SYNC, token, headers={"Idempotency-Key": key})
        check(answered.body["error"], "Idempotency-Key")
    for authorization in ("", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", token, f"Bearer {token} x", f"Token {token}"):
        assert (await web.ask("GET", "/users/me", headers={"Authorization": authorization})).status == 401
    for id in ("x" * 65, "a b", "<script>"):
        answered = await web.ask("GET", "/users/me", token=token, headers={"X-Request-Id": id})
        assert answered.headers["X-Request-Id"] == answered.body["meta"]["requestId"] != id
    answered = await web.ask("PUT", "/users/me", {}, token, headers={"If-Match": '"old"'})
    assert (answered.status, answered.code) == (412, "PRECONDITION_FAILED")


async def test_a_device_label_that_is_no_utf8_is_none(server: RunningServer, player: Session) -> None:
    """Its bytes reach no actor: the sync counts for the default device."""
    body = orjson.dumps({"date": "2026-04-20", "steps": 5})
    head = (
        f"POST /api/v1/steps/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {(await player.token()).text}\r\nContent-Length: {len(body)}\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head.encode() + b"X-Device: \xff\xfe\r\n\r\n" + body)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b'"device":"default"' in answer


async def test_what_is_not_there_and_what_is_not_possible(web: Web, player: Session) -> None:
    token = (await player.token()).text
    for path in (
        "/nothing",
        "//nothing",
        "//.git/config",
        "//..%2f..%2fetc%2fpasswd",
        "//%2e%2e/%2e%2e/etc/passwd",
        "/",
    ):
        answered = await web.ask("GET", path, token=token)
        assert (path, answered.status, answered.code) == (path, 404, "NOT_FOUND")
        assert answered.body["meta"]["requestId"] == answered.headers["X-Request-Id"]
    for method, path, allowed in (
        ("DELETE", "/users/me", "GET, HEAD, PUT"),
        ("PATCH", "/users/me", "GET, HEAD, PUT"),
        ("GET", "/auth/login", "POST"),
        ("POST", "//healthz", "GET, HEAD"),
    ):
        answered = await web.ask(method, path, token=token)
        assert (answered.status, answered.code, answered.headers["Allow"]) == (405, "BAD_REQUEST", allowed)


async def test_bad_sign_ups(web: Web, database: str) -> None:
    before = await everything_stored(database)
    good = {"email": "new@example.org", "password": PASSWORD}
    for changes, path in (
        ({"email": "no address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a\r\nBcc: b@example.org"}, "email"),
        ({"email": "x" * 300 + "@example.org"}, "email"),
        ({"email": None}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "alllowercase1"}, "password"),
        ({"password": "Aa1" + "x" * 200}, "password"),
        ({"password": 12_345_678}, "password"),
        ({"username": "ab"}, "username"),
        ({"username": "a b c"}, "username"),
        ({"username": "admin\u200b"}, "username"),
        ({"username": "аdmin"}, "username"),  # the first letter is Cyrillic
        ({"timezone": "Nowhere"}, "timezone"),
        ({"role": "admin"}, "role"),
        ({"emailVerified": True}, "emailVerified"),
    ):
        check((await web.ask("POST", "/auth/register", {**good, **changes})).body["error"], path)
    pin = {"username": "pinned", "pin": "1234"}
    assert (await web.ask("POST", "/auth/register", pin)).code == "FORBIDDEN"  # the operator does not allow PINs
    for device_id in ("", "short", 7, "x" * 257):
        check((await web.ask("POST", "/auth/guest", {"deviceId": device_id})).body["error"], "deviceId")
    assert await everything_stored(database) == before


async def test_nobody_learns_who_has_an_account(web: Web, player: Session) -> None:
    """A wrong password and a name that nobody has get the same answer."""
    answers = []
    for who in (
        {"email": "player@example.org"},
        {"username": "player"},
        {"email": "no@example.org"},
        {"username": "no1"},
    ):
        answered = await web.ask("POST", "/auth/login", {**who, "password": "Wrong-Horse-9"})
        answers.append((answered.status, answered.body["error"]))
    assert answers == [answers[0]] * 4
    assert answers[0][0] == 401


async def test_every_code_has_the_status_of_the_protocol() -> None:
    assert set(STATUS) == set(Code)


# --- limits, on a server that has tight ones ---


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tight(postgres_url: str, migrated: str) -> AsyncIterator[RunningServer]:
    async with fresh_database(postgres_url, migrated) as url, RunningServer(url, TIGHT) as running:
        yield running
        assert "Traceback" not in running.log


async def newcomer(server: RunningServer, name: str) -> Session:
    api = Api(server.url)
    try:
        return await guest(api, name)
    finally:
        await api.close()


async def test_who_says_no_hello_in_time_is_closed(tight: RunningServer) -> None:
    async with Bare(tight.socket_url) as bare:
        assert await bare.closed() == 4501


async def test_a_flood_is_warned_and_then_closed(tight: RunningServer) -> None:
    session = await newcomer(tight, "Flood")
    async with Bare(tight.socket_url) as bare:
        await bare.hello(session)
        for _ in range(200):
            await bare.say("ping", {})
        assert await bare.closed() == 4029
        warned = [frame["error"] for frame in bare.frames if "error" in frame]
        assert len(warned) >= 20
        assert all(each["code"] == "RATE_LIMITED" and each["details"]["retryAfter"] > 0 for each in warned)


async def test_the_oldest_of_too_many_sockets_goes(tight: RunningServer) -> None:
    session = await newcomer(tight, "Many")
    async with Bare(tight.socket_url) as first, Bare(tight.socket_url) as second, Bare(tight.socket_url) as third:
        for bare in (first, second, third):
            await bare.hello(session)
        assert await first.closed() == 4505
        ok(await second.ask("ping", {}))
        ok(await third.ask("ping", {}))


async def test_too_many_hellos_are_turned_away(tight: RunningServer) -> None:
    session = await newcomer(tight, "Again")
    token = (await session.token()).text
    codes = []
    for _ in range(11):
        async with Bare(tight.socket_url) as bare:
            frame = await bare.ask("hello", {"token": token, "device": "phone"})
            codes.append("ok" if "ok" in frame else (error(frame)["code"], await bare.closed()))
    assert codes == ["ok"] * 10 + [("RATE_LIMITED", 4029)]


async def test_sockets_without_hello_are_few(tight: RunningServer) -> None:
    held = [await connect(tight.socket_url, proxy=None) for _ in range(4)]
    try:
        for spoofed in ({}, {"X-Forwarded-For": "203.0.113.9"}):
            with pytest.raises(InvalidStatus) as turned_away:
                await connect(tight.socket_url, proxy=None, additional_headers=spoofed)
            assert turned_away.value.response.status_code == 429
            assert turned_away.value.response.headers["Retry-After"]
    finally:
        await asyncio.gather(*(each.close() for each in held))
    async with Bare(tight.socket_url) as bare:
        ok(await bare.ask("ping", {}))


async def test_pages_of_other_origins_may_not_connect(tight: RunningServer) -> None:
    host = tight.url.removeprefix("http://")
    for origin in (
        "https://evil.example",
        "null",
        f"http://{host}.evil.example",
        f"http://evil.example/{host}",
        "http://",
    ):
        with pytest.raises(InvalidStatus) as turned_away:
            await connect(tight.socket_url, proxy=None, origin=origin)  # type: ignore[arg-type]
        assert (origin, turned_away.value.response.status_code) == (origin, 403)
    async with connect(tight.socket_url, proxy=None, origin=f"http://{host}"):  # type: ignore[arg-type]
        pass


async def test_an_http_answer_is_not_shared_with_other_origins(tight: RunningServer) -> None:
    async with Web(tight.url) as web:
        for origin in ("https://evil.example", "null"):
            answered = await web.ask("GET", "//healthz", headers={"Origin": origin})
            assert "Access-Control-Allow-Origin" not in answered.headers
            asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
            answered = await web.ask("OPTIONS", "/users/me", headers=asked)
            assert not [name for name in answered.headers if name.startswith("Access-Control")]


async def test_passwords_are_guessed_slowly(tight: RunningServer) -> None:
    """Five failures of an account, then it waits, even for the right password; other addresses' headers change nothing."""
    async with Web(tight.url) as web, Api(tight.url) as api:
        await registered(api, "victim")
        wrong = {"username": "victim", "password": "Wrong-Horse-9"}
        for _ in range(5):
            assert (await web.ask("POST", "/auth/login", wrong)).code == "UNAUTHENTICATED"
        for body in (wrong, {**wrong, "password": PASSWORD}):
            answered = await web.ask("POST", "/auth/login", body, headers={"X-Forwarded-For": "203.0.113.7"})
            assert answered.code == "RATE_LIMITED"
            assert int(answered.headers["Retry-After"]) > 0
        nobody = {"username": "nobody_at_all", "password": "Wrong-Horse-9"}
        codes = [(await web.ask("POST", "/auth/login", nobody)).code for _ in range(6)]
        assert codes == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"]  # just as for the victim
        spoofed = [{"X-Forwarded-For": f"203.0.113.{at}"} for at in range(20)]
        answers = [await web.ask("POST", "/auth/login", nobody, headers=each) for each in spoofed]
        assert "try again" in answers[-1].body["error"]["message"]
        assert answers[-1].status == 429


async def test_http_requests_are_counted(tight: RunningServer) -> None:
    session = await newcomer(tight, "Curious")
    token = (await session.token()).text
    async with Web(tight.url) as web:
        answers = [await web.ask("GET", "/users/me/rewards", token=token) for _ in range(31)]
        assert [answered.status for answered in answers] == [200] * 30 + [429]
        assert [int(answered.headers["RateLimit-Remaining"]) for answered in answers] == [*range(29, -1, -1), 0]
        last = answers[-1].headers
        assert (last["RateLimit-Limit"], last["RateLimit-Policy"]) == ("30", "30;w=900")
        assert 0 < int(last["Retry-After"]) <= 900
        assert answers[-1].code == "RATE_LIMITED"
        other = await newcomer(tight, "Other")
        assert (await web.ask("GET", "/users/me", token=(await other.token()).text)).status == 200
