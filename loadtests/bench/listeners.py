"""A second generator in a process of its own: two crowds of 10,000 sockets are more than one process may hold here."""

import multiprocessing
from multiprocessing.connection import Connection
from typing import Self

from loadtests.bench.crowd import Crowd


class Listeners:
    """Plain connections to a port, which only listen. Use as `with Listeners(port, 1000) as listeners`."""

    def __init__(self, port: int, count: int) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        # spawned, so that it inherits none of our sockets; on our cores
        self._process = multiprocessing.get_context("spawn").Process(
            target=_listen, args=(theirs, port, count), daemon=True
        )

    def __enter__(self) -> Self:
        self._process.start()
        self._pipe.recv()
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._process.join()

    def hear(self, size: int) -> None:
        """Returns when each has read so many bytes more."""
        self._pipe.send(size)
        self._pipe.recv()


def _listen(pipe: Connection, port: int, count: int) -> None:
    with Crowd(port) as crowd:
        crowd.connect(count)
        pipe.send(None)
        while True:
            pipe.send(crowd.hear_bytes(pipe.recv()))
