"""All sockets of this process: what they share, the one timer and the one flush of each turn, and their end."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from actors.ports import Ids
from gateway.backend import Backend
from gateway.close_codes import CloseCode
from gateway.codec import Encoding
from gateway.limits import SocketLimits
from gateway.sockets.edge import Edge, SocketSettings
from gateway.sockets.frames import frame
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.websocket import WebSocket
from gateway.sockets.wheel import Timed, Wheel

_log = logging.getLogger(__name__)

_DEFAULTS = SocketSettings()


class SocketGate:
    """`start` inside the running loop, then hand `factory` to a Port. `drain`, then `close`."""

    def __init__(
        self,
        *,
        backend: Backend,
        hub: Hub,
        wheel: Wheel,
        ids: Ids,
        random: Random,
        limits: SocketLimits,
        metrics: SocketMetrics,
        settings: SocketSettings = _DEFAULTS,
        unheard: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`hub`, `wheel` and `metrics` belong together; `random` spreads the drain."""
        self.draining = False
        self._random = random
        self._sockets: set[WebSocket] = set()
        self._dirty: list[WebSocket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._empty: asyncio.Event | None = None
        self.edge = Edge(
            backend=backend,
            hub=hub,
            limits=limits,
            wheel=wheel,
            metrics=metrics,
            ids=ids,
            settings=settings,
            unheard=unheard,
            clock=clock,
            wall=wall,
            spawn=self._spawn,
        )

    def start(self, *, turning: bool = True) -> None:
        """On the running loop. Not `turning`: somebody else turns the wheel."""
        self._loop = asyncio.get_running_loop()
        if turning:
            self.edge.wheel.start(self._loop, self.edge.clock)

    def factory(self) -> WebSocket:
        """The protocol of one new connection."""
        return WebSocket(edge=self.edge, keeper=self)

    def take(self, transport: asyncio.Transport, head: bytes, more: bytes = b"") -> None:
        """Make a socket of a connection on which a client has asked for one: `head` is that request, `more` came after."""
        socket = self.factory()
        transport.set_protocol(socket)
        socket.connection_made(transport)
        socket.data_received(head)  # alone, so that a handshake is answered before what was sent along with it
        if more:
            socket.data_received(more)

    async def drain(self, within: float) -> None:
        """Take no new sockets, tell all, and close each at a random moment within so many seconds.

        Returns when the last has gone; those that don't go by themselves are cut off soon after.
        """
        self.draining = True
        now = self.edge.clock()
        told = {
            encoding: frame(encoding, {"type": "server:draining", "data": {"within": within}}) for encoding in Encoding
        }
        self._empty = asyncio.Event()
        for socket in self._sockets:
            socket.tell(told)
            self.edge.wheel.at(now + self._random.random() * within, _Goodbye(socket))
        if self._sockets:
            self.edge.wheel.at(now + within + self.edge.settings.close_timeout, _CutOff(self))
            await self._empty.wait()

    def close(self) -> None:
        """Cut off whatever is left. Harmless when repeated, or before `start`."""
        self.draining = True
        for socket in list(self._sockets):
            socket.abort()
        for task in self._tasks:
            task.cancel()
        self.edge.wheel.stop()

    # --- what the sockets ask ---

    def opened(self, socket: WebSocket) -> None:
        self._sockets.add(socket)
        self.edge.metrics.open = len(self._sockets)

    def lost(self, socket: WebSocket) -> None:
        self._sockets.discard(socket)
        self.edge.metrics.open = len(self._sockets)
        if not self._sockets and self._empty is not None:
            self._empty.set()

    def flush_soon(self, socket: WebSocket) -> None:
        if not self._dirty and self._loop is not None:
            self._loop.call_soon(self._flush)
        self._dirty.append(socket)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for socket in dirty:
            try:
                socket.flush()
            except Exception:  # noqa: BLE001 - one broken transport must not keep the others from their frames
                _log.exception("a socket could not be written to")
                socket.abort()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)


class _Goodbye(Timed):
    """The moment at which one socket of a draining node is closed."""

    __slots__ = ("_socket",)

    def __init__(self, socket: WebSocket) -> None:
        super().__init__()
        self._socket = socket

    def due(self, now: float) -> None:
        self._socket.close_with(CloseCode.DRAINING)


class _CutOff(Timed):
    """The end of a drain's patience."""

    __slots__ = ("_gate",)

    def __init__(self, gate: SocketGate) -> None:
        super().__init__()
        self._gate = gate

    def due(self, now: float) -> None:
        self._gate.close()
