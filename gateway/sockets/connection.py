"""The protocol of one connection, without I/O: messages in, frames out, time passed in.

    WAITING ──hello──▶ GREETING ──signed in──▶ LIVE ──close / lost──▶ CLOSED
       └── no hello in time, or refused ─────────────────────────────────▲

Order: replies and pushes leave in the order in which they are written here, and the backend replies before it publishes.
gateway/sockets/greeting.py and gateway/sockets/subscriptions.py hold the commands that a connection answers by itself.
"""

import logging
import math
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Any, Protocol, TypeAlias

from actors.messages import Caller, Reply
from gateway.close_codes import CloseCode
from gateway.codec import Encoding, decode
from gateway.limits import Bucket
from gateway.schema import parse
from gateway.sockets.answers import (
    FIELDS,
    HELLO_FIRST,
    INTERNAL,
    TOO_MUCH_AHEAD,
    error,
    malformed,
    rate_limited,
    unknown_command,
    what_is_wrong,
)
from gateway.sockets.commands import Ping
from gateway.sockets.edge import Edge
from gateway.sockets.frames import frame
from gateway.sockets.greeting import hello, token_refresh
from gateway.sockets.subscriptions import subscribe, unsubscribe
from gateway.sockets.topics import Position
from rules.days import stamp
from rules.refusal import Code, Refusal, invalid

_log = logging.getLogger(__name__)

Id: TypeAlias = int | float | str | None  # of a command; None: it wants no reply

_MAX_KEY = 64
_INVALID_FRAMES = 3  # the last of them closes


class Phase(Enum):
    WAITING = "waiting"
    GREETING = "greeting"
    LIVE = "live"
    CLOSED = "closed"


class Link(Protocol):
    """What carries the frames. After `close` it drops whatever is written."""

    def write(self, frame: bytes, /) -> None:
        """One whole WebSocket frame, queued."""

    def close(self, code: CloseCode, /) -> None: ...

    def look_at(self, when: float, /) -> None:
        """Call `due` at that time."""


class Connection:
    __slots__ = (
        "_address",
        "_commands",
        "_control",
        "_ends_at",
        "_hello_by",
        "_invalid",
        "_link",
        "_phase",
        "_waiting",
        "_warnings",
        "bearer",
        "caller",
        "edge",
        "encoding",
        "id",
        "subscribing",
        "topics",
        "write",
    )

    def __init__(
        self, *, edge: Edge, link: Link, encoding: Encoding, address: str, bearer: str | None, now: float
    ) -> None:
        """`address` holds one place of `limits.without_hello`; `bearer` is the token of the handshake."""
        self.edge = edge
        self.encoding = encoding
        self.bearer = bearer
        self.id = ""
        self.caller: Caller | None = None
        self.topics: set[str] = set()
        self.subscribing: set[str] | None = None
        self.write = link.write  # the link's own: pushes go out without a detour
        self._link = link
        self._address = address
        self._phase = Phase.WAITING
        self._hello_by = now + edge.settings.hello_timeout
        self._ends_at = math.inf  # of the access token, with grace
        self._invalid = 0
        self._commands = Bucket(edge.limits.commands, now)
        self._warnings: Bucket | None = None
        self._control: Bucket | None = None
        self._waiting: list[Callable[[], None]] | None = None  # until the hello is answered
        link.look_at(self._hello_by)

    # --- what the link tells ---

    def received(self, payload: bytes | bytearray, is_text: bool, now: float) -> None:
        """A whole message has arrived."""
        if self._phase is Phase.CLOSED:
            return
        self.edge.metrics.frames += 1
        if is_text is not (self.encoding is Encoding.JSON):
            kind = "text" if self.encoding is Encoding.JSON else "binary"
            self._not_a_frame(None, Refusal(Code.BAD_REQUEST, f"send {kind} frames on this subprotocol"))
            return
        message = decode(self.encoding, payload)
        if isinstance(message, Refusal):
            if is_text and not _is_utf8(payload):
                self.close(CloseCode.NOT_TEXT)  # RFC 6455, 8.1
            else:
                self._not_a_frame(None, message)
            return
        id = message.get("id")
        if type(id) is not int and type(id) is not str and type(id) is not float:
            if "id" in message:
                self._not_a_frame(None, malformed("id", "must be a number or a string"))
                return
            id = None
        name = message.get("type")
        if type(name) is not str or not name or not message.keys() <= FIELDS:
            self._not_a_frame(id, what_is_wrong(message))
        elif wait := self._over_rate(now):
            self._slow_down(id, wait, now)
        else:
            key = message.get("key")
            if "key" in message and (type(key) is not str or not 0 < len(key) <= _MAX_KEY):
                self.answer(id, invalid("key", f"must be a string of 1 to {_MAX_KEY} characters"))
            else:
                self._command(id, name, message.get("data", {}), key)

    def control(self, now: float) -> None:
        """A control frame or a fragment has arrived: what costs us work is limited too."""
        if self._control is None:
            self._control = Bucket(self.edge.limits.control, now)
        if self._control.take(self.edge.limits.control, now):
            self.close(CloseCode.RATE_LIMITED)

    def due(self, now: float) -> float:
        """Do what time demands. Returns when to call again, at the latest."""
        by = self._hello_by if self._phase is Phase.WAITING else self._ends_at
        if now >= by:
            self.close(CloseCode.UNAUTHENTICATED)
        return by

    def lost(self) -> None:
        """There is no connection any more, or it is closing. Harmless when repeated."""
        if self._phase is Phase.CLOSED:
            return
        if self.caller is None:
            self.edge.limits.without_hello.release(self._address)
        self._phase = Phase.CLOSED
        self._waiting = None
        self.edge.hub.leave(self)

    # --- what the hub asks ---

    @property
    def user_id(self) -> str:
        return self.caller.user_id if self.caller is not None else ""

    @property
    def session_id(self) -> str:
        return self.caller.session_id if self.caller is not None else ""

    def attended(self, topic: str, on: bool, /) -> None:
        """The server wants this connection to watch a topic, or no longer; the client hears where it stands."""
        if self._phase is Phase.GREETING:
            self._later(partial(self.attended, topic, on))
        elif self._phase is Phase.LIVE and on is not (topic in self.topics):
            if on:
                position = self.watch(topic)
                data = {"epoch": position.epoch, "offset": position.offset}
                self._send({"topic": topic, "type": "server:subscribed", "data": data})
            else:
                self.unwatch(topic)
                self._send({"topic": topic, "type": "server:unsubscribed", "data": {}})

    def close(self, code: CloseCode, /) -> None:
        """Nothing is sent or answered after this."""
        if self._phase is not Phase.CLOSED:
            self._link.close(code)
            self.lost()

    # --- what its own commands ask ---

    @property
    def waiting(self) -> bool:
        """For its hello."""
        return self._phase is Phase.WAITING

    @property
    def closed(self) -> bool:
        return self._phase is Phase.CLOSED

    @property
    def signed_in(self) -> Caller:
        """Only after `sign_in`."""
        assert self.caller is not None
        return self.caller

    def greet(self) -> None:
        """A hello has come; what comes before `live` has to wait."""
        self._phase = Phase.GREETING
        self.bearer = None

    def sign_in(self, caller: Caller, expires: float) -> None:
        """The connection is `caller`'s until their token expires (seconds since 1970)."""
        edge = self.edge
        if self.caller is None:
            edge.limits.without_hello.release(self._address)
            self.id = edge.ids.new()
        self.caller = caller
        self._ends_at = edge.clock() + (expires - edge.wall()) + edge.settings.token_grace
        self._link.look_at(self._ends_at)

    def live(self) -> None:
        """The hello has been answered: on with what has waited for that."""
        if self._phase is Phase.GREETING:
            self._phase = Phase.LIVE
            waited, self._waiting = self._waiting, None
            for call in waited or ():
                call()

    def watch(self, topic: str) -> Position:
        self.topics.add(topic)
        return self.edge.hub.subscribe(self, topic)

    def unwatch(self, topic: str) -> None:
        if topic in self.topics:
            self.topics.remove(topic)
            self.edge.hub.unsubscribe(self, topic)

    def answer(self, id: Id, reply: Reply) -> None:
        """The one reply to a command; dropped where none is wanted or nobody is there."""
        if isinstance(reply, Refusal):
            self.edge.metrics.refused(reply.code)
            if id is not None and self._phase is not Phase.CLOSED:
                self._send({"id": id, "error": error(reply)})
        elif id is not None and self._phase is not Phase.CLOSED:
            self._send({"id": id, "ok": reply})

    # --- commands ---

    def _command(self, id: Id, name: str, data: Any, key: str | None) -> None:
        own = _OWN.get(name)
        if own is not None and (self._phase is Phase.LIVE or name in _ALWAYS):
            own(self, id, data)
        elif self._phase is Phase.LIVE and name in self.edge.unheard:
            self.answer(id, unknown_command(name))
        elif self._phase is Phase.LIVE:
            try:
                self.edge.backend.send(name, data, self.signed_in, key, partial(self.answer, id))
            except Exception:  # noqa: BLE001 - a bug behind one command must not end the connection's reading
                _log.exception("a command failed", extra={"connection": self.id, "command": name})
                self.answer(id, INTERNAL)
        elif self._phase is Phase.WAITING:
            self.answer(id, HELLO_FIRST)
        elif not self._later(partial(self._command, id, name, data, key)):
            self.answer(id, TOO_MUCH_AHEAD)

    def _later(self, call: Callable[[], None]) -> bool:
        """Keep for `live`. False when too much is kept already."""
        if self._waiting is None:
            self._waiting = []
        if len(self._waiting) >= self.edge.settings.waiting_commands:
            return False
        self._waiting.append(call)
        return True

    def ping(self, id: Id, data: Any) -> None:
        ping = parse(Ping, data)
        if isinstance(ping, Refusal):
            self.answer(id, ping)
        elif id is None:
            self._send({"type": "pong", "serverTime": stamp(self.edge.backend.now())})
        else:
            self.answer(id, {"serverTime": stamp(self.edge.backend.now())})

    # --- limits ---

    def _over_rate(self, now: float) -> float:
        limits = self.edge.limits
        wait = self._commands.take(limits.commands, now)
        if not wait and self.caller is not None:
            wait = limits.user_commands.take(self.caller.user_id, now)
        return wait

    def _slow_down(self, id: Id, wait: float, now: float) -> None:
        self.answer(id, rate_limited(wait))
        if self._warnings is None:
            self._warnings = Bucket(self.edge.limits.warnings, now)
        if self._warnings.take(self.edge.limits.warnings, now):
            self.close(CloseCode.RATE_LIMITED)

    def _not_a_frame(self, id: Id, refusal: Refusal) -> None:
        self.edge.metrics.refused(refusal.code)
        self._send({"id": id, "error": error(refusal)})
        self._invalid += 1
        if self._invalid >= _INVALID_FRAMES:
            self.close(CloseCode.NOT_UNDERSTOOD)

    # --- what goes out ---

    def _send(self, message: dict[str, Any]) -> None:
        try:
            data = frame(self.encoding, message)
        except (TypeError, ValueError):  # a bug of whoever made the reply
            _log.exception("a reply could not be encoded", extra={"connection": self.id})
            self.edge.metrics.unsendable += 1
            data = frame(self.encoding, {"id": message.get("id"), "error": error(INTERNAL)})
        self.write(data)


_OWN: Mapping[str, Callable[[Connection, Id, Any], None]] = {
    "hello": hello,
    "ping": Connection.ping,
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "token:refresh": token_refresh,
}
_ALWAYS = frozenset({"hello", "ping"})  # in any phase


def _is_utf8(payload: bytes | bytearray) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
