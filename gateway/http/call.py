"""One request to the API on its way to a handler, and what the handler makes of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypedDict, TypeVar

from actors.messages import Caller, Reply
from gateway.answer import Answer as Awaited
from gateway.http.ports import HttpDeps
from rules.refusal import Code, Refusal

T = TypeVar("T")

REPLY_SECONDS = 30.0  # a commit takes milliseconds; longer means the database is away

UNANSWERED = Refusal(
    Code.UNAVAILABLE,
    "no answer in time, so this may have happened or not; repeat it with the same Idempotency-Key",
    {"retryAfter": 5},
)


class Pagination(TypedDict):
    limit: int
    nextCursor: str | None
    hasMore: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was recognised, counted, decoded and checked against its route."""

    deps: HttpDeps
    request_id: str
    caller: Caller | None  # there for every route but the open ones
    unrecognised: Refusal | None = None  # on open routes: why the token that came along is no good
    ids: Mapping[str, str] = field(default_factory=dict)  # from the path
    query: Any = None  # an instance of the route's query class
    body: Any = None  # an instance of the route's body class; the plain object for commands
    key: str | None = None

    @property
    def by(self) -> Caller:
        """The caller of a route that is not open."""
        if self.caller is None:
            raise LookupError("an open route has no caller")
        return self.caller

    async def aside(self, work: Callable[..., T], *values: Any) -> T:
        """`work(*values)`, where nobody else has to wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self.deps.aside, work, *values)

    async def send(self, name: str, data: Mapping[str, Any], key: str | None = None) -> Reply:
        """A command of the catalogue, as the caller; its reply, after the commit."""
        reply = Awaited()
        late = asyncio.get_running_loop().call_later(REPLY_SECONDS, reply, UNANSWERED)
        try:
            self.deps.backend.send(name, data, self.by, key, reply)
            return await reply
        finally:
            late.cancel()


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes into the envelope."""

    data: Any
    pagination: Pagination | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON envelope."""

    body: bytes
    content_type: str
    name: str | None = None  # to save it under


Handled: TypeAlias = Answer | File | Refusal
Handler: TypeAlias = Callable[[Call], Awaitable[Handled]]
