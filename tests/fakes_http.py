"""A whole HTTP side over loopback, with real sign-in on a real database and a fake game behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
from aiohttp import web
from argon2 import PasswordHasher

from actors.messages import Caller, Reply
from gateway.auth.passwords import Passwords
from gateway.auth.service import AuthService
from gateway.auth.tokens import Tokens
from gateway.catalogue import CATALOGUE
from gateway.http.app import make_app
from gateway.http.ports import HttpDeps
from gateway.http.protocol import HttpProtocol
from gateway.metrics import Metrics
from gateway.settings import Settings
from persistence.accounts import Accounts
from persistence.reads import Reads
from rules.refusal import Code, Refusal

SECRET = "a secret for tests, long enough for HS256"
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
FAST = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class HandClock:
    """Stands until it is turned by hand."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def turn(self, **by: float) -> None:
        self._now += timedelta(**by)

    def monotonic(self) -> float:
        return self._now.timestamp()


class HandGameClock(HandClock):
    """Driven game time."""

    async def move(self, to: datetime) -> datetime | Refusal:
        if to < self._now:
            return Refusal(Code.CONFLICT, "game time only moves forward")
        self._now = to
        return to


class RandomIds:
    def new(self) -> str:
        return str(uuid4())

    def code(self) -> str:
        return uuid4().hex[:8]


@dataclass
class Sent:
    """A command that reached the game."""

    name: str
    data: Any
    caller: Caller
    key: str | None


@dataclass
class FakeGame:
    """Takes the place of the actors: remembers what it is sent, answers what it is told to."""

    clock: HandClock
    answers: dict[str, Any] = field(default_factory=dict)  # name → reply, or a function of the data
    sent: list[Sent] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def ensure_user(self, user_id: str, username: str, display_name: str, timezone: str) -> Any:
        user = self.users.setdefault(user_id, {"id": user_id, "timezone": timezone, "username": ""})
        if user["username"] != username:  # as the actor does it
            user.update(username=username, displayName=display_name)
        return dict(user)

    # --- gateway.backend.Backend ---

    def now(self) -> datetime:
        return self.clock.now()

    async def sign_in(self, token: str, device: str) -> Caller | Refusal:
        raise NotImplementedError

    def expires_at(self, token: str) -> datetime:
        raise NotImplementedError

    async def me(self, caller: Caller) -> Any:
        return {**self.users[caller.user_id], "preferences": {"units": "metric"}}, [f"user:{caller.user_id}"]

    def view(self, topic: str, caller: Caller, code: str | None, reply: Callable[[Reply], None]) -> None:
        raise NotImplementedError

    def send(self, name: str, data: Any, caller: Caller, key: str | None, reply: Callable[[Reply], None]) -> None:
        self.sent.append(Sent(name, data, caller, key))
        answer = self.answers.get(name, {})
        if isinstance(answer, Exception):
            raise answer
        reply(answer(data) if callable(answer) else answer)


@dataclass
class Answered:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: Any  # decoded JSON, else bytes

    @property
    def data(self) -> Any:
        assert self.body["success"] is True, self.body
        return self.body["data"]

    @property
    def code(self) -> str:
        """Of the refusal."""
        assert self.body["success"] is False, self.body
        return str(self.body["error"]["code"])

    @property
    def fields(self) -> list[str]:
        """The paths of the fields that were refused."""
        return [each["path"] for each in self.body["error"]["details"]["fields"]]


@dataclass
class Site:
    """A running HTTP side, and a client of it."""

    url: str
    http: aiohttp.ClientSession
    clock: HandClock
    game: FakeGame
    auth: AuthService
    accounts: Accounts
    pool: "asyncpg.Pool[asyncpg.Record]"
    metrics: Metrics
    revoked: list[tuple[str, str]]

    async def ask(self, method: str, path: str, json: Any = None, token: str | None = None, **more: Any) -> Answered:
        """Below /api/v1, unless the path starts with two slashes. `more`: headers, params, data."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        url = f"{self.url}{path[1:] if path.startswith('//') else '/api/v1' + path}"
        async with self.http.request(method, url, json=json, headers=headers, **more) as response:
            is_json = response.content_type == "application/json" and response.status not in (204, 304)
            body = await response.json() if is_json and method != "HEAD" else await response.read()
            return Answered(response.status, response.headers, body)

    async def player(self, name: str = "ann") -> dict[str, Any]:
        """A registered player, signed in: {user, accessToken, refreshToken, expiresIn}."""
        body = {"email": f"{name}@example.org", "password": "Secret123", "username": name}
        grant: dict[str, Any] = (await self.ask("POST", "/auth/register", body)).data
        return grant

    async def token(self, name: str = "ann") -> str:
        return str((await self.player(name))["accessToken"])


@asynccontextmanager
async def running_site(database_url: str, **changes: Any) -> AsyncIterator[Site]:
    """`changes`: fields of HttpDeps, or of Settings."""
    settings = Settings(
        secret=SECRET, **{name: changes.pop(name) for name in list(changes) if name in Settings.model_fields}
    )
    clock = HandClock()
    game = FakeGame(clock)
    revoked: list[tuple[str, str]] = []
    metrics = Metrics()
    passwords = Passwords(FAST)
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        accounts = Accounts(pool)
        auth = AuthService(
            accounts=accounts,
            passwords=passwords,
            tokens=Tokens(SECRET),
            ids=RandomIds(),
            clock=clock,
            settings=settings,
            ensure_user=game.ensure_user,
            on_revoked=lambda user_id, session_id: revoked.append((user_id, session_id)),
        )
        await auth.start()
        given: dict[str, Any] = {
            "backend": game,
            "auth": auth,
            "reads": Reads(pool),
            "catalogue": CATALOGUE,
            "settings": settings,
            "metrics": metrics,
            "ids": RandomIds(),
            "clock": clock,
            "ready": _ready,
            "actors": list,
            "dead_letters": _no_letters,
            "monotonic": clock.monotonic,
        }
        deps = HttpDeps(**{**given, **changes})
        runner = web.AppRunner(make_app(deps), shutdown_timeout=2)
        await runner.setup()
        server = runner.server
        assert server is not None
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(lambda: HttpProtocol(server, deps, loop), "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with aiohttp.ClientSession() as http:
            yield Site(url, http, clock, game, auth, accounts, pool, metrics, revoked)
        listening.close()
        await runner.cleanup()
    passwords.close()


async def _ready() -> dict[str, bool]:
    return {"database": True}


async def _no_letters(limit: int) -> list[Any]:
    return []
