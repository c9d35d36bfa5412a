"""The peers, and how one speaks to each: `e` is echoed, `b` goes to everyone, `d` is inserted and then goes to everyone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from loadtests.bench.cores import Cores
from loadtests.bench.crowd import Script
from loadtests.bench.peers import install
from loadtests.bench.program import Program, free_port
from loadtests.bench.wire import framed, handshake

SCHEMA = "CREATE TABLE messages (id bigserial PRIMARY KEY, room text, body text, at timestamptz DEFAULT now())"


class Plain:
    """Text frames as they are."""

    def enter(self) -> Script:
        yield handshake("/")

    def frame(self, kind: str, text: str) -> bytes:
        return framed(f"{kind}{text}".encode())

    def is_of(self, kind: str) -> Callable[[bytes], bool]:
        start = kind.encode()
        return lambda payload: payload.startswith(start)


class EngineIo:
    """Socket.IO's events, over a WebSocket from the start."""

    def enter(self) -> Script:
        yield handshake("/socket.io/?EIO=4&transport=websocket")
        yield None  # the head; then its `open` packet
        yield framed(b"40")

    def frame(self, kind: str, text: str) -> bytes:
        return framed(f'42["{kind}","{text}"]'.encode())

    def is_of(self, kind: str) -> Callable[[bytes], bool]:
        start = f'42["{kind}"'.encode()
        return lambda payload: payload.startswith(start)


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    tongue: Plain | EngineIo
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


def _node(name: str) -> Callable[[int], list[str]]:
    def command(_port: int) -> list[str]:
        folder: Path = install.node(name)
        return ["node", str(folder / "server.js")]

    return command


ROOMS = (
    Room("ws (Node)", Plain(), _node("ws")),
    Room("Socket.IO (Node)", EngineIo(), _node("socketio")),
    Room("FastAPI/uvicorn", Plain(), _uvicorn("fastapi_room")),
    Room("python-socketio", EngineIo(), _uvicorn("socketio_room")),
    Room("Channels/uvicorn", Plain(), _uvicorn("channels_room")),
)
