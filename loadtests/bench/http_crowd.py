"""The generator's HTTP half: kept-alive connections on one epoll, with requests built ahead."""

import re
import select
import socket
import time
from collections import deque
from collections.abc import Sequence

from loadtests.bench.crowd import Flow, Stalled, busy

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_READ = 1 << 18
_STALLED = 30.0  # s


def request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


class HttpCrowd:
    """So many connections to one port of this machine. Use as `with HttpCrowd(port, 50) as crowd`."""

    def __init__(self, port: int, count: int) -> None:
        self._epoll = select.epoll()
        self._sockets = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(count)]
        for each in self._sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._epoll.register(each.fileno(), select.EPOLLIN)
        self._numbers = {each.fileno(): number for number, each in enumerate(self._sockets)}

    def __enter__(self) -> "HttpCrowd":
        return self

    def __exit__(self, *exc: object) -> None:
        for each in self._sockets:
            each.close()
        self._epoll.close()

    def open_loop(self, rate: float, seconds: float, requests: Sequence[bytes], skip: float = 0.0) -> Flow:
        """`rate` requests a second at fixed times, each on a connection that waits for nothing; `requests` is one a connection.

        Latency counts from when a request was due, those of the first `skip` seconds are left out. Raises Stalled for
        an answer that is no 200.
        """
        total, idle = int(rate * seconds), deque(range(len(self._sockets)))
        due: dict[int, float] = {}
        rest: dict[int, bytes] = {}
        latencies: list[float] = []
        begun, worked = time.monotonic() + 0.05, time.process_time()
        sent = replies = 0
        while replies < total:
            now = time.monotonic()
            while sent < total and idle and (at := begun + sent / rate) <= now:
                number = idle.popleft()  # all take turns: the server closes one that never asks
                due[number] = at
                self._sockets[number].send(requests[number])
                sent += 1
            wait = begun + sent / rate - time.monotonic() if sent < total and idle else _STALLED
            ready = self._epoll.poll(max(0.0, wait))
            if not ready and wait == _STALLED:
                raise Stalled(f"{total - replies} answers are missing")
            for fd, _ in ready:
                number = self._numbers[fd]
                data = rest.pop(number, b"") + self._sockets[number].recv(_READ)
                if not _is_whole(data):
                    rest[number] = data
                    continue
                replies += 1
                idle.append(number)
                if due[number] >= begun + skip:
                    latencies.append(time.monotonic() - due[number])
        return Flow(replies, time.monotonic() - begun, latencies, busy(begun, worked))


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        if not data:
            raise Stalled("the server has closed a connection")
        return False
    found = _LENGTH.search(head + b"\r\n")
    if b" 200 " not in head[:16] or found is None:
        raise Stalled(f"not what was asked for: {data[:300]!r}")
    return len(body) >= int(found[1])
