"""A client of the socket protocol for Locust: one greenlet reads; whoever sends a command waits in their own.

    connect → hello (resume) → what is unanswered again → replies, pushes ─┐
       ↑                                                                   │ dropped
       └──────────────── back-off with full jitter ◄──────────────────────┤
                                              the end ◄── 4500–4999, leave ┘

What happens is told to a `Hearer`; nothing here knows Locust. Durations are in seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Protocol

import gevent
from gevent.event import AsyncResult

from gateway.client.errors import Refused, refused
from gateway.client.reconnect import BackOff, may_return
from gateway.codec import Encoding, encode
from gateway.sockets.commands import Hello, Ping, Since, Subscribe, TokenRefresh
from loadtests.causes import caused_by
from loadtests.connection import Connection, Dropped
from loadtests.expectations import Expectations, Expected
from loadtests.frames import read
from loadtests.people import Player, sign_in
from loadtests.wire import data_of, name_of
from rules.fields import Wire

ANSWERED_WITHIN = 30.0  # s; then a command counts as lost
_RENEW = 0.8  # of a token's life, after which the connection gets a new one
_BACK_OFF = BackOff()
_WRONG = {"gap": "gaps", "late": "out_of_order", "duplicate": "duplicates"}  # a verdict of the offsets → its figure


class Hearer(Protocol):
    """What a client tells while it runs."""

    def connected(self, how: str, seconds: float, problem: Exception | None) -> None:
        """`how` is hello or resume; the time runs from opening the connection to the reply."""

    def replied(self, command: str, seconds: float, size: int, problem: Exception | None, *, again: bool) -> None:
        """`again`: it had to be sent once more on another connection."""

    def pushed(self, topic: str, offset: int, type: str, data: Mapping[str, Any], since: float) -> None:
        """A push with an offset arrived, in order. `since`: the wall clock when this connection was welcomed."""

    def caused(self, command: str, seconds: float, *, again: bool) -> None:
        """The push that a command causes is here, so long after it was sent. `again`: with a drop in between."""

    def wrong(self, what: str, where: str) -> None:
        """gaps, duplicates, out_of_order, unrecovered; missing, early (pushes of commands); dropped, by the server."""

    def clocks(self, apart: float) -> None:
        """How far the server's clock is ahead of ours."""


class Unanswered(Exception):
    """A command without a reply: too late, or the connection is over for good."""


@dataclass(slots=True, eq=False)
class _Pending:
    command: str
    frame: bytes
    sent: float
    reply: AsyncResult[Mapping[str, Any]]
    expected: Expected | None
    watches: str | None = None  # the topic of a subscribe
    again: bool = False


class Client:
    def __init__(self, host: str, player: Player, encoding: Encoding, hearer: Hearer, random: Random) -> None:
        self.me: Mapping[str, Any] = {}
        """The `user` of the last hello."""
        self.player = player
        self._host, self._encoding, self._hearer, self._random = host, encoding, hearer, random
        self._pending: dict[int, _Pending] = {}
        self._expectations = Expectations()
        self._waiters: list[tuple[Callable[[str, Mapping[str, Any]], bool], AsyncResult[None]]] = []
        self._next_id = 1
        self._connection: Connection | None = None
        self._welcome = 0.0  # wall clock of the last hello's reply
        self._welcomes = 0
        self._leaving = False
        self._cut = False  # by us, since the last welcome
        self._quiet = False  # nothing was heard since the last pulse
        self._asked = False  # … although we asked then
        self._over: Exception | None = None  # what ended it for good
        self._started: AsyncResult[None] = AsyncResult()
        self._reader: gevent.Greenlet[..., None] | None = None
        self._renewal: gevent.Greenlet[..., None] | None = None

    # --- life ---

    def start(self) -> None:
        """Sign in, connect, say hello; tries until it works. Raises Dropped or Refused when hopeless."""
        sign_in(self._host, self.player)
        self._reader = gevent.spawn(self._run)
        self._started.get()

    def leave(self) -> None:
        """Say goodbye. What is unanswered stays so."""
        self._leaving = True
        self._judge()
        if self._connection is not None:
            self._connection.close()
        for greenlet in (self._reader, self._renewal):
            if greenlet is not None:
                greenlet.kill(block=False)

    def cut(self) -> None:
        """The network fails; the client notices, comes back and resumes."""
        self._cut = True
        if self._connection is not None:
            self._connection.cut()

    # --- what one says and hears ---

    def ask(self, command: Wire) -> Mapping[str, Any]:
        """Send a command → the `ok` of its reply. Raises Refused, Unanswered."""
        name, now = name_of(command), time.perf_counter()
        if self._over is not None:
            raise Unanswered(f"{name}: {self._over}")
        id, self._next_id = self._next_id, self._next_id + 1
        frame = encode(self._encoding, {"id": id, "type": name, "data": data_of(command), "key": self.player.key()})
        cause = caused_by(command, self.player.user_id)
        expected = None if cause is None else self._expectations.add(name, cause, now)
        watches = command.topic if isinstance(command, Subscribe) else None
        pending = self._pending[id] = _Pending(name, frame, now, AsyncResult(), expected, watches)
        self._judge()
        if self._connection is not None:
            with suppress(Dropped):  # the reader hears of it too, and sends it again
                self._connection.send(frame)
        try:
            return pending.reply.get(timeout=ANSWERED_WITHIN) or {}
        except gevent.Timeout:
            self._give_up(id, pending, f"no reply within {ANSWERED_WITHIN:.0f} s")
            raise Unanswered(name) from None

    def until(self, shows: Callable[[str, Mapping[str, Any]], bool], seconds: float) -> bool:
        """Wait for a push; `shows` gets type and data. False when it does not come in time."""
        waiter: tuple[Callable[[str, Mapping[str, Any]], bool], AsyncResult[None]] = (shows, AsyncResult())
        self._waiters.append(waiter)
        try:
            waiter[1].get(timeout=seconds)
        except gevent.Timeout:
            return False
        finally:
            self._waiters.remove(waiter)
        return True

    def pulse(self) -> None:
        """To be called every two heartbeats: whoever heard nothing since the last time asks whether anyone is there."""
        self._judge()
        if self._connection is None:
            return
        if self._quiet and self._asked:
            self._hearer.wrong("dropped", "no answer to a ping")
            self.cut()
        elif self._quiet:
            with suppress(Dropped):  # the reader hears of it too
                self._connection.send(encode(self._encoding, {"type": name_of(Ping())}))
        self._quiet, self._asked = True, self._quiet

    def _judge(self) -> None:
        """Say which pushes are overdue by now."""
        for late in self._expectations.overdue(time.perf_counter()):
            self._hearer.wrong("missing", f"{late.cause.type} of {late.command}")

    # --- the connection ---

    def _run(self) -> None:
        attempt = 0
        while not self._leaving:
            welcomes = self._welcomes
            try:
                self._live()
            except (Dropped, Refused, OSError) as problem:
                self._connection = None
                self._expectations.wait_anew(time.perf_counter())
                if self._welcomes > welcomes:
                    attempt = 0
                    if not (self._cut or self._leaving):
                        self._hearer.wrong("dropped", str(problem))
                elif not self._leaving:
                    self._hearer.connected(self._how, 0.0, problem)
                if self._is_the_end(problem):
                    self._end(problem)
                    return
                wait = problem.retry_after if isinstance(problem, Refused) else None
                gevent.sleep(_BACK_OFF.delay(attempt, self._random) if wait is None else wait)
                attempt += 1

    def _live(self) -> None:
        """One connection, from handshake to the end. Always raises."""
        sign_in(self._host, self.player)
        began = time.perf_counter()
        how = self._how
        connection = Connection(self._host, self._encoding)
        self._hello(connection)
        self._hearer.connected(how, time.perf_counter() - began, None)
        self._connection = connection
        self._cut = self._quiet = self._asked = False
        self._welcomes += 1
        self._expectations.wait_anew(time.perf_counter())
        for pending in list(self._pending.values()):
            pending.again = self._welcomes > 1
            connection.send(pending.frame)
        self._started.set(None)
        while True:
            messages = connection.receive()
            self._quiet = False
            for message in messages:
                self._heard(read(self._encoding, message), len(message))

    def _hello(self, connection: Connection) -> None:
        """Raises Refused."""
        stands = {topic: Since(**at) for topic, at in self.player.offsets.resume().items()}
        hello = Hello("loadtest", self.player.token, stands or None)
        connection.send(encode(self._encoding, {"id": 0, "type": "hello", "data": data_of(hello)}))
        first, *others = connection.receive()
        frame = read(self._encoding, first)
        if "ok" not in frame:
            raise refused(frame.get("error"))
        reply = frame["ok"]
        self.me, self._welcome = reply["user"], time.time()
        for topic, at in reply["topics"].items():
            self._stands(topic, at)
        self._hearer.clocks(datetime.fromisoformat(reply["serverTime"]).timestamp() - time.time())
        if self._renewal is not None:
            self._renewal.kill(block=False)
        self._renewal = gevent.spawn_later(_RENEW * (self.player.until - time.monotonic()), self._renew)
        for message in others:  # pushes that came in the same piece
            self._heard(read(self._encoding, message), len(message))

    @property
    def _how(self) -> str:
        return "resume" if self.player.offsets.resume() else "hello"

    def _renew(self) -> None:
        self.player.until = 0.0
        sign_in(self._host, self.player)
        self._renewal = gevent.spawn_later(_RENEW * (self.player.until - time.monotonic()), self._renew)
        with suppress(
            Refused, Unanswered
        ):  # told already; the connection will end, and the next hello has the new token
            self.ask(TokenRefresh(self.player.token))

    def _is_the_end(self, problem: Exception) -> bool:
        match problem:
            case Dropped(code=code):
                return self._leaving or not may_return(code)
            case Refused(retry_after=seconds):
                return seconds is None
            case _:
                return self._leaving

    def _end(self, problem: Exception) -> None:
        self._over = problem
        for id, pending in list(self._pending.items()):
            self._give_up(id, pending, str(problem))
            pending.reply.set_exception(Unanswered(pending.command))
        if not self._started.ready():
            self._started.set_exception(problem)

    def _give_up(self, id: int, pending: _Pending, why: str) -> None:
        self._pending.pop(id, None)
        if pending.expected is not None:
            self._expectations.drop(pending.expected)
        if not self._leaving:
            took = time.perf_counter() - pending.sent
            self._hearer.replied(pending.command, took, 0, Unanswered(why), again=pending.again)

    # --- frames ---

    def _heard(self, frame: Mapping[str, Any], size: int) -> None:
        if "id" in frame:
            self._replied(frame, size)
        elif "topic" in frame:
            self._pushed(frame["topic"], frame.get("offset"), frame["type"], frame.get("data") or {})

    def _replied(self, frame: Mapping[str, Any], size: int) -> None:
        now = time.perf_counter()
        pending = self._pending.pop(frame["id"], None)
        if pending is None:
            return  # given up
        problem = None if "ok" in frame else refused(frame.get("error"))
        self._hearer.replied(pending.command, now - pending.sent, size, problem, again=pending.again)
        if problem is not None:
            if pending.expected is not None:
                self._expectations.drop(pending.expected)
            pending.reply.set_exception(problem)
            return
        if pending.expected is not None:
            pending.expected.answered = True
        if pending.watches is not None:  # at once: its first pushes may be in the same piece
            self._stands(pending.watches, frame["ok"])
        pending.reply.set(frame["ok"])

    def _pushed(self, topic: str, offset: int | None, type: str, data: Mapping[str, Any]) -> None:
        offsets = self.player.offsets
        if type == "server:subscribed":  # by itself, as on joining a challenge
            offsets.unsubscribed(topic)
            self._stands(topic, data)
        elif type == "server:unsubscribed":
            offsets.unsubscribed(topic)
        elif offset is not None:
            verdict = offsets.pushed(topic, offset)
            if verdict != "next":
                self._hearer.wrong(_WRONG[verdict], topic.partition(":")[0])
            if verdict == "duplicate":
                return
            self._hearer.pushed(topic, offset, type, data, self._welcome)
        for met in self._expectations.heard(topic, type, data):
            if met.answered:
                self._hearer.caused(met.command, time.perf_counter() - met.sent, again=met.again)
            else:
                self._hearer.wrong("early", f"{type} of {met.command}")
        for shows, waiter in self._waiters:
            if not waiter.ready() and shows(type, data):
                waiter.set(None)

    def _stands(self, topic: str, at: Mapping[str, Any]) -> None:
        """Where a topic stands, as a hello, a subscribe or the server itself says."""
        if not self.player.offsets.subscribed(topic, at["epoch"], at["offset"], bool(at.get("recovered"))):
            self._hearer.wrong("unrecovered", topic.partition(":")[0])
            self._expectations.forget(topic)
