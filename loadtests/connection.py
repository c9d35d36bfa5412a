"""One WebSocket over a plain socket: the Sans-I/O protocol of `websockets`, which the server speaks too.

Blocking code. Locust has patched the socket, so that only the greenlet that waits here waits.
"""

import socket
import struct
from threading import Lock
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from gateway.client.reconnect import ABNORMAL
from gateway.codec import Encoding

OPENS_WITHIN = 10.0  # s
_MOST = 4 * 1024 * 1024  # bytes of a message: the state of a large challenge
_CHUNK = 65536
_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends a reset instead of a goodbye


class Dropped(Exception):
    """The connection is over. `code` is the close code; 1006 when there was none."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"closed with {code}" + (f": {reason}" if reason else ""))
        self.code = code


class Connection:
    """Opens at once. Raises Dropped when it does not work, from everything but `close` and `cut`."""

    def __init__(self, url: str, encoding: Encoding) -> None:
        """`url` is the server's, http://host:port."""
        self._send = ClientProtocol.send_text if encoding is Encoding.JSON else ClientProtocol.send_binary
        self._writing = Lock()
        self._parts: list[bytes] = []
        at = urlsplit(url)
        wires = ClientProtocol(
            parse_uri(f"{'wss' if at.scheme == 'https' else 'ws'}://{at.netloc}/ws"),
            subprotocols=[Subprotocol(f"gauntlet.v1+{encoding}")],
            max_size=_MOST,
        )
        self._protocol = wires
        try:
            self._socket = socket.create_connection((at.hostname or "127.0.0.1", at.port or 80), OPENS_WITHIN)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wires.send_request(wires.connect())
            self._flush()
            while wires.state is State.CONNECTING and wires.handshake_exc is None:
                self._read()
        except (OSError, InvalidHandshake, InvalidMessage) as problem:
            raise Dropped(ABNORMAL, str(problem)) from problem
        if wires.handshake_exc is not None:
            self.cut()
            raise Dropped(ABNORMAL, str(wires.handshake_exc))
        self._socket.settimeout(None)  # a timeout for each read costs more than the read; see Client.pulse
        self._opened = wires.events_received()[1:]  # after the answer to the handshake

    def send(self, payload: bytes) -> None:
        try:
            self._send(self._protocol, payload)
            self._flush()
        except (OSError, ConnectionClosed) as problem:
            raise Dropped(ABNORMAL, str(problem)) from problem

    def receive(self) -> list[bytes]:
        """The next messages; pings are answered on the way."""
        while True:
            events, self._opened = self._opened or self._protocol.events_received(), []
            messages = [message for event in events if (message := self._message(event)) is not None]
            if messages:
                return messages
            if self._protocol.close_expected() or self._protocol.state is State.CLOSED:
                self.cut()
                raise Dropped(self._protocol.close_code or ABNORMAL, self._protocol.close_reason or "")
            try:
                self._read()
            except OSError as problem:
                raise Dropped(ABNORMAL, str(problem)) from problem

    def close(self) -> None:
        """Say goodbye and go; the answer to it is not waited for."""
        try:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
                self._flush()
        except OSError:
            pass  # it has gone by itself
        self._socket.close()

    def cut(self) -> None:
        """Go without a word, as when a network fails; whoever waits in `receive` hears it."""
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is gone
        self._socket.close()

    def _message(self, event: object) -> bytes | None:
        """A whole message, if this frame ends one."""
        if not isinstance(event, Frame) or event.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return None
        if event.fin and not self._parts:
            return bytes(event.data)
        self._parts.append(bytes(event.data))
        if not event.fin:
            return None
        whole, self._parts = b"".join(self._parts), []
        return whole

    def _read(self) -> None:
        if data := self._socket.recv(_CHUNK):
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._flush()

    def _flush(self) -> None:
        """Under a lock: who sends a command and who answers a ping may both be at it."""
        with self._writing:
            for data in self._protocol.data_to_send():
                if data:
                    self._socket.sendall(data)
