"""The generator: thousands of sockets of one process on one epoll, written for speed.

Setting up is a conversation: a Python generator a socket, which yields what to send and is handed the next message.
Measuring is a plain loop over raw reads. It runs at 100,000 and more messages a second, several times what the server
does; still, every figure that counts is the server's own CPU time.
"""

import select
import socket
import struct
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from loadtests.bench.wire import PONG, IsReply, framed, split

Script: TypeAlias = Generator[bytes | None, bytes, None]
"""Yields bytes to send (None: just wait for the next message); the first answer is the head of the HTTP response."""

_READ = 1 << 18
_AT_ONCE = 64  # sockets in conversation at the same time: below any listen backlog
_STALLED = 60.0  # s without a byte: something is wrong
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: leave no TIME_WAIT behind


class Stalled(Exception):
    """Nothing came for too long, or a socket was closed."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a closed or open loop saw: replies, over so many seconds, with the latency of each in seconds."""

    replies: int
    seconds: float
    latencies: list[float]
    busy: float  # the generator's own share of a core, 0 to 1: near 1 it is the bottleneck itself


class Crowd:
    """Sockets to one port of this machine. Use as `with Crowd(port) as crowd`."""

    def __init__(self, port: int, answers: Mapping[bytes, bytes] = MappingProxyType({})) -> None:
        """`answers`: messages that are answered at once wherever they come, such as heartbeats → the frame to send."""
        self._port = port
        self._answers = answers
        self._epoll = select.epoll()
        self.sockets: list[socket.socket] = []
        self._by_fd: dict[int, int] = {}
        self._rest: dict[int, bytes] = {}  # by fd: the beginning of a message

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.sockets)

    def close(self) -> None:
        for each in self.sockets:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            each.close()
        self.sockets.clear()
        self._by_fd.clear()
        self._epoll.close()

    # --- setting up ---

    def connect(self, count: int) -> None:
        """Plain connections, nothing said."""
        for _ in range(count):
            self._add()

    def _add(self) -> int:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        self._by_fd[made.fileno()] = len(self.sockets)
        self.sockets.append(made)
        self._epoll.register(made.fileno(), select.EPOLLIN)
        return made.fileno()

    def enter(self, scripts: Sequence[Script], at_once: int = _AT_ONCE) -> None:
        """One new socket a script; returns when every script has ended."""
        waiting = iter(scripts)
        talking: dict[int, Script] = {}
        heads: set[int] = set()
        while True:
            while len(talking) < at_once and (script := next(waiting, None)) is not None:
                fd = self._add()
                talking[fd] = script
                heads.add(fd)
                self._say(fd, next(script))
            if not talking:
                return
            self._converse(talking, heads)

    def _converse(self, talking: dict[int, Script], heads: set[int]) -> None:
        for fd, read in self._reads():
            data = self._rest.pop(fd, b"") + read
            script = talking.get(fd)
            if script is None:
                self._whole(fd, data)  # heartbeats of those who are there already
                continue
            if fd in heads:
                head, end, data = data.partition(b"\r\n\r\n")
                if not end:
                    self._rest[fd] = head
                    continue
                if b" 101 " not in head[:20]:
                    raise Stalled(f"no WebSocket: {head[:200]!r}")
                heads.discard(fd)
                heard = [head, *self._whole(fd, data)]
            else:
                heard = self._whole(fd, data)
            for message in heard:
                try:
                    self._say(fd, script.send(message))
                except StopIteration:
                    del talking[fd]
                    break

    def ask(self, number: int, frame: bytes, is_reply: IsReply) -> bytes:
        """One socket's question and its answer; whatever comes meanwhile, to anyone, is dropped."""
        self.send(number, frame)
        while True:
            for fd, data in self._reads():
                for message in self._whole(fd, self._rest.pop(fd, b"") + data):
                    if self._by_fd[fd] == number and is_reply(message):
                        return message

    def send(self, number: int, data: bytes) -> None:
        self.sockets[number].send(data)

    def _say(self, fd: int, data: bytes | None) -> None:
        if data is not None:
            self.sockets[self._by_fd[fd]].send(data)

    def _whole(self, fd: int, data: bytes) -> list[bytes]:
        messages, rest, pings = split(data)
        if rest:
            self._rest[fd] = rest
        for ping in pings:
            self._say(fd, framed(ping, PONG))
        if self._answers:
            for message in messages:
                self._say(fd, self._answers.get(message))
        return messages

    def _reads(self) -> list[tuple[int, bytes]]:
        ready = self._epoll.poll(_STALLED)
        if not ready:
            raise Stalled(f"nothing was heard for {_STALLED:.0f} s")
        read = []
        for fd, _ in ready:
            data = self.sockets[self._by_fd[fd]].recv(_READ)
            if not data:
                raise Stalled("the server has closed a connection")
            read.append((fd, data))
        return read

    # --- measuring ---

    def drain(self, seconds: float = 0.2) -> None:
        """Read until nothing has come for so long."""
        while ready := self._epoll.poll(seconds):
            for fd, _ in ready:
                self._whole(fd, self._rest.pop(fd, b"") + self.sockets[self._by_fd[fd]].recv(_READ))

    def hear_bytes(self, each: int) -> float:
        """Read until every socket has got `each` bytes more. Returns when the last one had (monotonic)."""
        missing = dict.fromkeys(self._by_fd, each)
        while missing:
            for fd, data in self._reads():
                if fd in missing:
                    missing[fd] -= len(data)
                    if missing[fd] <= 0:
                        del missing[fd]
        return time.monotonic()

    def listen(self, count: int, wanted: Callable[[bytes], bool]) -> list[tuple[float, bytes]]:
        """The first `count` messages that are `wanted`, to whomever, and when each was read (monotonic)."""
        heard: list[tuple[float, bytes]] = []
        by_fd, sockets, rest = self._by_fd, self.sockets, self._rest
        while len(heard) < count:
            ready = self._epoll.poll(_STALLED)
            if not ready:
                raise Stalled(f"{len(heard)} of {count} messages came")
            for fd, _ in ready:
                data = sockets[by_fd[fd]].recv(_READ)
                now = time.monotonic()
                if not data:
                    raise Stalled("the server has closed a connection")
                if fd in rest:
                    data = rest.pop(fd) + data
                heard += [(now, message) for message in self._whole(fd, data) if wanted(message)]
        return heard

    def closed_loop(self, seconds: float, next_frame: Callable[[int], bytes], is_reply: IsReply) -> Flow:
        """Every socket always waits for one reply. `next_frame(number)` is what socket `number` sends next."""
        begun, worked = time.monotonic(), time.process_time()
        sent = {}
        for number, each in enumerate(self.sockets):
            sent[each.fileno()] = time.monotonic()
            each.send(next_frame(number))
        replies, until, latencies, open_ones = 0, begun + seconds, [], len(self.sockets)
        by_fd, sockets, rest = self._by_fd, self.sockets, self._rest
        ended = begun
        while open_ones:
            ready = self._epoll.poll(_STALLED)
            if not ready:
                raise Stalled(f"{open_ones} replies are missing")
            for fd, _ in ready:
                number = by_fd[fd]
                data = sockets[number].recv(_READ)
                if fd in rest:
                    data = rest.pop(fd) + data
                for message in self._whole(fd, data):
                    if is_reply(message):
                        now = time.monotonic()
                        latencies.append(now - sent[fd])
                        if now < until:
                            replies, ended = replies + 1, now
                            sent[fd] = now
                            sockets[number].send(next_frame(number))
                        else:
                            open_ones -= 1
        return Flow(replies, ended - begun, latencies, busy(begun, worked))

    def open_loop(
        self, rate: float, seconds: float, next_frame: Callable[[int], bytes], is_reply: IsReply, skip: float = 0.0
    ) -> Flow:
        """`rate` sends a second whatever happens, one socket after the other.

        Latency counts from when a send was due, so that a stall is seen by all whom it would have met. Those of the first
        `skip` seconds are left out.
        """
        total, count, step = int(rate * seconds), len(self.sockets), 1 / rate
        due: dict[int, list[float]] = {each.fileno(): [] for each in self.sockets}
        latencies: list[float] = []
        begun, worked = time.monotonic() + 0.05, time.process_time()
        kept_from = begun + skip
        sent = replies = 0
        by_fd, sockets, rest, poll = self._by_fd, self.sockets, self._rest, self._epoll.poll
        while replies < total:
            now = time.monotonic()
            while sent < total and (at := begun + sent * step) <= now:
                number = sent % count
                due[sockets[number].fileno()].append(at)
                sockets[number].send(next_frame(number))
                sent += 1
            wait = begun + sent * step - time.monotonic() if sent < total else _STALLED
            ready = poll(max(0.0, wait))
            if not ready and sent == total:
                raise Stalled(f"{total - replies} replies are missing")
            for fd, _ in ready:
                data = sockets[by_fd[fd]].recv(_READ)
                if fd in rest:
                    data = rest.pop(fd) + data
                for message in self._whole(fd, data):
                    if is_reply(message):
                        replies += 1
                        asked = due[fd].pop(0)
                        if asked >= kept_from:
                            latencies.append(time.monotonic() - asked)
        return Flow(replies, time.monotonic() - begun, latencies, busy(begun, worked))


def busy(begun: float, worked: float) -> float:
    """Our share of a core since `begun` (monotonic), when we had `worked` so long (process time)."""
    return (time.process_time() - worked) / (time.monotonic() - begun)
