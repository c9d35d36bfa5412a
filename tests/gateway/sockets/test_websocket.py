"""Sockets over loopback, on both loops: clients that behave and clients that don't. Time is turned by hand."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Opcode

from gateway.codec import Encoding
from gateway.limits import SocketLimits
from gateway.sockets.edge import SocketSettings
from tests.gateway.sockets.wires import RawClient, Server, ask, closed_with, handshake, masked, read

pytestmark = pytest.mark.both_loops


# --- the handshake ---


@pytest.mark.parametrize("encoding", [None, *Encoding])
async def test_a_client_speaks_the_encoding_that_it_offered(encoding: Encoding | None) -> None:
    async with Server() as server, await server.live(encoding=encoding) as client:
        assert client.subprotocol == (None if encoding is None else f"gauntlet.v1+{encoding}")
        reply = await ask(client, "echo", {"n": 1}, encoding=encoding or Encoding.JSON)
        assert reply == {"id": 1, "ok": {"echo": {"n": 1}}}


async def test_the_first_known_subprotocol_is_taken() -> None:
    async with Server() as server:
        client = await server.raw_socket(
            headers="Sec-WebSocket-Protocol: chat, gauntlet.v1+msgpack, gauntlet.v1+json\r\n"
        )
        await client.send(masked(b"\x81\xa4type\xa4ping", Opcode.BINARY))
        opcode, _ = await client.frame()
        assert opcode is Opcode.BINARY


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (handshake("Sec-WebSocket-Protocol: chat\r\n"), 400),
        (handshake("Origin: https://evil.test\r\n"), 403),
        (handshake("Origin: null\r\n"), 403),
        (handshake("Origin: https://gauntlet.test.evil.test\r\n"), 403),
        (handshake("Origin: https://gauntlet.test\r\nOrigin: https://gauntlet.test\r\n"), 400),
        (handshake(host=""), 400),
        (handshake("Sec-WebSocket-Key: AAAA\r\n"), 400),
        (handshake("Content-Length: 5\r\n") + b"hello", 400),
        (b"GET /ws HTTP/1.1\r\nHost: gauntlet.test\r\n\r\n", 426),
        (b"GET /ws HTTP/1.0\r\nHost: gauntlet.test\r\n\r\n", 505),
        (b"GET /ws rubbish\r\n\r\n", 400),
        (b"GET /ws HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (handshake("X: " + "x" * 9000 + "\r\n"), 431),
        (handshake("X: x\r\n" * 200), 431),
    ],
)
async def test_a_handshake_that_is_refused_says_why_in_http(head: bytes, status: int) -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(head)
        answer = await client.head()

        assert answer.startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(
    "origin",
    [
        "http://gauntlet.test",
        "https://GAUNTLET.test",
        "https://gauntlet.test:443",
        "https://friend.test",
        "https://friend.test:8443",
        "https://exact.test:9000",
        "https://whole.test",
    ],
)
async def test_pages_of_our_own_and_of_named_origins_may_connect(origin: str) -> None:
    settings = SocketSettings(origins=frozenset({"friend.test", "exact.test:9000", "https://whole.test"}))
    async with Server(settings) as server:
        await server.raw_socket(headers=f"Origin: {origin}\r\n")


async def test_a_token_in_the_url_is_worth_nothing_and_one_in_the_header_needs_a_hello() -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(handshake("Authorization: Bearer ada\r\n", path="/ws?token=bob"))
        await client.head()
        await client.send(masked(b'{"id":1,"type":"echo"}') + masked(b'{"id":2,"type":"hello","data":{"device":"w"}}'))

        _, refused = await client.frame()
        _, welcome = await client.frame()
        assert b"UNAUTHENTICATED" in refused
        assert b'"userId":"ada"' in welcome


async def test_only_so_many_sockets_of_an_address_may_be_without_hello() -> None:
    async with Server(limits=SocketLimits(sockets_without_hello=2)) as server:
        first = await server.connect()
        await server.connect()
        with pytest.raises(InvalidStatus) as refused:
            await server.connect()
        assert refused.value.response.status_code == 429

        await ask(first, "hello", {"token": "ada", "device": "watch"})
        await server.connect()


async def test_behind_a_trusted_proxy_the_clients_own_address_counts() -> None:
    settings, limits = SocketSettings(trusted_proxies=1), SocketLimits(sockets_without_hello=1)
    async with Server(settings, limits) as server:
        clients = [
            await server.raw_socket(headers=f"X-Forwarded-For: 1.1.1.1, {address}\r\n")
            for address in ("198.51.100.1", "198.51.100.2")
        ]
        assert len(server.limits.without_hello) == len(clients)
        client = await server.raw()
        await client.send(handshake("X-Forwarded-For: 2.2.2.2, 198.51.100.2\r\n"))

        assert b" 429 " in await client.head()


async def test_compression_is_not_agreed_to() -> None:
    async with Server() as server, await server.live(compression="deflate") as client:
        assert client.protocol.extensions == []


async def test_the_handshake_may_come_with_the_first_frames() -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(handshake() + masked(b'{"id":1,"type":"ping"}'))
        await client.head()

        assert b"serverTime" in (await client.frame())[1]


# --- messages ---


async def test_a_push_reaches_all_watchers_in_both_encodings() -> None:
    async with Server() as server:
        clients = [(await server.live(encoding=encoding), encoding) for encoding in (*Encoding, *Encoding)]
        server.publish("user:ada", {"n": 1})
        for client, encoding in clients:
            assert (await read(client, encoding))["data"] == {"n": 1}


async def test_everything_of_one_turn_leaves_in_one_write() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        await client.hello()
        await client.frame()
        for number in range(100):
            server.publish("user:ada", {"n": number})
        await client.frame()

        assert len(client._buffer) > 99 * 40  # all the rest came along


async def test_a_message_in_fragments_is_one_message() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        await client.send(masked(b'{"id":1,', fin=False))
        await client.send(masked(b"", Opcode.PING))
        await client.send(masked(b'"type":', Opcode.CONT, fin=False) + masked(b'"ping"}', Opcode.CONT))

        assert {(await client.frame())[0] for _ in range(2)} == {Opcode.PONG, Opcode.TEXT}


async def test_a_large_message_goes_out_whole() -> None:
    async with Server() as server, await server.live(max_size=None) as client:
        for size in (125, 126, 65_535, 65_536, 300_000):
            server.publish("user:ada", {"text": "x" * size})
            assert len((await read(client))["data"]["text"]) == size


async def test_bytes_that_drip_make_a_message_all_the_same() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        for byte in masked(b'{"id":1,"type":"ping"}'):
            await client.send(bytes([byte]))

        assert b'"ok"' in (await client.frame())[1]


async def test_wherever_the_bytes_are_cut_the_messages_are_the_same() -> None:
    stream = b"".join(
        [
            masked(b'{"id":1,"type":"ping"}'),
            masked(b"", Opcode.PONG),
            masked(b'{"id":2,"type":"ping","data":{},"key":"' + b"k" * 60 + b'"}' + b" " * 60),
            masked(b'{"id":3,', fin=False),
            masked(b'"type":"ping"}', Opcode.CONT),
            masked(b'{"id":4,"type":"ping"}'),
        ]
    )
    async with Server(limits=SocketLimits(sockets_without_hello=1000)) as server:
        for cut in range(1, len(stream)):
            client = await server.raw_socket()
            await client.send(stream[:cut])
            await client.send(stream[cut:])
            replies = [(await client.frame())[1] for _ in range(4)]
            assert [reply[:7] for reply in replies] == [b'{"id":%d' % id for id in (1, 2, 3, 4)]
            client.shut()


# --- rubbish ---


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (masked(b"x" * 65_537), 1009),
        (masked(b"x" * 40_000, fin=False) + masked(b"x" * 40_000, Opcode.CONT), 1009),
        (b"\x81\xff" + b"\x7f" + b"\xff" * 7, 1009),  # a length of 2^63: not waited for
        (b"\x81\x02{}", 1002),  # not masked
        (b"\xc1\x82\0\0\0\0{}", 1002),  # a bit of compression, which was not agreed to
        (b"\x83\x80\0\0\0\0", 1002),  # an opcode that does not exist
        (masked(b"x", Opcode.CONT), 1002),
        (masked(b"{", fin=False) + masked(b"}"), 1002),
        (b"\x09\x80\0\0\0\0", 1002),  # a ping in fragments
        (b"\x89\xfe\x00\x7e\0\0\0\0" + b"x" * 126, 1002),  # a long ping
        (masked(b'{"id":1,"type":"\xff\xfe"}'), 1007),
        (masked(b"\x03", Opcode.CLOSE), 1002),
        (masked(b"\x00\x01", Opcode.CLOSE), 1002),
    ],
)
async def test_what_breaks_the_websocket_protocol_is_closed_with_its_code(sent: bytes, code: int) -> None:
    async with Server() as server:
        client = await server.raw_socket()
        await client.send(sent)

        assert await client.close_code() == code
        client.shut()
        await server.until(lambda: server.metrics.open == 0)
        assert server.metrics.closes == {code: 1}


async def test_a_message_of_64_kib_is_fine() -> None:
    async with Server() as server, await server.live() as client:
        text = "x" * (65_536 - len('{"id":1,"type":"echo","data":{"t":""}}'))
        assert (await ask(client, "echo", {"t": text}))["ok"] == {"echo": {"t": text}}


async def test_three_frames_that_are_none_end_the_connection() -> None:
    async with Server() as server, await server.connect() as client:
        for _ in range(3):
            await client.send("rubbish")
            assert (await read(client))["error"]["code"] == "BAD_REQUEST"

        assert await closed_with(client) == 4500


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b"", masked(b"", Opcode.PING)),
        (b"", masked(b'{"type":"ping"}')),
        (masked(b"", fin=False), masked(b"", Opcode.CONT, fin=False)),
    ],
)
async def test_a_flood_is_stopped_and_harms_nobody_else(start: bytes, again: bytes) -> None:
    async with Server() as server, await server.live("bob") as other:
        client = await server.raw_socket()
        sending = asyncio.ensure_future(client.send(start + again * 40_000))
        assert await client.close_code() == 4029
        assert "ok" in await ask(other, "echo")

        client.shut()
        await asyncio.wait([sending])
        sending.exception()


async def test_a_client_that_just_goes_leaves_nothing_behind() -> None:
    async with Server() as server:
        for _ in range(3):
            client = await server.raw_socket()
            await client.hello()
            await client.frame()
            client.shut()
        await server.until(lambda: server.metrics.open == 0)

        assert server.hub.presence("ada") != "online"
        assert len(server.limits.without_hello) == 0
        assert server.metrics.closes == {1006: 3}


# --- time ---


async def test_without_hello_the_socket_is_closed_after_5_seconds() -> None:
    async with Server() as server, await server.connect() as client:
        server.pass_(6)

        assert await closed_with(client) == 4501


async def test_an_idle_client_is_pinged_and_stays_while_it_answers() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        await client.hello()
        await client.frame()
        for beat in range(1, 6):
            server.pass_(26)
            assert await client.frame() == (Opcode.PING, b"")
            assert server.metrics.pings == beat
            heard = server.metrics.frames
            await client.send(masked(b"", Opcode.PONG) + masked(b'{"type":"ping"}'))
            await client.frame()
            assert server.metrics.frames == heard + 1


async def test_two_unanswered_heartbeats_end_it() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        await client.hello()
        await client.frame()
        server.pass_(80)

        assert [await client.frame(), await client.frame()] == [(Opcode.PING, b"")] * 2
        assert await client.close_code() == 4001


async def test_a_client_that_never_reads_is_closed_as_too_slow_by_its_bytes() -> None:
    async with Server() as server, await server.live("bob") as other:
        client = await never_reading(server)
        while not server.metrics.closes and not client_is_closing(server):
            server.publish("user:ada", {"text": "x" * 60_000})
            await asyncio.sleep(0)

        assert "ok" in await ask(other, "echo")
        assert await client.close_code() == 4002
        client.shut()
        await server.until(lambda: server.metrics.closes == {4002: 1})


async def test_a_client_that_never_reads_is_closed_as_too_slow_by_time() -> None:
    async with Server() as server:
        client = await never_reading(server)
        await fill(server, 400_000)
        server.pass_(9)
        assert server.hub.presence("ada") == "online"

        server.pass_(3)

        assert server.hub.presence("ada") != "online"
        assert await client.close_code() == 4002


async def test_a_slow_client_that_goes_on_reading_stays() -> None:
    async with Server() as server:
        client = await never_reading(server)
        for _ in range(3):
            await fill(server, 400_000)
            server.pass_(6)
            client.widen()
            await drained(server, client)
            server.pass_(6)

        assert server.hub.presence("ada") == "online"


async def test_a_close_that_is_not_answered_is_cut_off() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        server.pass_(6)
        assert await client.close_code() == 4501
        await asyncio.sleep(0)
        assert server.metrics.open == 1

        server.pass_(6)

        await server.until(lambda: server.metrics.open == 0)
        assert await client.end() == b""


async def test_a_client_may_close_and_is_answered() -> None:
    async with Server() as server:
        client = await server.live()
        await client.close(1000, "bye")

        assert client.close_code == 1000
        await server.until(lambda: server.metrics.closes == {1000: 1})


async def test_a_handshake_that_was_refused_is_cut_off_when_the_client_stays() -> None:
    async with Server() as server:
        client = await server.raw()
        await client.send(handshake("Origin: null\r\n"))
        await client.head()
        server.pass_(6)

        await server.until(lambda: server.metrics.open == 0)


# --- the end ---


async def test_a_drain_tells_everybody_and_lets_them_go_at_random_moments() -> None:
    async with Server() as server:
        clients = [await server.live(f"user{number}") for number in range(20)]
        draining = asyncio.ensure_future(server.gate.drain(4))
        for client in clients:
            assert await read(client) == {"type": "server:draining", "data": {"within": 4}}
        with pytest.raises(InvalidStatus) as refused:
            await server.connect()
        assert refused.value.response.status_code == 503

        server.pass_(2)
        await server.until(lambda: server.metrics.open < 20)
        assert 0 < server.metrics.open < 20
        server.pass_(2.5)

        assert [await closed_with(client) for client in clients] == [1012] * 20
        await asyncio.wait_for(draining, 5)


async def test_a_drain_cuts_off_who_does_not_go() -> None:
    async with Server() as server:
        client = await server.raw_socket()
        draining = asyncio.ensure_future(server.gate.drain(1))
        await asyncio.sleep(0)
        server.pass_(10)

        await asyncio.wait_for(draining, 5)
        await client.end()


async def test_a_drain_of_nobody_ends_at_once() -> None:
    async with Server() as server:
        await asyncio.wait_for(server.gate.drain(100), 5)


# --- helpers ---


async def never_reading(server: Server) -> RawClient:
    """A client whose unread bytes stay with the server, after its hello."""
    client = await server.raw_socket(buffer=4096)
    await client.hello()
    await client.frame()
    return client


def client_is_closing(server: Server) -> bool:
    return server.hub.presence("ada") != "online"


async def fill(server: Server, size: int) -> None:
    """Push more than the kernel's buffers take, so that something stays queued with us."""
    (socket,) = server.gate._sockets
    transport = socket._transport
    assert transport is not None
    while transport.get_write_buffer_size() < size and server.hub.presence("ada") == "online":
        server.publish("user:ada", {"text": "x" * 30_000})
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def drained(server: Server, client: RawClient) -> None:
    """Read until nothing is queued any more."""
    (socket,) = server.gate._sockets
    transport = socket._transport
    assert transport is not None
    while transport.get_write_buffer_size():
        await client._more()
