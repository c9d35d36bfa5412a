"""What all connections share: their limits, the parts they speak to, and the clocks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from actors.ports import Ids
from gateway.backend import Backend
from gateway.limits import SocketLimits
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.wheel import Wheel


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSettings:
    """Seconds and bytes, with the protocol's defaults."""

    hello_timeout: float = 5
    heartbeat: float = 25
    unread_bytes: int = 1_048_576
    unread_seconds: float = 10
    send_buffer: int = 65_536
    """what the kernel may hold for one socket: it would grow to megabytes that we do not see as unread"""
    max_message: int = 65_536
    head_timeout: float = 10
    """until the whole head of a request is there"""
    head_bytes: int = 16_384
    close_timeout: float = 5
    """for the client's part of a closing handshake"""
    token_grace: float = 30
    """that a connection lives on after its access token, so that a refresh on its way still arrives"""
    topics_per_connection: int = 200
    waiting_commands: int = 64
    """that a client may send ahead while its hello is being answered"""
    origins: frozenset[str] = frozenset()
    """hosts whose pages may connect, beside the server's own; `host`, `host:port` or a whole origin"""
    trusted_proxies: int = 0


@dataclass(slots=True, kw_only=True)
class Edge:
    backend: Backend
    hub: Hub
    limits: SocketLimits
    wheel: Wheel
    metrics: SocketMetrics
    ids: Ids
    settings: SocketSettings
    unheard: frozenset[str] = frozenset()
    """Commands of the catalogue that sockets do not know: they are for HTTP and our own use."""
    clock: Callable[[], float]
    """Monotonic, for everything that is measured."""
    wall: Callable[[], float]
    """Seconds since 1970, for the ends of tokens only."""
    spawn: Callable[[Coroutine[Any, Any, None]], None]
    """Run on the loop; the coroutine handles its own exceptions."""
