"""What the HTTP API needs from the rest, by shape. Reads raise ConnectionError when the database is away."""

from asyncio import Transport
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Literal, Protocol, TypeAlias

from actors.messages import Permission
from actors.ports import Clock, Ids
from gateway.auth.service import AuthService
from gateway.backend import Backend
from gateway.limits import Counts
from gateway.metrics import Metrics
from rules.refusal import Refusal
from rules.resources import Activity, Challenge

CONNECTIONS_PER_ADDRESS = 1000  # idle ones keep a file open each

DayRow: TypeAlias = Mapping[str, Any]  # {date, steps, distance, calories, activeMinutes, goal}
Totals: TypeAlias = Mapping[str, Any]


class Entry(Protocol):
    """A command of the catalogue."""

    @property
    def name(self) -> str: ...
    @property
    def command(self) -> type | None: ...
    @property
    def may(self) -> Permission: ...
    @property
    def summary(self) -> str: ...
    @property
    def reply(self) -> Any: ...
    @property
    def socket(self) -> bool: ...


class Reads(Protocol):
    """`persistence/reads.py` says what each does."""

    async def activities(
        self,
        user_id: str,
        *,
        kind: str | None,
        first: date | None,
        last: date | None,
        newest_first: bool,
        after: tuple[date, str] | None,
        limit: int,
    ) -> list[Activity]: ...

    async def activity(self, user_id: str, activity_id: str) -> Activity | None: ...
    async def route(self, user_id: str, activity_id: str) -> str | None: ...

    async def challenges(
        self,
        user_id: str,
        *,
        state: str | None,
        metric: str | None,
        mode: str | None,
        mine: bool,
        newest_first: bool,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[tuple[datetime, Challenge]]: ...

    async def days(self, user_id: str, first: date, last: date) -> Sequence[DayRow]: ...
    async def zone(self, user_id: str) -> str | None: ...
    async def totals(self, user_id: str) -> Totals: ...


class GameClock(Protocol):
    """Driven game time."""

    def now(self) -> datetime: ...

    async def move(self, to: datetime) -> datetime | Refusal:
        """Forward only; returns when everything due by then has happened. → the new now."""


class Settings(Protocol):
    @property
    def mode(self) -> Literal["development", "production"]: ...
    @property
    def origins(self) -> tuple[str, ...]: ...
    @property
    def trusted_proxies(self) -> int: ...
    @property
    def sign_ins_per_minute(self) -> int: ...
    @property
    def registrations_per_minute(self) -> int: ...
    @property
    def http_requests_user(self) -> int: ...
    @property
    def http_requests_premium(self) -> int: ...
    @property
    def http_requests_admin(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpDeps:
    """Everything `make_app` is built from."""

    backend: Backend
    auth: AuthService
    reads: Reads
    catalogue: Mapping[str, Entry]
    settings: Settings
    metrics: Metrics
    ids: Ids
    clock: Clock  # real time
    ready: Callable[[], Awaitable[Mapping[str, bool]]]
    """Each part that has to work before traffic makes sense, and whether it does; `accepting` is one (false while draining)."""
    actors: Callable[[], Sequence[Mapping[str, Any]]]
    dead_letters: Callable[[int], Awaitable[Sequence[Mapping[str, Any]]]]
    """The newest so many."""
    sockets: Callable[[Transport, bytes, bytes], None] | None = None
    """Takes a connection that asks for /ws after it has spoken HTTP: the head of that request, and the bytes after it."""
    game_clock: GameClock | None = None  # None unless game time is driven
    web: Path | None = None  # folder of the page at /
    monotonic: Callable[[], float] = field(default=monotonic)
    connections: Counts = field(default_factory=lambda: Counts(CONNECTIONS_PER_ADDRESS))
    """By peer; not counted behind trusted proxies, where all come from one."""
    aside: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "aside"))
    """For what takes long. One thread: each more would keep the event loop waiting for its turn that much longer."""
