"""A real port on loopback with a fake game behind it, on a hand-turned clock; and raw clients that misbehave."""

import asyncio
import socket
from collections.abc import Callable
from random import Random
from typing import Any, Self, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from actors.messages import Push
from gateway.codec import Encoding, decode, encode
from gateway.limits import SocketLimits
from gateway.sockets.edge import SocketSettings
from gateway.sockets.gate import SocketGate
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.port import Port
from gateway.sockets.wheel import Wheel
from tests.fakes import CountedIds, FakeBackend, TurnedClock

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
PATIENCE = 10  # real seconds after which a test that hangs has failed


class HelloHttp(asyncio.Protocol):
    """Stands for aiohttp: answers whatever it gets with its length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class is no subclass

    def data_received(self, data: bytes) -> None:
        body = str(len(data)).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


class Server:
    """Use as `async with Server() as server`."""

    def __init__(
        self,
        settings: SocketSettings | None = None,
        limits: SocketLimits | None = None,
        http: Callable[[], asyncio.Protocol] = HelloHttp,
        **port: Any,
    ) -> None:
        self.clock = TurnedClock()
        self.backend = FakeBackend()
        self.backend.wall = self.clock
        self.metrics = SocketMetrics()
        self.wheel = Wheel()
        self.hub = Hub(clock=self.clock, random=Random(1), wheel=self.wheel, metrics=self.metrics)
        self.limits = limits or SocketLimits()
        self.gate = SocketGate(
            backend=self.backend,
            hub=self.hub,
            wheel=self.wheel,
            ids=CountedIds(),
            random=Random(1),
            limits=self.limits,
            metrics=self.metrics,
            settings=settings or SocketSettings(),
            clock=self.clock,
            wall=self.clock,
        )
        self.door = Port(gate=self.gate, **port)
        self.port = 0
        self._http = http
        self._raw: list[RawClient] = []

    async def __aenter__(self) -> Self:
        self.gate.start(turning=False)
        self.port = await self.door.start("127.0.0.1", 0, self._http)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.door.close()
        self.gate.close()
        for client in self._raw:
            client.shut()

    def pass_(self, seconds: float) -> None:
        """Time passes, and everything that was due in it happens."""
        end = self.clock() + seconds
        while self.clock() < end:
            self.clock.pass_(min(0.5, end - self.clock()))
            self.wheel.turn(self.clock())

    def publish(self, topic: str, data: dict[str, Any] | None = None) -> None:
        self.hub.publish(Push(topic, "tick", data or {}))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the loop run until the server has got there."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.001)

    # --- clients ---

    async def connect(self, encoding: Encoding | None = None, **more: Any) -> ClientConnection:
        offered = [Subprotocol(f"gauntlet.v1+{encoding}")] if encoding is not None else None
        more.setdefault("compression", None)
        more.setdefault("ping_interval", None)
        return await connect(f"ws://127.0.0.1:{self.port}/ws", subprotocols=offered, proxy=None, **more)

    async def live(self, user: str = "ada", encoding: Encoding | None = None, **more: Any) -> ClientConnection:
        """A client that has said hello and has read the reply."""
        client = await self.connect(encoding, **more)
        reply = await ask(client, "hello", {"token": user, "device": "watch"}, encoding=encoding or Encoding.JSON)
        assert "ok" in reply
        return client

    async def raw(self, *, buffer: int | None = None) -> "RawClient":
        """A bare TCP connection; with a small receive `buffer`, unread bytes soon stay with the server."""
        plain = socket.socket()
        plain.setblocking(False)
        if buffer is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client = RawClient(plain)
        self._raw.append(client)
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", self.port))
        return client

    async def raw_socket(self, *, buffer: int | None = None, headers: str = "") -> "RawClient":
        """A bare TCP connection that has shaken hands."""
        client = await self.raw(buffer=buffer)
        await client.send(handshake(headers))
        assert (await client.head()).startswith(b"HTTP/1.1 101 ")
        return client


def handshake(headers: str = "", *, path: str = "/ws", host: str = "gauntlet.test") -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
    ).encode()


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    """A client's frame. Always of the same bytes, so that tests parametrised by frames have the same names everywhere."""
    plain = Frame(opcode, payload, fin).serialize(mask=False)
    head = len(plain) - len(payload)
    mask = b"\x37\xfa\x21\x3d"
    covered = bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
    return bytes([plain[0], plain[1] | 0x80]) + plain[2:head] + mask + covered


async def ask(
    client: ClientConnection, type: str, data: Any = None, id: Any = 1, *, encoding: Encoding = Encoding.JSON
) -> dict[str, Any]:
    """Send a command and read the next message."""
    payload = encode(encoding, {"id": id, "type": type, "data": {} if data is None else data})
    await client.send(payload.decode() if encoding is Encoding.JSON else payload)
    return await read(client, encoding)


async def read(client: ClientConnection, encoding: Encoding = Encoding.JSON) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        message = decode(encoding, await client.recv(decode=False))
    assert isinstance(message, dict)
    return message


async def closed_with(client: ClientConnection) -> int | None:
    """The close code that the server sent, after reading whatever comes before it."""
    async with asyncio.timeout(PATIENCE):
        await client.wait_closed()
    return client.close_code


class RawClient:
    def __init__(self, plain: socket.socket) -> None:
        self._socket = plain
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    async def send(self, data: bytes) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._loop.sock_sendall(self._socket, data)

    async def hello(self, user: str = "ada") -> None:
        """Say hello, without reading the reply."""
        data = {"token": user, "device": "watch"}
        await self.send(masked(encode(Encoding.JSON, {"id": 1, "type": "hello", "data": data})))

    async def head(self) -> bytes:
        """The head of an HTTP answer."""
        while b"\r\n\r\n" not in self._buffer:
            await self._more()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head

    async def body(self, size: int) -> bytes:
        """So many bytes behind a head."""
        while len(self._buffer) < size:
            await self._more()
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        return body

    async def frame(self) -> tuple[Opcode, bytes]:
        """The next frame of the server."""
        while True:
            found = self._parsed()
            if found is not None:
                return found
            await self._more()

    async def close_code(self) -> int:
        """Of the close frame that is still to come."""
        while True:
            opcode, payload = await self.frame()
            if opcode is Opcode.CLOSE:
                return int.from_bytes(payload[:2])

    async def end(self) -> bytes:
        """Everything up to the end of the stream; a reset is an end, too."""
        try:
            while True:
                await self._more()
        except ConnectionError:
            return self._buffer

    def widen(self) -> None:
        """Read faster from now on."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_194_304)

    def shut(self) -> None:
        self._socket.close()

    async def _more(self) -> None:
        """Raises ConnectionError at the end."""
        async with asyncio.timeout(PATIENCE):
            data = await self._loop.sock_recv(self._socket, 262_144)
        if not data:
            raise ConnectionResetError("the server has closed")
        self._buffer += data

    def _parsed(self) -> tuple[Opcode, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        assert not buffer[1] & 0x80, "a server's frames are not masked"
        size, start = buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + size:
            return None
        self._buffer = buffer[start + size :]
        return Opcode(buffer[0] & 0x0F), buffer[start : start + size]
