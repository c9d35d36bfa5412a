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
from datetime import datetime
from random import Random
from typing import Any

import gevent
from gevent.event import AsyncResult

from gateway.client.errors import Refused, refused
from gateway.client.reconnect import BackOff, may_return
from gateway.codec import Encoding, encode
from gateway.sockets.commands import Hello, Ping, Since, TokenRefresh
from loadtests.connection import Connection, Dropped
from loadtests.conversation import Conversation, Hearer, Unanswered
from loadtests.frames import read
from loadtests.people import Player, sign_in
from loadtests.wire import data_of, name_of
from rules.fields import Wire

ANSWERED_WITHIN = 30.0  # s; then a command counts as lost
_RENEW = 0.8  # of a token's life, after which the connection gets a new one
_BACK_OFF = BackOff()


class Client:
    def __init__(self, host: str, player: Player, encoding: Encoding, hearer: Hearer, random: Random) -> None:
        self.me: Mapping[str, Any] = {}
        """The `user` of the last hello."""
        self.player = player
        self._host, self._encoding, self._hearer, self._random = host, encoding, hearer, random
        self._talk = Conversation(player, hearer)
        self._connection: Connection | None = None
        self._welcomes = 0
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
        self._talk.leaving = True
        self._talk.judge()
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
        if self._over is not None:
            raise Unanswered(f"{name_of(command)}: {self._over}")
        pending = self._talk.say(command, self._encoding)
        if self._connection is not None:
            with suppress(Dropped):  # the reader hears of it too, and sends it again
                self._connection.send(pending.frame)
        try:
            return pending.reply.get(timeout=ANSWERED_WITHIN) or {}
        except gevent.Timeout:
            self._talk.give_up(pending, f"no reply within {ANSWERED_WITHIN:.0f} s")
            raise Unanswered(pending.command) from None

    def until(self, shows: Callable[[str, Mapping[str, Any]], bool], seconds: float) -> bool:
        """Wait for a push; `shows` gets type and data. False when it does not come in time."""
        return self._talk.until(shows, seconds)

    def pulse(self) -> None:
        """To be called every two heartbeats: whoever heard nothing since the last time asks whether anyone is there."""
        self._talk.judge()
        if self._connection is None:
            return
        if self._quiet and self._asked:
            self._hearer.wrong("dropped", "no answer to a ping")
            self.cut()
        elif self._quiet:
            with suppress(Dropped):  # the reader hears of it too
                self._connection.send(encode(self._encoding, {"type": name_of(Ping())}))
        self._quiet, self._asked = True, self._quiet

    # --- the connection ---

    def _run(self) -> None:
        attempt = 0
        while not self._talk.leaving:
            welcomes = self._welcomes
            try:
                self._live()
            except (Dropped, Refused, OSError) as problem:
                self._connection = None
                self._talk.interrupted()
                if self._welcomes > welcomes:
                    attempt = 0
                    if not (self._cut or self._talk.leaving):
                        self._hearer.wrong("dropped", str(problem))
                elif not self._talk.leaving:
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
        self._talk.interrupted()
        for pending in self._talk.unanswered():
            pending.again = self._welcomes > 1
            connection.send(pending.frame)
        self._started.set(None)
        while True:
            messages = connection.receive()
            self._quiet = False
            for message in messages:
                self._talk.heard(read(self._encoding, message), len(message))

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
        self.me, self._talk.welcome = reply["user"], time.time()
        for topic, at in reply["topics"].items():
            self._talk.stands(topic, at)
        self._hearer.clocks(datetime.fromisoformat(reply["serverTime"]).timestamp() - time.time())
        if self._renewal is not None:
            self._renewal.kill(block=False)
        self._renewal = gevent.spawn_later(_RENEW * (self.player.until - time.monotonic()), self._renew)
        for message in others:  # pushes that came in the same piece
            self._talk.heard(read(self._encoding, message), len(message))

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
                return self._talk.leaving or not may_return(code)
            case Refused(retry_after=seconds):
                return seconds is None
            case _:
                return self._talk.leaving

    def _end(self, problem: Exception) -> None:
        self._over = problem
        self._talk.end(problem)
        if not self._started.ready():
            self._started.set_exception(problem)
