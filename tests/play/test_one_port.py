"""Sockets and HTTP on one port, and on one connection: pools of clients and proxies use again what is open."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
import pytest
import pytest_asyncio

from tests.conftest import fresh_database
from tests.play.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
EMPTY_PING = b"\x89\x80\0\0\0\0"
EMPTY_PONG = b"\x8a\0"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(postgres_url: str, migrated: str) -> AsyncIterator[RunningServer]:
    async with fresh_database(postgres_url, migrated) as url, RunningServer(url) as running:
        yield running
        assert "Traceback" not in running.log


async def test_one_session_signs_in_and_plays(server: RunningServer) -> None:
    async with aiohttp.ClientSession(server.url, connector=aiohttp.TCPConnector(limit=1)) as http:
        for device in ("the-first-device-of-one", "the-second-device-of-one"):
            async with http.post("/api/v1/auth/guest", json={"deviceId": device}) as answer:
                granted = (await answer.json())["data"]
            async with http.ws_connect("/ws", protocols=["gauntlet.v1+json"]) as socket:
                await socket.send_json(
                    {"id": 1, "type": "hello", "data": {"token": granted["accessToken"], "device": "d"}}
                )
                welcome = await socket.receive_json()
            assert welcome["ok"]["userId"] == granted["user"]["id"]
        async with http.get("/healthz") as answer:
            assert answer.status == 200


async def test_what_was_sent_along_is_read_too(server: RunningServer) -> None:
    reader, writer = await connected(server)
    writer.write(UPGRADE + b"\r\n" + EMPTY_PING)

    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    assert await reader.readexactly(2) == EMPTY_PONG
    writer.close()


async def test_it_is_refused_as_on_a_new_connection(server: RunningServer) -> None:
    reader, writer = await connected(server)
    writer.write(UPGRADE + b"Origin: https://elsewhere.example\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 403 ")

    reader, writer = await connected(server)
    writer.write(b"GET /ws HTTP/1.1\r\nHost: here\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 426 ")


async def test_a_path_in_a_body_is_no_request(server: RunningServer) -> None:
    """However the bytes are cut: else a proxy's other clients would get its answers."""
    reader, writer = await connected(server)
    body = UPGRADE + b"\r\n"
    writer.write(b"POST /api/v1/auth/guest HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(body))
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.write(body)

    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4")
    assert b"websocket" not in head.lower()
    writer.close()


async def connected(server: RunningServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that has spoken HTTP."""
    where = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    assert json.loads(await reader.readexactly(length)) == {"status": "alive"}
    return reader, writer
