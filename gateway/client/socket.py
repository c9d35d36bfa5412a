"""A client of the socket protocol that stays: it reconnects, resumes, and sends unanswered commands again.

    connect → hello (resume) → resend what is unanswered → replies and pushes ─┐
       ↑                                                                       │ closed
       └──── back-off with full jitter ◄── 1000–1999 as RFC 6455, 4000–4499 ───┤
                                            Closed ◄── 4500–4999 ──────────────┘

A command with a key is sent again until it is answered, so it has its effect exactly once; one without a key that was
on its way when the connection went raises ConnectionLost.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, ProxyError
from websockets.typing import Subprotocol

from gateway.client.encoding import Encoding, decode, encode, subprotocol
from gateway.client.errors import Closed, ConnectionLost, Refused, refused
from gateway.client.listeners import Listeners, Push
from gateway.client.offsets import Offsets
from gateway.client.reconnect import ABNORMAL, DRAINING, BackOff, may_return

_MAX_FRAME = 4 * 1024 * 1024  # a state of a large challenge; what we send is limited by the server
_BACK_OFF = BackOff()
_TEMPORARY = frozenset({"RATE_LIMITED", "BUSY", "UNAVAILABLE"})  # of a hello: try again later


class Token(NamedTuple):
    """An access token and how many seconds it lasts from now."""

    text: str
    seconds: float


@dataclass(slots=True)
class Traffic:
    """What this client did, over all its connections."""

    connections: int = 0
    resent: int = 0  # commands sent again after a reconnect
    rate_limited: int = 0


@dataclass(slots=True, eq=False)
class _Pending:
    id: int
    type: str
    data: Mapping[str, Any]
    key: str | None
    reply: asyncio.Future[dict[str, Any]]
    sent: bool = False

    def frame(self) -> dict[str, Any]:
        frame: dict[str, Any] = {"id": self.id, "type": self.type, "data": self.data}
        return frame if self.key is None else {**frame, "key": self.key}


class GauntletSocket:
    """One player's (or host's, or watcher's) socket.

    `token` is asked before every hello and before the one in use runs out. `retry` are the refusals after which a
    command is sent again by itself, within `patience` seconds. Use as `async with GauntletSocket(...) as socket`.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], Awaitable[Token]],
        *,
        random: Random,
        device: str = "client",
        encoding: Encoding = "json",
        back_off: BackOff = _BACK_OFF,
        retry: frozenset[str] = frozenset({"RATE_LIMITED"}),
        patience: float = 60.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = url
        self.me: dict[str, Any] = {}
        """The `user` of the last hello."""
        self.user_id = ""
        self.server_time = ""
        self.offsets = Offsets()
        self.traffic = Traffic()
        self._token = token
        self._random = random
        self._device = device
        self._encoding: Encoding = encoding
        self._back_off = back_off
        self._retry = retry
        self._patience = patience
        self._sleep = sleep
        self._next_id = 1
        self._pending: dict[int, _Pending] = {}
        self._listeners = Listeners()
        self._lost_callbacks: list[Callable[[str], None]] = []
        self._codes: dict[str, str | None] = {}  # topics we asked for, with their spectator codes
        self._watching_again: set[asyncio.Task[None]] = set()
        self._websocket: ClientConnection | None = None
        self._ready = False  # hello answered and everything unanswered sent: new commands may go out directly
        self._within: float | None = None  # of server:draining
        self._token_seconds = 0.0
        self._end: Closed | Refused | None = None
        self._first_hello: asyncio.Future[dict[str, Any]] | None = None
        self._task: asyncio.Task[None] | None = None

    # --- life ---

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def start(self) -> dict[str, Any]:
        """Connect (trying until it works) and say hello. Returns its reply. Raises Refused or Closed when hopeless."""
        loop = asyncio.get_running_loop()
        self._first_hello = loop.create_future()
        self._task = loop.create_task(self._run())
        return await self._first_hello

    async def close(self) -> None:
        """Say goodbye; unanswered commands raise Closed. Harmless before start and when repeated."""
        self._finish(Closed(1000, "closed by this client"))
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def connected(self) -> bool:
        return self._ready

    # --- what one says ---

    async def request(self, type: str, data: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """Send a command and wait for its `ok`. Raises Refused, ConnectionLost (without a key only) or Closed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        attempt = 0
        while True:
            try:
                return await self._ask(type, data, key)
            except Refused as refusal:
                wait = refusal.retry_after
                if wait is None:
                    wait = self._back_off.delay(attempt, self._random)
                if refusal.code not in self._retry or loop.time() + wait > deadline:
                    raise
                if refusal.code == "RATE_LIMITED":
                    self.traffic.rate_limited += 1
                attempt += 1
                await self._sleep(wait)

    async def subscribe(self, topic: str, code: str | None = None) -> dict[str, Any]:
        """Watch a topic, from where we stand in it; again after every reconnect. Raises Refused."""
        reply = await self.request("subscribe", self._subscription(topic, code))
        self._codes[topic] = code
        return reply

    async def unsubscribe(self, topic: str) -> None:
        self._codes.pop(topic, None)
        await self.request("unsubscribe", {"topic": topic})
        self.offsets.unsubscribed(topic)

    # --- what one hears ---

    def on(self, type: str, callback: Callable[[Push], None]) -> Callable[[], None]:
        """Call back for each push of a type (`*` for all). Returns what ends it."""
        return self._listeners.on(type, callback)

    def on_lost(self, callback: Callable[[str], None]) -> None:
        """Call back with a topic whose missed pushes are gone: read its state again."""
        self._lost_callbacks.append(callback)

    def pushes(self) -> AsyncIterator[Push]:
        """Every push from this call on, across reconnects. Ends when the socket does."""
        return self._listeners.iterate()

    # --- the connection ---

    async def _run(self) -> None:
        attempt = 0
        try:
            while True:
                wait: float | None = None
                before = self.traffic.connections
                try:
                    await self._live()
                except ConnectionClosed as closed:
                    code = closed.rcvd.code if closed.rcvd is not None else ABNORMAL
                    if not may_return(code):
                        return self._finish(Closed(code, closed.rcvd.reason if closed.rcvd is not None else ""))
                    if code == DRAINING and self._within is not None:
                        wait = self._random.uniform(0, self._within)
                except Refused as refusal:  # of the hello, or of signing in
                    if refusal.code not in _TEMPORARY:
                        return self._finish(refusal)
                    wait = refusal.retry_after
                except InvalidStatus as invalid:
                    status = invalid.response.status_code
                    if status < 500 and status != 429:
                        return self._finish(Refused("BAD_REQUEST", f"the handshake was answered with {status}"))
                except (OSError, TimeoutError, InvalidHandshake, ProxyError):
                    pass  # not there (yet): try again
                finally:
                    self._disconnected()
                if self.traffic.connections > before:
                    attempt = 0
                await self._sleep(self._back_off.delay(attempt, self._random) if wait is None else wait)
                attempt += 1
        except Exception as bug:  # never leave callers waiting for a task that is gone
            self._finish(Closed(ABNORMAL, f"{type(bug).__name__}: {bug}"))
            raise

    async def _live(self) -> None:
        """One connection, from handshake to close. Always raises."""
        self._within = None
        async with connect(
            self.url,
            subprotocols=[Subprotocol(subprotocol(self._encoding))],
            compression=None,
            proxy=None,
            max_size=_MAX_FRAME,
            close_timeout=2,
        ) as websocket:
            hello = await self._hello(websocket)
            self.traffic.connections += 1
            self._websocket = websocket
            renew = asyncio.create_task(self._renew_token())
            resend = asyncio.create_task(self._catch_up(websocket, set(self._codes) - set(hello.get("topics", {}))))
            try:
                if self._first_hello is not None and not self._first_hello.done():
                    self._first_hello.set_result(hello)
                while True:
                    self._receive(decode(await websocket.recv(decode=False), self._encoding))
            finally:
                renew.cancel()
                resend.cancel()

    async def _hello(self, websocket: ClientConnection) -> dict[str, Any]:
        token = await self._token()
        self._token_seconds = token.seconds
        data: dict[str, Any] = {"token": token.text, "device": self._device}
        if resume := self.offsets.resume():
            data["resume"] = resume
        await self._send(websocket, {"id": 0, "type": "hello", "data": data})
        while True:
            frame = decode(await websocket.recv(decode=False), self._encoding)
            if frame.get("id") == 0:
                break
            self._receive(frame)
        if "ok" not in frame:
            raise refused(frame.get("error"))
        hello: dict[str, Any] = frame["ok"]
        self.me = hello.get("user", {})
        self.user_id = hello.get("userId", "")
        self.server_time = hello.get("serverTime", "")
        for topic, entry in hello.get("topics", {}).items():
            self._subscribed(topic, entry)
        return hello

    async def _catch_up(self, websocket: ClientConnection, left_out: set[str]) -> None:
        """After a hello: send what is unanswered in the order it was asked, and watch again what the hello left out."""
        for topic in left_out:
            task = asyncio.create_task(self._watch_again(topic))
            self._watching_again.add(task)
            task.add_done_callback(self._watching_again.discard)
        again = [pending for pending in self._pending.values() if pending.sent]
        self.traffic.resent += len(again)
        for pending in again:
            pending.sent = False
        with contextlib.suppress(ConnectionClosed):
            while unsent := [pending for pending in self._pending.values() if not pending.sent]:
                for pending in unsent:
                    pending.sent = True
                    await self._send(websocket, pending.frame())
            self._ready = True

    async def _watch_again(self, topic: str) -> None:
        with contextlib.suppress(Refused, ConnectionLost, Closed):
            await self.subscribe(topic, self._codes.get(topic))

    async def _renew_token(self) -> None:
        while True:
            await self._sleep(max(1.0, self._token_seconds * 0.8))
            with contextlib.suppress(Refused, ConnectionLost, Closed, OSError):
                token = await self._token()
                self._token_seconds = token.seconds
                await self.request("token:refresh", {"token": token.text})

    def _disconnected(self) -> None:
        self._websocket = None
        self._ready = False
        for pending in list(self._pending.values()):
            if pending.sent and pending.key is None:
                del self._pending[pending.id]
                if not pending.reply.done():
                    pending.reply.set_exception(
                        ConnectionLost(f"the connection went before the answer to {pending.type}")
                    )

    def _finish(self, end: Closed | Refused) -> None:
        if self._end is not None:
            return
        self._end = end
        self._ready = False
        for future in [pending.reply for pending in self._pending.values()] + [self._first_hello]:
            if future is not None and not future.done():
                future.set_exception(end)
                future.exception()  # whoever waits hears it; nobody waiting is no fault
        self._pending.clear()
        self._listeners.end()

    # --- frames ---

    async def _ask(self, type: str, data: Mapping[str, Any], key: str | None) -> dict[str, Any]:
        if self._end is not None:
            raise self._end
        pending = _Pending(self._next_id, type, data, key, asyncio.get_running_loop().create_future())
        self._next_id += 1
        self._pending[pending.id] = pending
        try:
            if self._ready and self._websocket is not None:
                pending.sent = True
                with contextlib.suppress(ConnectionClosed):  # then it is sent again, or fails, by _disconnected
                    await self._send(self._websocket, pending.frame())
            return await pending.reply
        finally:
            self._pending.pop(pending.id, None)

    async def _send(self, websocket: ClientConnection, frame: dict[str, Any]) -> None:
        await websocket.send(encode(frame, self._encoding), text=self._encoding == "json")

    def _receive(self, frame: dict[str, Any]) -> None:
        if "id" in frame:
            self._replied(frame)
        elif isinstance(frame.get("type"), str):
            self._pushed(frame)

    def _replied(self, frame: dict[str, Any]) -> None:
        pending = self._pending.pop(frame["id"], None) if isinstance(frame["id"], int) else None
        if pending is None or pending.reply.done():
            return
        if "ok" in frame:
            if pending.type == "subscribe":  # at once: the pushes after it may be read before our caller wakes
                self._subscribed(pending.data["topic"], frame["ok"])
            pending.reply.set_result(frame["ok"])
        else:
            pending.reply.set_exception(refused(frame.get("error")))

    def _pushed(self, frame: dict[str, Any]) -> None:
        topic, offset = frame.get("topic"), frame.get("offset")
        push = Push(topic, frame["type"], frame.get("data") or {}, offset)
        match push.type:
            case "server:draining":
                self._within = float(push.data.get("within", 0))
            case "server:subscribed" if topic is not None:  # by itself, as on joining a challenge
                self.offsets.unsubscribed(topic)
                self._subscribed(topic, push.data)
            case "server:unsubscribed" if topic is not None:
                self.offsets.unsubscribed(topic)
        if topic is not None and offset is not None and self.offsets.pushed(topic, offset) == "duplicate":
            return
        self._listeners.deliver(push)

    def _subscription(self, topic: str, code: str | None) -> dict[str, Any]:
        data: dict[str, Any] = {"topic": topic}
        if since := self.offsets.since(topic):
            data["since"] = since
        return data if code is None else {**data, "code": code}

    def _subscribed(self, topic: str, entry: Mapping[str, Any]) -> None:
        if not self.offsets.subscribed(topic, entry["epoch"], entry["offset"], bool(entry.get("recovered"))):
            for callback in self._lost_callbacks:
                callback(topic)
