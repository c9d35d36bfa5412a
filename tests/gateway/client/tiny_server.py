"""A real WebSocket server that speaks just enough of the protocol to try a client on.

It keeps a topic's history and answers repeated keys from memory, as the real one does. What happens to a connection is
decided by the test: `TinyServer.answer` is called for every command, and `close` ends connections with a code.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from gateway.client.encoding import Encoding, decode, encode

Answer = Callable[[dict[str, Any]], dict[str, Any] | None]
"""A command frame → {"ok": …} or {"error": …}; None gives no answer."""


def echo(frame: dict[str, Any]) -> dict[str, Any] | None:
    return {"ok": {"echo": frame["data"]}}


class TinyServer:
    def __init__(self) -> None:
        self.answer: Answer = echo
        self.hello_error: dict[str, Any] | None = None
        self.epoch = "e1"
        self.topics = {"user:me": [{"n": 1}]}  # topic → the data of its pushes; the first has offset 1
        self.commands: list[dict[str, Any]] = []
        self.hellos: list[dict[str, Any]] = []
        self.subprotocols: list[str | None] = []
        self.effects: dict[str, dict[str, Any]] = {}  # key → first reply
        self._connections: dict[ServerConnection, Encoding] = {}
        self._server: Server | None = None
        self._port = 0
        self._heard = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/ws"

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.vanish()

    async def listen(self) -> None:
        """Start, or start again on the same port."""
        names = [Subprotocol("gauntlet.v1+json"), Subprotocol("gauntlet.v1+msgpack")]
        self._server = await serve(
            self._connected, "127.0.0.1", self._port, subprotocols=names, compression=None, close_timeout=1
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def vanish(self) -> None:
        """As after kill -9: no close frames, and nobody listens."""
        for connection in list(self._connections):
            connection.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def close(self, code: int, reason: str = "") -> None:
        """End every connection with a close code."""
        await asyncio.gather(*(connection.close(code, reason) for connection in list(self._connections)))

    async def push(self, topic: str, data: dict[str, Any]) -> None:
        """To everyone, and into the history."""
        self.topics.setdefault(topic, []).append(data)
        await self.send({"topic": topic, "offset": len(self.topics[topic]), "type": "test:push", "data": data})

    async def send(self, frame: dict[str, Any]) -> None:
        for connection, encoding in list(self._connections.items()):
            await _send(connection, frame, encoding)

    async def heard(self, commands: int) -> None:
        """Returns when so many commands have come in all."""
        async with self._heard:
            await self._heard.wait_for(lambda: len(self.commands) >= commands)

    async def _connected(self, connection: ServerConnection) -> None:
        self.subprotocols.append(connection.subprotocol)
        encoding: Encoding = "msgpack" if connection.subprotocol == "gauntlet.v1+msgpack" else "json"
        hello = decode(await connection.recv(decode=False), encoding)
        self.hellos.append(hello["data"])
        if self.hello_error is not None:
            await _send(connection, {"id": hello["id"], "error": self.hello_error}, encoding)
            return
        self._connections[connection] = encoding
        try:
            await self._welcome(connection, hello, encoding)
            async for message in connection:
                payload = message.encode() if isinstance(message, str) else bytes(message)
                await self._command(connection, decode(payload, encoding), encoding)
        finally:
            del self._connections[connection]

    async def _welcome(self, connection: ServerConnection, hello: dict[str, Any], encoding: Encoding) -> None:
        resume = hello["data"].get("resume", {})
        topics: dict[str, Any] = {}
        missed: list[dict[str, Any]] = []
        for topic in {"user:me", *resume}:
            history = self.topics[topic]
            since = resume.get(topic, {"epoch": self.epoch, "offset": len(history)})
            recovered = since["epoch"] == self.epoch
            topics[topic] = {"epoch": self.epoch, "offset": len(history), "recovered": recovered}
            if recovered:
                missed += [
                    {"topic": topic, "offset": offset, "type": "test:push", "data": data}
                    for offset, data in enumerate(history, 1)
                    if offset > since["offset"]
                ]
        ok = {
            "userId": "me",
            "connectionId": str(len(self.hellos)),
            "heartbeat": 25,
            "serverTime": "2026-05-01T08:00:00Z",
            "user": {"id": "me", "xp": 7},
            "topics": topics,
        }
        await _send(connection, {"id": hello["id"], "ok": ok}, encoding)
        for frame in missed:
            await _send(connection, frame, encoding)

    async def _command(self, connection: ServerConnection, frame: dict[str, Any], encoding: Encoding) -> None:
        key = frame.get("key")
        if key is not None and key in self.effects:
            answer: dict[str, Any] | None = self.effects[key]
        else:
            answer = self.answer(frame)
            if key is not None and answer is not None and "ok" in answer:
                self.effects[key] = answer
        async with self._heard:
            self.commands.append(frame)
            self._heard.notify_all()
        if answer is not None:
            await _send(connection, {"id": frame["id"], **answer}, encoding)


async def _send(connection: ServerConnection, frame: dict[str, Any], encoding: Encoding) -> None:
    await connection.send(encode(frame, encoding), text=encoding == "json")
