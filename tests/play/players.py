"""Players of a running server: accounts over HTTP, sockets that come back by themselves, and bare ones that do not.

async with Api(server.url) as api:
    ann = await guest(api, "Ann")                       # a Session: call(method, path), token()
    async with stubborn(ann) as socket: ...             # a GauntletSocket: reconnects, resumes, resends keyed commands
    async with Bare(server.socket_url) as bare: ...     # one connection, frame by frame
"""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from gateway.client.encoding import Encoding, decode, encode, subprotocol
from gateway.client.http import Api, Session
from gateway.client.reconnect import BackOff
from gateway.client.socket import GauntletSocket

PASSWORD = "Correct-Horse-9"
WITHIN = 20.0  # s until a frame that does not come is a failure
TRANSIENT = frozenset({"RATE_LIMITED", "BUSY", "UNAVAILABLE"})
QUICK = BackOff(first=0.02, most=0.3)


async def guest(api: Api, name: str, timezone: str = "UTC") -> Session:
    """A new playable account."""
    return await api.guest(f"device-{uuid4().hex}", displayName=name, timezone=timezone)


async def registered(api: Api, username: str, timezone: str = "UTC") -> Session:
    """A new account with a password (PASSWORD) and an e-mail address."""
    return await api.register(
        email=f"{username}@example.org",
        password=PASSWORD,
        username=username,
        displayName=username.title(),
        timezone=timezone,
    )


def user_id(session: Session) -> str:
    return str(session.user["id"])


def stubborn(
    session: Session,
    *,
    device: str = "phone",
    encoding: Encoding = "json",
    random: Random | None = None,
    patience: float = 60.0,
) -> GauntletSocket:
    """A socket that comes back quickly, and asks again where the server is only busy. Use with `async with`."""
    return GauntletSocket(
        session.api.socket_url,
        session.token,
        random=random or Random(device),
        device=device,
        encoding=encoding,
        back_off=QUICK,
        retry=TRANSIENT,
        patience=patience,
    )


class Bare:
    """One connection that speaks the protocol frame by frame and hides nothing.

    `frames` keeps all that came, in order. Ids are given out from 1; `hello` has 0.
    """

    def __init__(self, socket_url: str, *, encoding: Encoding = "json") -> None:
        self._url = socket_url
        self._encoding: Encoding = encoding
        self._websocket: ClientConnection | None = None
        self._next_id = 1
        self.frames: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        self._websocket = await connect(
            self._url,
            subprotocols=[Subprotocol(subprotocol(self._encoding))],
            compression=None,
            proxy=None,
            max_size=None,
            ping_interval=None,
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.socket.close()

    @property
    def socket(self) -> ClientConnection:
        assert self._websocket is not None
        return self._websocket

    # --- speaking ---

    async def hello(
        self, session: Session, *, device: str = "phone", resume: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Sign in → the `ok` of the hello."""
        data: dict[str, Any] = {"token": (await session.token()).text, "device": device}
        if resume is not None:
            data["resume"] = resume
        await self.send({"id": 0, "type": "hello", "data": data})
        return ok(await self.reply(0))

    async def send(self, frame: Mapping[str, Any]) -> None:
        await self.socket.send(encode(dict(frame), self._encoding), text=self._encoding == "json")

    async def say(self, type: str, data: Mapping[str, Any], key: str | None = None) -> int:
        """Send a command, wait for nothing → its id."""
        id, self._next_id = self._next_id, self._next_id + 1
        frame = {"id": id, "type": type, "data": data}
        await self.send(frame if key is None else {**frame, "key": key})
        return id

    async def ask(self, type: str, data: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """Send a command → its whole reply frame."""
        return await self.reply(await self.say(type, data, key))

    # --- hearing ---

    async def frame(self) -> dict[str, Any]:
        """The next frame. Raises ConnectionClosed, or TimeoutError when none comes."""
        async with asyncio.timeout(WITHIN):
            frame: dict[str, Any] = decode(await self.socket.recv(decode=False), self._encoding)
        self.frames.append(frame)
        return frame

    async def reply(self, id: int) -> dict[str, Any]:
        """Read on until the reply to `id`, or find it among what was read."""
        for frame in self.frames:
            if frame.get("id") == id:
                return frame
        while (frame := await self.frame()).get("id") != id:
            pass
        return frame

    async def push(self, type: str) -> dict[str, Any]:
        """Read on until a push of the type."""
        while (frame := await self.frame()).get("type") != type:
            pass
        return frame

    async def heard(self) -> None:
        """Until the server has heard all that was said here, and all it had to say before that is read."""
        await self.send({"type": "ping"})
        await self.push("pong")

    async def closed(self) -> int:
        """Read on until the server closes → its close code."""
        try:
            while True:
                await self.frame()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else 1006

    def pushes(self, topic: str) -> list[dict[str, Any]]:
        """Those of a topic that have an offset, among what was read."""
        return [frame for frame in self.frames if frame.get("topic") == topic and "offset" in frame]


def ok(frame: Mapping[str, Any]) -> dict[str, Any]:
    """The `ok` of a reply, which must be one."""
    assert "ok" in frame, frame
    found: dict[str, Any] = frame["ok"]
    return found


def error(frame: Mapping[str, Any]) -> dict[str, Any]:
    """The `error` of a reply, which must be one."""
    assert "error" in frame, frame
    found: dict[str, Any] = frame["error"]
    return found
