"""What a client has said and what came back, without I/O: commands that wait for replies, pushes that are due, positions.

What is found is told to a `Hearer`; nothing here knows Locust. Durations are in seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import gevent
from gevent.event import AsyncResult

from gateway.client.errors import refused
from gateway.codec import Encoding, encode
from gateway.sockets.commands import Subscribe
from loadtests.causes import caused_by
from loadtests.expectations import Expectations, Expected
from loadtests.people import Player
from loadtests.wire import data_of, name_of
from rules.fields import Wire

HISTORY = 256  # pushes of a topic that a server keeps at least
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
        """gaps, duplicates, out_of_order, unrecovered, outlived (offsets); missing, early (pushes); dropped."""

    def clocks(self, apart: float) -> None:
        """How far the server's clock is ahead of ours."""


class Unanswered(Exception):
    """A command without a reply: too late, or the connection is over for good."""


@dataclass(slots=True, eq=False)
class Pending:
    id: int
    command: str
    frame: bytes
    sent: float
    reply: AsyncResult[Mapping[str, Any]]
    expected: Expected | None
    watches: str | None = None  # the topic of a subscribe
    again: bool = False


class Conversation:
    """Of one player, over however many connections it takes."""

    def __init__(self, player: Player, hearer: Hearer) -> None:
        self.welcome = 0.0  # wall clock of the last hello's reply
        self.leaving = False  # what is unanswered now is nobody's fault
        self._player, self._hearer = player, hearer
        self._pending: dict[int, Pending] = {}
        self._expectations = Expectations()
        self._waiters: list[tuple[Callable[[str, Mapping[str, Any]], bool], AsyncResult[None]]] = []
        self._next_id = 1

    # --- what is said ---

    def say(self, command: Wire, encoding: Encoding) -> Pending:
        """The command, with its frame to send."""
        name, now = name_of(command), time.perf_counter()
        id, self._next_id = self._next_id, self._next_id + 1
        frame = encode(encoding, {"id": id, "type": name, "data": data_of(command), "key": self._player.key()})
        cause = caused_by(command, self._player.user_id)
        expected = None if cause is None else self._expectations.add(name, cause, now)
        watches = command.topic if isinstance(command, Subscribe) else None
        pending = self._pending[id] = Pending(id, name, frame, now, AsyncResult(), expected, watches)
        self.judge()
        return pending

    def unanswered(self) -> list[Pending]:
        return list(self._pending.values())

    def give_up(self, pending: Pending, why: str) -> None:
        self._pending.pop(pending.id, None)
        if pending.expected is not None:
            self._expectations.drop(pending.expected)
        if not self.leaving:
            took = time.perf_counter() - pending.sent
            self._hearer.replied(pending.command, took, 0, Unanswered(why), again=pending.again)

    def end(self, problem: Exception) -> None:
        """No reply will come any more."""
        for pending in self.unanswered():
            self.give_up(pending, str(problem))
            pending.reply.set_exception(Unanswered(pending.command))

    # --- what is expected ---

    def judge(self) -> None:
        """Say which pushes are overdue by now."""
        for late in self._expectations.overdue(time.perf_counter()):
            self._hearer.wrong("missing", f"{late.cause.type} of {late.command}")

    def interrupted(self) -> None:
        """The connection was lost, or is there again: what is due gets its time anew."""
        self._expectations.wait_anew(time.perf_counter())

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

    # --- what is heard ---

    def heard(self, frame: Mapping[str, Any], size: int) -> None:
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
            self.stands(pending.watches, frame["ok"])
        pending.reply.set(frame["ok"])

    def _pushed(self, topic: str, offset: int | None, type: str, data: Mapping[str, Any]) -> None:
        offsets = self._player.offsets
        if type == "server:subscribed":  # by itself, as on joining a challenge
            offsets.unsubscribed(topic)
            self.stands(topic, data)
        elif type == "server:unsubscribed":
            offsets.unsubscribed(topic)
        elif offset is not None:
            verdict = offsets.pushed(topic, offset)
            if verdict != "next":
                self._hearer.wrong(_WRONG[verdict], topic.partition(":")[0])
            if verdict == "duplicate":
                return
            self._hearer.pushed(topic, offset, type, data, self.welcome)
        for met in self._expectations.heard(topic, type, data):
            if met.answered:
                self._hearer.caused(met.command, time.perf_counter() - met.sent, again=met.again)
            else:
                self._hearer.wrong("early", f"{type} of {met.command}")
        for shows, waiter in self._waiters:
            if not waiter.ready() and shows(type, data):
                waiter.set(None)

    def stands(self, topic: str, at: Mapping[str, Any]) -> None:
        """Where a topic stands, as a hello, a subscribe or the server itself says."""
        offsets = self._player.offsets
        before = offsets.since(topic)
        if not offsets.subscribed(topic, at["epoch"], at["offset"], bool(at.get("recovered"))):
            self._hearer.wrong("outlived" if _is_outlived(before, at) else "unrecovered", topic.partition(":")[0])
            self._expectations.forget(topic)


def _is_outlived(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    """Away for longer than a topic's history reaches: nobody promised that."""
    return before is not None and before["epoch"] == now["epoch"] and now["offset"] - before["offset"] > HISTORY
