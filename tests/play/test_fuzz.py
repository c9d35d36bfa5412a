"""Ten thousand frames that nobody should send, at one server, while a normal player plays on.

Afterwards the server still serves, has answered nothing with INTERNAL, and has nothing to regret in its log.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from random import Random
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from gateway.client.encoding import Encoding
from gateway.client.http import Api, Session
from gateway.http.routes import ROUTES
from tests.conftest import fresh_database
from tests.play.players import Bare, guest, ok, stubborn, user_id
from tests.play.rubbish import Rubbish
from tests.play.running import RunningServer

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.serial]

SEED = 20_260_501
FRAMES = 10_500
HELLOS = 400
SOCKET_RUBBISH = 700
HEADS = 500
REQUESTS = 800
BATCH = 25
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
LIMITS = {
    "GAUNTLET_UNREAD_SECONDS": "2",
    "GAUNTLET_UNREAD_BYTES": "131072",
    "GAUNTLET_SOCKETS_WITHOUT_HELLO": "200",
    "GAUNTLET_LOG_FORMAT": "json",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(postgres_url: str, migrated: str) -> AsyncIterator[RunningServer]:
    async with fresh_database(postgres_url, migrated) as url, RunningServer(url, LIMITS) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(server: RunningServer) -> AsyncIterator[Api]:
    async with Api(server.url) as client:
        yield client


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def player(api: Api) -> AsyncIterator[None]:
    """Walks on through every test of this file: each sync is answered, each makes its push, nothing is lost."""
    session = await guest(api, "Walker")
    today = datetime.now(UTC).date().isoformat()
    pushed: list[int] = []
    steps = 0
    async with stubborn(session) as walking:
        walking.on("stats:update", lambda push: pushed.append(push.data["today"]["steps"]))
        over = asyncio.Event()

        async def walk() -> None:
            nonlocal steps
            while not over.is_set():
                async with asyncio.timeout(10):
                    answer = await walking.request("steps:sync", {"date": today, "steps": steps + 1})
                steps += 1
                assert answer["today"]["steps"] == steps
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), 0.02)

        task = asyncio.create_task(walk())
        yield
        over.set()
        await task
        assert walking.traffic.connections == 1
    assert steps > 2
    assert pushed == list(range(1, steps + 1))


async def cast(api: Api) -> tuple[Session, dict[str, list[str]]]:
    """An attacker, and ids of real things: people, what they have made, and challenges in several states."""
    attacker, other = await guest(api, "Attacker"), await guest(api, "Other")
    ids: dict[str, list[str]] = {"user": [user_id(attacker), user_id(other)]}
    makes = {
        "post": ("post:create", {"text": "I walked", "visibility": "public"}),
        "group": ("group:create", {"name": "Walkers"}),
        "session": ("workout:plan", {"name": "Legs"}),
    }
    async with stubborn(other) as theirs, stubborn(attacker) as own:
        for host in (theirs, own):
            for kind, (command, data) in makes.items():
                ids.setdefault(kind, []).append((await host.request(command, data))["id"])
            for steps in ((), ("open",), ("open", "start")):
                made = await host.request("challenge:create", draft())
                for step in steps:
                    await host.request(f"challenge:{step}", {"challengeId": made["id"]})
                ids.setdefault("challenge", []).append(made["id"])
    return attacker, ids


def draft() -> dict[str, Any]:
    year = datetime.now(UTC).year + 1
    return {
        "name": "A walk",
        "metric": "steps",
        "mode": "most",
        "startsAt": f"{year}-05-02T08:00:00Z",
        "endsAt": f"{year}-05-03T08:00:00Z",
    }


async def by_many(total: int, workers: int, one: Callable[[int], Awaitable[int]]) -> int:
    """Let workers call `one(seed)` until so many things were sent."""
    left, sent = iter(range(1_000_000)), 0

    async def work() -> None:
        nonlocal sent
        while sent < total:
            sent += await one(next(left))

    await asyncio.gather(*(work() for _ in range(workers)))
    return sent


def check_answers(bare: Bare, codes: Counter[str]) -> None:
    for frame in bare.frames:
        if "error" in frame:
            codes[frame["error"]["code"]] += 1
            assert frame["error"]["code"] != "INTERNAL", frame
        elif "ok" in frame:
            codes["ok"] += 1
    bare.frames.clear()


# --- what is thrown ---


async def test_ten_thousand_frames(server: RunningServer, api: Api) -> None:
    """Commands that are nearly right, random structures, cut and corrupted payloads, in both encodings."""
    attacker, ids = await cast(api)
    token = (await attacker.token()).text
    codes: Counter[str] = Counter()

    async def one_connection(seed: int) -> int:
        rubbish = Rubbish(Random(SEED + seed), ids, token)
        encoding: Encoding = "json" if seed % 2 else "msgpack"
        sent = 0
        async with Bare(server.socket_url, encoding=encoding) as bare:
            with suppress(ConnectionClosed):
                await bare.hello(attacker, device=f"device-{seed}")
                for _ in range(8):
                    for _ in range(BATCH):
                        await bare.socket.send(rubbish.payload(encoding), text=encoding == "json")
                        sent += 1
                    bare.frames.clear()
                    await bare.send({"id": "the last", "type": "ping"})
                    while (await bare.frame()).get("id") != "the last":
                        pass
                    check_answers(bare, codes)
            check_answers(bare, codes)
        return sent

    assert await by_many(FRAMES, 6, one_connection) >= 10_000
    # not only nonsense got through: the deeper parts were reached, too
    assert codes["ok"] > 300
    assert {"BAD_REQUEST", "VALIDATION_FAILED", "NOT_FOUND", "UNKNOWN_COMMAND", "CONFLICT"} <= codes.keys(), codes
    await all_is_well(server, api)


async def test_hellos_of_all_kinds(server: RunningServer, api: Api) -> None:
    attacker, ids = await cast(api)
    token = (await attacker.token()).text
    codes: Counter[str] = Counter()

    async def one_hello(seed: int) -> int:
        rubbish = Rubbish(Random(SEED + seed), ids, token)
        encoding: Encoding = "json" if seed % 2 else "msgpack"
        async with Bare(server.socket_url, encoding=encoding) as bare:
            with suppress(ConnectionClosed):
                for _ in range(2):
                    await bare.socket.send(rubbish.encoded(rubbish.hello(), encoding), text=encoding == "json")
                await bare.send({"id": "the last", "type": "ping"})
                while (await bare.frame()).get("id") != "the last":
                    pass
            check_answers(bare, codes)
        return 1

    await by_many(HELLOS, 6, one_hello)
    assert codes["ok"] > 20
    assert {"UNAUTHENTICATED", "VALIDATION_FAILED", "BAD_REQUEST"} <= codes.keys(), codes
    await all_is_well(server, api)


async def test_frames_that_are_no_websocket(server: RunningServer, api: Api) -> None:
    """Reserved bits and opcodes, bad masks, fragmented and oversized control frames, sizes that lie."""
    seeds = iter(range(SOCKET_RUBBISH))

    async def one_connection(seed: int) -> int:
        rubbish = Rubbish(Random(SEED + next(seeds, seed)), {"user": ["x"]}, "t")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        with suppress(ConnectionError):
            writer.write(HANDSHAKE)
            await reader.readuntil(b"\r\n\r\n")
            for _ in range(rubbish.random.randrange(1, 4)):
                writer.write(rubbish.websocket_bytes())
            await writer.drain()
            if rubbish.random.random() < 0.3:
                writer.write_eof()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await reader.read()
        writer.transport.abort()
        return 1

    await by_many(SOCKET_RUBBISH, 16, one_connection)
    await all_is_well(server, api)


async def test_what_comes_before_the_handshake(server: RunningServer, api: Api) -> None:
    rubbish = Rubbish(Random(SEED), {"user": ["x"]}, "t")

    async def one_connection(_: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        with suppress(ConnectionError):
            writer.write(rubbish.head())
            if rubbish.random.random() < 0.5:
                writer.write_eof()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    answer = await reader.read()
                    assert not answer.startswith(b"HTTP/1.1 500"), answer
        writer.transport.abort()
        return 1

    await by_many(HEADS, 16, one_connection)
    await all_is_well(server, api)


async def test_requests_of_all_kinds(server: RunningServer, api: Api) -> None:
    attacker, ids = await cast(api)
    rubbish = Rubbish(Random(SEED), ids, (await attacker.token()).text)
    random, known = rubbish.random, [id for kind in ids.values() for id in kind]
    codes: Counter[str] = Counter()
    routes = [route for route in ROUTES if "logout" not in route.path]

    async def one_request(_: int) -> int:
        route = random.choice(routes)
        path = route.path.replace("{id}", random.choice([*known, "x", "%00", "%ff", ".."]))
        headers = {"Authorization": f"Bearer {rubbish._token}", "Content-Type": "application/json"}
        if random.random() < 0.3:
            headers |= {
                "Idempotency-Key": random.choice(["k", "x" * 70, "\u00e9"]),
                "If-Match": random.choice(["*", '"x"', "W/"]),
            }
        names = ["limit", "cursor", "from", "to", "date", "after", "around", "sort", "state", "period", "x"]
        params = [(random.choice(names), str(random.choice(["", "1", "-1", "me", "%", "2026-05-01", "W10", *known])))]
        body = rubbish.payload("json") if route.method in ("POST", "PUT") else None
        async with http.request(
            route.method,
            f"{server.url}/api/v1{path}",
            params=params if random.random() < 0.5 else None,
            data=body,
            headers=headers,
        ) as response:
            text = await response.read()
            assert response.status < 500, (route.path, response.status, text)
            if response.status >= 400:
                codes[(await response.json())["error"]["code"]] += 1
        return 1

    async with aiohttp.ClientSession() as http:
        await by_many(REQUESTS, 6, one_request)
    assert {"BAD_REQUEST", "VALIDATION_FAILED", "NOT_FOUND", "FORBIDDEN"} <= codes.keys(), codes
    await all_is_well(server, api)


# --- slow and many ---


async def test_whoever_does_not_read_is_closed_and_nobody_else(server: RunningServer, api: Api) -> None:
    """Ten sockets leave everything unread; a watcher beside them hears every push."""
    host, watcher = await guest(api, "Host"), await guest(api, "Watcher")
    sleepers = [await guest(api, f"Sleeper {at}") for at in range(10)]
    before = await counted(server, "gauntlet_socket_closes_total", 'code="4002"')
    async with stubborn(host) as own, stubborn(watcher) as watching, AsyncExitStack() as stack:
        made = await own.request("challenge:create", draft())
        for step in ("open", "start"):
            await own.request(f"challenge:{step}", {"challengeId": made["id"]})
        topic = f"challenge:{made['id']}"
        heard: list[str] = []
        watching.on("challenge:announcement", lambda push: heard.append(push.data["text"]))
        await watching.subscribe(topic)
        for session in sleepers:
            plain = stack.enter_context(socket.socket())
            await sleep_on(plain, server.port, (await session.token()).text, topic)
        texts = [f"{at} " + "x" * 490 for at in range(1_200)]
        for text in texts:
            await own.request("challenge:announce", {"challengeId": made["id"], "text": text})
        async with asyncio.timeout(20):
            while await counted(server, "gauntlet_socket_closes_total", 'code="4002"') < before + len(sleepers):
                await asyncio.sleep(0.05)
            while len(heard) < len(texts):
                await asyncio.sleep(0.05)
        assert heard == texts
    await all_is_well(server, api)


async def sleep_on(plain: socket.socket, port: int, token: str, topic: str) -> None:
    """Connect with a tiny receive buffer, say hello, subscribe, and never read again."""
    plain.setblocking(False)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, ("127.0.0.1", port))
    await loop.sock_sendall(plain, HANDSHAKE)
    assert (await loop.sock_recv(plain, 4_096)).startswith(b"HTTP/1.1 101")
    for message in (
        {"id": 1, "type": "hello", "data": {"token": token, "device": "asleep"}},
        {"id": 2, "type": "subscribe", "data": {"topic": topic}},
    ):
        payload = Rubbish.encoded(message, "json")
        await loop.sock_sendall(plain, Frame(Opcode.TEXT, payload).serialize(mask=True))


async def test_a_flood_of_connections_is_bounded_by_address(server: RunningServer, api: Api) -> None:
    """Half-open heads from one address fill that address's places, and nobody else's; dripping them buys no time."""
    held = []
    dripping = asyncio.create_task(drip(server.port))
    try:
        for _ in range(700):
            plain = socket.socket()
            held.append(plain)
            plain.setblocking(False)
            plain.bind(("127.0.0.9", 0))
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", server.port))
            await asyncio.get_running_loop().sock_sendall(plain, b"GET /ws HTT")
        async with asyncio.timeout(10):
            while sum(map(is_over, held)) < 200:
                await asyncio.sleep(0.05)
        assert sum(map(is_over, held)) == 200
        await all_is_well(server, api)  # from another address
        async with asyncio.timeout(20):  # and whoever never finishes a head is sent away
            while sum(map(is_over, held)) < 700:
                await asyncio.sleep(0.2)
        assert 5 < await dripping < 20
    finally:
        for plain in held:
            plain.close()


def is_over(plain: socket.socket) -> bool:
    try:
        return plain.recv(4_096, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


async def test_open_requests_of_one_address_are_bounded(server: RunningServer, api: Api) -> None:
    """Connections that are kept alive and say nothing more."""
    held, answers = [], Counter[bytes]()
    try:
        for _ in range(1_010):
            plain = socket.socket()
            held.append(plain)
            plain.bind(("127.0.0.10", 0))
            plain.setblocking(False)
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", server.port))
            await asyncio.get_running_loop().sock_sendall(plain, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answers[(await asyncio.get_running_loop().sock_recv(plain, 2_000))[9:12]] += 1
        assert answers == {b"200": 1_000, b"429": 10}
        await all_is_well(server, api)  # from another address
    finally:
        for plain in held:
            plain.close()


async def drip(port: int) -> float:
    """A byte of a good handshake now and then → the seconds until that was enough."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for byte in HANDSHAKE:
            writer.write(bytes([byte]))
            await writer.drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    if not await reader.read(4_096):
                        break
    writer.transport.abort()
    return loop.time() - started


async def test_unread_answers_fill_no_memory(server: RunningServer, api: Api) -> None:
    """Requests sent ahead over HTTP wait in the client's buffers, not in ours."""
    before = await counted(server, "process_resident_memory_bytes")
    plain = socket.socket()
    plain.setblocking(False)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, ("127.0.0.1", server.port))
    request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(3):
            for _ in range(1_000):
                await loop.sock_sendall(plain, request)
    assert await counted(server, "process_resident_memory_bytes") < before + 30_000_000
    plain.close()
    await all_is_well(server, api)


# --- afterwards ---


async def all_is_well(server: RunningServer, api: Api) -> None:
    """A newcomer gets in and plays, and the log has nothing to regret."""
    newcomer = await guest(api, "Newcomer")
    for encoding in ("json", "msgpack"):
        async with Bare(server.socket_url, encoding=encoding) as bare:  # type: ignore[arg-type]
            assert (await bare.hello(newcomer))["userId"] == user_id(newcomer)
            ok(await bare.ask("profile:update", {"displayName": encoding}))
    assert (await newcomer.call("GET", "/users/me"))["displayName"] == "msgpack"
    assert await api.ready()
    regrets = [line for line in server.log.splitlines() if "Traceback" in line or '"level":"error"' in line]
    assert regrets == []
    for never in ("gauntlet_unsendable_total", "gauntlet_quarantined", "gauntlet_dead_letters_total"):
        assert await counted(server, never) == 0
    assert await counted(server, "gauntlet_socket_refusals_total", 'code="INTERNAL"') == 0
    assert await counted(server, "gauntlet_http_refusals_total", 'code="INTERNAL"') == 0


async def counted(server: RunningServer, name: str, label: str = "") -> float:
    """A value of `/metrics`; 0 where it is not there."""
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/metrics") as response:
        lines = (await response.text()).splitlines()
    found = [line for line in lines if line.startswith(name) and label in line]
    return sum(float(line.rpartition(" ")[2]) for line in found if line[len(name)] in " {")


async def test_the_read_tables_are_what_the_journal_says(server: RunningServer) -> None:
    code, printed = await server.command("verify")
    assert code == 0, printed
