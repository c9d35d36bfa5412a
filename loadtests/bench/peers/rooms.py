"""The peers, and how one speaks to each: `e` is echoed, `b` goes to everyone, `d` is inserted and then goes to everyone."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgpack

from gateway.free_port import free_port
from loadtests.bench.cores import Cores
from loadtests.bench.crowd import Script
from loadtests.bench.peers import install
from loadtests.bench.program import Program
from loadtests.bench.wire import BINARY, framed, handshake

SCHEMA = "CREATE TABLE messages (id bigserial PRIMARY KEY, room text, body text, at timestamptz DEFAULT now())"


class Plain:
    """Text frames as they are."""

    answers: Mapping[bytes, bytes] = MappingProxyType({})

    def enter(self, _port: int) -> Script:
        yield handshake("/")

    def frame(self, kind: str, text: str) -> bytes:
        return framed(f"{kind}{text}".encode())

    def is_of(self, kind: str) -> Callable[[bytes], bool]:
        start = kind.encode()
        return lambda payload: payload.startswith(start)


class EngineIo:
    """Socket.IO's events, over a WebSocket from the start."""

    answers = MappingProxyType({b"2": framed(b"3")})  # its heartbeat

    def enter(self, _port: int) -> Script:
        yield handshake("/socket.io/?EIO=4&transport=websocket")
        yield None  # the head; then its `open` packet
        yield framed(b"40")

    def frame(self, kind: str, text: str) -> bytes:
        return framed(f'42["{kind}","{text}"]'.encode())

    def is_of(self, kind: str) -> Callable[[bytes], bool]:
        start = f'42["{kind}"'.encode()
        return lambda payload: payload.startswith(start)


class Colyseus:
    """A seat by HTTP, then binary messages: ROOM_DATA, the type, the content in MessagePack."""

    answers: Mapping[bytes, bytes] = MappingProxyType({})

    _JOIN_ROOM, _ROOM_DATA = 10, 13
    _NAME = 0xA0  # of a short string, plus its length

    def enter(self, port: int) -> Script:
        seat = self._reserve(port)
        yield handshake(f"/{seat['processId']}/{seat['roomId']}?sessionId={seat['sessionId']}")
        message = yield None
        while message[0] != self._JOIN_ROOM:
            message = yield None
        yield framed(bytes((self._JOIN_ROOM,)), BINARY) + self.frame("e", "there")

    def frame(self, kind: str, text: str) -> bytes:
        return framed(self._head(kind) + (msgpack.packb(text) or b""), BINARY)

    def is_of(self, kind: str) -> Callable[[bytes], bool]:
        start = self._head(kind)
        return lambda payload: payload.startswith(start)

    def _head(self, kind: str) -> bytes:
        return bytes((self._ROOM_DATA, self._NAME + len(kind))) + kind.encode()

    @staticmethod
    def _reserve(port: int) -> Any:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", "/matchmake/joinOrCreate/bench", b"{}", {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    tongue: Plain | EngineIo | Colyseus
    command: Callable[[int], list[str]]  # installs what is missing; raises NotInstalled

    def program(self, url: str, cores: Cores) -> Program:
        port = free_port()
        return Program(
            self.command(port),
            port=port,
            cores=cores,
            env={**_libpq(url), "PORT": str(port)},
            cwd=install.HERE / "python",
        )


def _libpq(url: str) -> Mapping[str, str]:
    """The database as the variables that every driver knows."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "PGHOST": query["host"][0],
        "PGPORT": query["port"][0],
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGDATABASE": parts.path.lstrip("/"),
        "PGSSLMODE": "disable",
        "NODE_ENV": "production",
        "PYTHONPATH": "",
    }


def _uvicorn(module: str) -> Callable[[int], list[str]]:
    def command(port: int) -> list[str]:
        uvicorn = ["-m", "uvicorn", f"{module}:app", "--host", "127.0.0.1", "--port", str(port)]
        return [str(install.python()), *uvicorn, "--log-level", "warning", "--backlog", "4096"]

    return command


def _node(name: str, *, newer: bool = False) -> Callable[[int], list[str]]:
    def command(_port: int) -> list[str]:
        folder = install.node(name)
        return [str(install.newer_node()) if newer else "node", str(folder / "server.js")]

    return command


ROOMS = (
    Room("ws (Node)", Plain(), _node("ws")),
    Room("Socket.IO (Node)", EngineIo(), _node("socketio")),
    Room("Colyseus (Node)", Colyseus(), _node("colyseus", newer=True)),
    Room("FastAPI/uvicorn", Plain(), _uvicorn("fastapi_room")),
    Room("python-socketio", EngineIo(), _uvicorn("socketio_room")),
    Room("Channels/uvicorn", Plain(), _uvicorn("channels_room")),
)
