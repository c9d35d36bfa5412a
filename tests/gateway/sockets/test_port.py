"""One port for sockets and HTTP: the doorman over loopback, on a hand-turned clock."""

import asyncio

import pytest
from aiohttp import web

from gateway.sockets.edge import SocketSettings
from tests.gateway.sockets.wires import Server, handshake, masked

pytestmark = pytest.mark.both_loops


async def test_a_request_for_ws_becomes_a_socket() -> None:
    async with Server() as server:
        for path in ("/ws", "/ws?x=1"):
            client = await server.raw()
            await client.send(handshake(path=path))
            assert b" 101 " in await client.head()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: gauntlet.test\r\n\r\n",
        b"GET /wsx HTTP/1.1\r\nHost: gauntlet.test\r\n\r\n",
        b"GET /ws/ HTTP/1.1\r\nHost: gauntlet.test\r\n\r\n",
        b"get /ws HTTP/1.1\r\nHost: gauntlet.test\r\n\r\n",
        b"POST /ws HTTP/1.1\r\nHost: gauntlet.test\r\nContent-Length: 0\r\n\r\n",
        b"\x16\x03\x01 a TLS client\r\n\r\n",
        b"\r\n\r\n",
    ],
)
async def test_everything_else_goes_to_http_with_every_byte(head: bytes) -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(head)

        assert b" 200 " in await client.head()
        assert int(await client.body(len(str(len(head))))) == len(head)


async def test_aiohttp_serves_behind_the_doorman() -> None:
    async def handle(request: web.BaseRequest) -> web.Response:
        return web.Response(text=f"{request.method} {request.path} {len(await request.read())}")

    http = web.Server(handle)
    async with Server(http=http) as server:
        client = await server.raw()
        for _ in range(2):  # on one connection
            await client.send(b"POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000)
            assert b" 200 " in await client.head()
            assert await client.body(16) == b"POST /big 100000"
        client.shut()
    await http.shutdown(1)


async def test_a_head_may_come_in_pieces() -> None:
    async with Server() as server:
        client = await server.raw()
        for byte in handshake():
            await client.send(bytes([byte]))
            await asyncio.sleep(0)

        assert b" 101 " in await client.head()


async def test_a_connection_that_sends_nothing_is_closed_after_10_seconds() -> None:
    async with Server() as server:
        client = await server.raw()
        await server.until(lambda: len(server.door.heads) == 1)
        server.pass_(9)
        assert not server.metrics.heads_refused
        server.pass_(2)

        assert await client.end() == b""
        assert server.metrics.heads_refused == {"timeout": 1}
        assert len(server.door.heads) == 0


@pytest.mark.parametrize("start", [b"GET /ws HTTP/1.1\r\nHost: h\r\n", b"GET / HTTP/1.1\r\nHo", b"G"])
async def test_a_head_that_drips_is_closed_after_10_seconds_in_all(start: bytes) -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(start)
        for _ in range(8):
            await client.send(b"x")
            await asyncio.sleep(0)
            server.pass_(1)
        server.pass_(3)

        assert (await client.end()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\n" + b"x" * 20_000, handshake("X: x\r\n" * 4000)])
async def test_a_head_that_is_too_large_is_refused(head: bytes) -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(head)

        assert (await client.end()).startswith(b"HTTP/1.1 431 ")
        assert server.metrics.heads_refused == {"too large": 1}


async def test_only_so_many_connections_of_an_address_may_be_without_a_request() -> None:
    async with Server(heads_per_address=2) as server:
        waiting = [await server.raw() for _ in range(2)]
        await server.until(lambda: len(server.door.heads) == 1)
        refused = await server.raw()
        assert await refused.end() == b""

        await waiting[0].send(handshake())
        assert b" 101 " in await waiting[0].head()
        another = await server.raw()
        await another.send(handshake())
        assert b" 101 " in await another.head()


async def test_a_client_that_goes_before_it_has_asked_leaves_nothing_behind() -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(b"GET /")
        await server.until(lambda: len(server.door.heads) == 1)
        client.shut()

        await server.until(lambda: len(server.door.heads) == 0)


async def test_once_it_stops_accepting_nobody_new_comes_in_and_nobody_is_lost() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        server.door.stop_accepting()
        server.door.stop_accepting()
        with pytest.raises(OSError, match=r"."):
            await server.raw()

        await client.send(masked(b'{"type":"ping"}'))
        assert b"pong" in (await client.frame())[1]


async def test_closing_sends_away_who_has_not_asked() -> None:
    async with Server(SocketSettings(head_timeout=1000)) as server:
        client = await server.raw()
        await server.until(lambda: len(server.door.heads) == 1)
        server.door.close()

        assert await client.end() == b""
