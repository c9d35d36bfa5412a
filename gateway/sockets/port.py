"""The doorman: one listening socket for everything. The head of its first request decides what a connection becomes.

accepted ─head whole─┬─ GET /ws ──▶ a socket (gateway/sockets/websocket.py)
                     └─ the rest ─▶ HTTP (aiohttp's protocol), which gives back one that asks for /ws later on

Nothing is handed on before its head is whole, so that nobody behind the doorman waits for dripped bytes.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from gateway.addresses import network
from gateway.limits import Counts
from gateway.sockets.gate import SocketGate
from gateway.sockets.wheel import Timed

_END = b"\r\n\r\n"
_SOCKET = (b"GET /ws ", b"GET /ws?")

_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

_BACKLOG = 4096  # a whole stadium reconnects after a deploy; the kernel caps it at its somaxconn


class Port:
    """`start`, then `stop_accepting`, then `close`; each of the last two is harmless when repeated or too early."""

    def __init__(self, *, gate: SocketGate, heads_per_address: int = 500) -> None:
        """`heads_per_address` connections of one peer may be without a whole request at once."""
        self.gate = gate
        self.heads = Counts(heads_per_address)
        self.aiohttp_factory: Callable[[], asyncio.Protocol] | None = None
        self._doormen: set[_Doorman] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int, aiohttp_factory: Callable[[], asyncio.Protocol]) -> int:
        """Listen. Returns the port, which is useful to know after asking for port 0. Raises OSError."""
        self.aiohttp_factory = aiohttp_factory
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Doorman(self), host, port, backlog=_BACKLOG)
        return int(self._server.sockets[0].getsockname()[1])

    def stop_accepting(self) -> None:
        """Connections that are there already stay, whatever they have become."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def close(self) -> None:
        """Stop accepting, and send away who has not said yet what they want."""
        self.stop_accepting()
        for doorman in list(self._doormen):
            doorman.send_away("closing")

    def came(self, doorman: "_Doorman") -> None:
        self._doormen.add(doorman)

    def went(self, doorman: "_Doorman") -> None:
        self._doormen.discard(doorman)


class _Doorman(asyncio.Protocol, Timed):
    __slots__ = ("_by", "_head", "_peer", "_port", "_transport")

    def __init__(self, port: Port) -> None:
        Timed.__init__(self)
        self._port = port
        self._head = b""
        self._peer: str | None = None  # where it holds a place
        self._transport: asyncio.Transport | None = None
        self._by = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # of a stream server; uvloop's own class is no subclass
        self._transport = transport
        self._port.came(self)
        peer = transport.get_extra_info("peername")
        address = network(str(peer[0])) if isinstance(peer, tuple) and peer else ""
        if not self._port.heads.hold(address):
            self.send_away("too many")
            return
        self._peer = address
        edge = self._port.gate.edge
        self._by = edge.clock() + edge.settings.head_timeout
        edge.wheel.at(self._by, self)

    def data_received(self, data: bytes) -> None:
        searched = max(0, len(self._head) - len(_END) + 1)
        self._head += data
        end = self._head.find(_END, searched)
        if max(end, len(self._head) if end < 0 else 0) > self._port.gate.edge.settings.head_bytes:
            self.send_away("too large", _TOO_LARGE)
        elif end >= 0:
            self._hand_on(end + len(_END))

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()

    def due(self, now: float) -> float | None:
        if self._transport is None:
            return None
        if now < self._by:
            return self._by
        self.send_away("timeout", _TIMEOUT if self._head else b"")
        return None

    def send_away(self, reason: str, answer: bytes = b"") -> None:
        transport = self._leave()
        if transport is not None:
            self._port.gate.edge.metrics.head_refused(reason)
            if answer:
                transport.write(answer)
            transport.close()

    def _hand_on(self, end: int) -> None:
        transport, head, more = self._leave(), self._head[:end], self._head[end:]
        if transport is None or self._port.aiohttp_factory is None:
            return
        if head.startswith(_SOCKET):
            self._port.gate.take(transport, head, more)
            return
        protocol = self._port.aiohttp_factory()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(head + more)

    def _leave(self) -> asyncio.Transport | None:
        """Let go of the connection. Returns it the first time."""
        transport, self._transport = self._transport, None
        if transport is not None:
            self._port.went(self)
            if self._peer is not None:
                self._port.heads.release(self._peer)
        return transport
