"""The I/O of one socket: bytes to and from the Sans-I/O protocol of `websockets`, messages to and from its Connection.

No task and no timer of its own. Whatever is queued for it in one turn of the loop leaves in one write.
"""

import asyncio
import logging
import math
import socket
from collections.abc import Mapping
from typing import Protocol, cast

from websockets.frames import BINARY, CLOSE, PING, PONG, TEXT, Frame
from websockets.http11 import Request
from websockets.protocol import CONNECTING, OPEN
from websockets.server import ServerProtocol

from gateway.addresses import client_address
from gateway.close_codes import ABNORMAL, CloseCode
from gateway.codec import Encoding
from gateway.sockets.connection import Connection
from gateway.sockets.edge import Edge
from gateway.sockets.frames import EMPTY_PING, TEXT_FRAME, ends_with_a_frame, whole_message
from gateway.sockets.handshake import NOT_HTTP, bearer_of, encoding_of, respond, select_subprotocol, too_many
from gateway.sockets.wheel import Timed

_SLICE = 4096  # bytes parsed before we look whether they were too many frames: a read can bring 40,000 empty ones
_UNANSWERED = 2  # pings, before the connection is given up

# closed at once: a client that floods us or leaves things unread gets no say in it
_ABRUPT = frozenset({CloseCode.NOT_TEXT, CloseCode.TOO_SLOW, CloseCode.RATE_LIMITED, CloseCode.NOT_UNDERSTOOD})

# the library's own log tells of every connection at INFO; ours counts them
_quiet = logging.getLogger("gauntlet.websockets")
_quiet.setLevel(logging.WARNING)


class Keeper(Protocol):
    """Who looks after all sockets: gateway/sockets/gate.py."""

    draining: bool

    def opened(self, socket: "WebSocket", /) -> None: ...

    def lost(self, socket: "WebSocket", /) -> None: ...

    def flush_soon(self, socket: "WebSocket", /) -> None:
        """Call `flush` at the end of this turn of the loop."""


class WebSocket(asyncio.Protocol, Timed):
    __slots__ = (
        "_aligned",
        "_close_by",
        "_code",
        "_connection",
        "_edge",
        "_eof",
        "_first",
        "_half_closed",
        "_head_by",
        "_heard",
        "_is_text",
        "_keeper",
        "_parts",
        "_pinged",
        "_rest",
        "_sansio",
        "_transport",
        "_unanswered",
        "_unread_mark",
        "_unread_since",
        "_written",
    )

    def __init__(self, *, edge: Edge, keeper: Keeper) -> None:
        Timed.__init__(self)
        self._edge = edge
        self._keeper = keeper
        self._sansio = ServerProtocol(
            select_subprotocol=select_subprotocol, max_size=edge.settings.max_message, logger=_quiet
        )
        self._transport: asyncio.Transport | None = None
        self._connection: Connection | None = None  # once the handshake is through
        self._first: bytes | None = None  # what waits to be written; most turns bring one frame
        self._rest: list[bytes] | None = None
        self._aligned = False  # the parser has seen whole frames only, so the next bytes begin one
        self._eof = False  # nothing may be written after what waits
        self._half_closed = False
        self._parts: bytearray | None = None  # of a message in fragments
        self._is_text = False
        self._heard = self._head_by = 0.0
        self._pinged = 0.0  # the `_heard` that our pings are about
        self._unanswered = 0
        self._written = 0
        self._unread_since: float | None = None  # what was queued at `_unread_mark` is unread since then
        self._unread_mark = 0
        self._close_by: float | None = None  # closing: the client has until then
        self._code: int = ABNORMAL

    # --- what the transport tells ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # of a stream server; uvloop's own class is no subclass
        self._transport = transport
        plain = transport.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._edge.settings.send_buffer)
        self._heard = self._edge.clock()
        self._head_by = self._heard + self._edge.settings.head_timeout
        self._keeper.opened(self)
        self.look_at(self._head_by)

    def data_received(self, data: bytes) -> None:
        now = self._heard = self._edge.clock()
        if self._aligned:
            payload = whole_message(data)
            if payload is not None and self._may_pass(payload):
                # the common case, at a twentieth of the parser's cost: it has nothing under way that this could disturb
                if self._connection is not None:
                    self._connection.received(payload, data[0] == TEXT_FRAME, now)
                return
            self._aligned = ends_with_a_frame(data)
        if len(data) <= _SLICE:
            self._feed(data, now)
            return
        for start in range(0, len(data), _SLICE):
            if self._eof:
                return  # the rest means nothing any more
            self._feed(data[start : start + _SLICE], now)

    def eof_received(self) -> None:
        """Returning nothing lets the transport close, after what is still queued for it."""
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        connection, self._connection = self._connection, None  # no cycle: replies may still hold the connection
        self._transport = None
        self._first = self._rest = self._parts = None
        if connection is not None:
            connection.lost()
            self._edge.metrics.closed(self._code)
        self._keeper.lost(self)

    def pause_writing(self) -> None:
        self._unread_since = self._edge.clock()
        self._unread_mark = self._written
        self.look_at(self._unread_since + self._edge.settings.unread_seconds)

    def resume_writing(self) -> None:
        self._unread_since = None

    # --- what the connection and the hub ask ---

    def write(self, frame: bytes, /) -> None:
        if self._close_by is not None:
            return
        if self._first is None:
            self._first = frame
            self._keeper.flush_soon(self)
        elif self._rest is None:
            self._rest = [frame]
        else:
            self._rest.append(frame)

    def close(self, code: CloseCode, /) -> None:
        """Only for the Connection, which has to know that it is closed: others ask that."""
        sansio = self._sansio
        if sansio.state is not OPEN:
            return
        if code in _ABRUPT:
            sansio.fail(code, code.reason)  # reads nothing more
        else:
            sansio.send_close(code, code.reason)
        self._put(sansio.data_to_send())
        self._closing(code)

    def look_at(self, when: float, /) -> None:
        self._edge.wheel.at(when, self)

    # --- what the keeper asks ---

    def flush(self) -> None:
        """Hand what is queued to the transport, in one piece."""
        transport, data = self._transport, self._first
        if transport is None:
            return
        if data is not None:
            if self._rest is not None:
                data = b"".join((data, *self._rest))
                self._rest = None
            self._first = None
            self._written += len(data)
            transport.write(data)
            if (
                self._unread_since is not None
                and self._connection is not None
                and transport.get_write_buffer_size() > self._edge.settings.unread_bytes
            ):
                self._connection.close(CloseCode.TOO_SLOW)
        if self._eof and not self._half_closed and self._first is None and not transport.is_closing():
            self._half_closed = True
            transport.write_eof()

    def tell(self, frames: Mapping[Encoding, bytes]) -> None:
        """One message, in the encoding that this socket speaks."""
        if self._connection is not None:
            self.write(frames[self._connection.encoding])

    def close_with(self, code: CloseCode) -> None:
        if self._connection is not None:
            self._connection.close(code)
        else:
            self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def due(self, now: float) -> float | None:
        if self._transport is None:
            return None
        connection = self._connection
        by = self._close_by if connection is not None or self._close_by is not None else self._head_by
        if by is None and connection is not None:
            again = min(connection.due(now), self._heartbeat(connection, now), self._unread(connection, now))
            return again if self._close_by is None else self._close_by
        if by is None or now >= by:
            self.abort()
            return None
        return by

    # --- incoming ---

    def _feed(self, data: bytes, now: float) -> None:
        sansio = self._sansio
        sansio.receive_data(data)
        for event in sansio.events_received():
            if type(event) is Frame:
                self._frame(event, now)
            elif isinstance(event, Request):
                self._handshake(event, now)
        writes = sansio.data_to_send()
        if writes:
            if sansio.handshake_exc is not None and not writes[0]:
                writes.insert(0, NOT_HTTP)
            self._put(writes)
        if sansio.state is not OPEN and self._close_by is None and (sansio.state is not CONNECTING or self._eof):
            close = sansio.close_rcvd or sansio.close_sent
            self._closing(close.code if close is not None else ABNORMAL)

    def _handshake(self, request: Request, now: float) -> None:
        edge, sansio = self._edge, self._sansio
        response = respond(sansio, request, origins=edge.settings.origins, draining=self._keeper.draining)
        address = client_address(
            self._peer(), request.headers.get_all("X-Forwarded-For"), edge.settings.trusted_proxies
        )
        if response.status_code == 101 and not edge.limits.without_hello.hold(address):
            response = too_many(sansio)
        edge.metrics.handshake(response.status_code)
        sansio.send_response(response)
        if response.status_code == 101:
            self._connection = Connection(
                edge=edge,
                link=self,
                encoding=encoding_of(sansio),
                address=address,
                bearer=bearer_of(request.headers),
                now=now,
            )
            self._aligned = True  # Port hands over the head of the request alone

    def _may_pass(self, payload: bytes) -> bool:
        sansio = self._sansio
        return sansio.state is OPEN and sansio.current_size is None and len(payload) <= self._edge.settings.max_message

    def _frame(self, frame: Frame, now: float) -> None:
        connection, opcode = self._connection, frame.opcode
        if connection is None or opcode is CLOSE:
            return
        if (opcode is TEXT or opcode is BINARY) and frame.fin:
            data = frame.data
            connection.received(data if type(data) is bytes else bytes(data), opcode is TEXT, now)
            return
        connection.control(now)
        if opcode is PING or opcode is PONG:
            return
        if self._parts is None:
            self._parts = bytearray()
            self._is_text = opcode is TEXT
        self._parts += frame.data
        if frame.fin:
            message, self._parts = self._parts, None
            connection.received(message, self._is_text, now)

    def _peer(self) -> str:
        peer = self._transport.get_extra_info("peername") if self._transport is not None else None
        return str(peer[0]) if isinstance(peer, tuple) and peer else ""

    # --- outgoing ---

    def _put(self, writes: list[bytes]) -> None:
        """Queue what the protocol says; its empty bytes mean that nothing comes after."""
        for data in writes:
            if self._eof:
                return
            if not data:
                self._eof = True
                if self._first is None:
                    self._keeper.flush_soon(self)
            else:
                self.write(data)

    def _closing(self, code: int) -> None:
        self._code = code
        self._close_by = self._edge.clock() + self._edge.settings.close_timeout
        self.look_at(self._close_by)
        if self._connection is not None:
            self._connection.lost()

    # --- time ---

    def _heartbeat(self, connection: Connection, now: float) -> float:
        """Ping after so much silence; any sign of life answers. Returns when to look again."""
        every = self._edge.settings.heartbeat
        if self._heard != self._pinged:
            self._unanswered = 0
        beat = self._heard + every * (self._unanswered + 1)
        if now < beat:
            return beat
        if self._unanswered >= _UNANSWERED:
            connection.close(CloseCode.HEARTBEAT)
            return now + every
        self._pinged = self._heard
        self._unanswered += 1
        self._edge.metrics.pings += 1
        self.write(EMPTY_PING)
        return now + every

    def _unread(self, connection: Connection, now: float) -> float:
        """Close one that has left something unread for too long. Returns when to look again."""
        if self._unread_since is None or self._transport is None:
            return math.inf
        if self._written - self._transport.get_write_buffer_size() >= self._unread_mark:
            # what was queued then is read now: what is queued now waits since now, at the most
            self._unread_since, self._unread_mark = now, self._written
        elif now >= self._unread_since + self._edge.settings.unread_seconds:
            connection.close(CloseCode.TOO_SLOW)
        return self._unread_since + self._edge.settings.unread_seconds
