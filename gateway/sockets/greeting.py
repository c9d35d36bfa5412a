"""Who is there: `hello`, and `token:refresh` on a connection that goes on."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from gateway.close_codes import CloseCode
from gateway.schema import parse
from gateway.sockets.answers import HELLO_TWICE, INTERNAL, OTHER_USER, rate_limited
from gateway.sockets.commands import Hello, TokenRefresh
from gateway.sockets.subscriptions import catch_up
from gateway.sockets.topics import Position
from rules.challenge_views import number
from rules.days import stamp
from rules.refusal import Code, Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from actors.messages import Caller, Reply
    from gateway.sockets.connection import Connection, Id
    from rules.resources import Me

_log = logging.getLogger(__name__)

_CLOSED_BY: Mapping[Code, CloseCode] = {
    Code.UNAUTHENTICATED: CloseCode.UNAUTHENTICATED,
    Code.FORBIDDEN: CloseCode.DISABLED,
    Code.NOT_FOUND: CloseCode.DISABLED,  # deleted
    Code.RATE_LIMITED: CloseCode.RATE_LIMITED,
    Code.INTERNAL: CloseCode.INTERNAL,
}
"""How a refused hello ends; after anything else the client may try again later."""


def hello(connection: Connection, id: Id, data: Any) -> None:
    if not connection.waiting:
        connection.answer(id, HELLO_TWICE)
        connection.close(CloseCode.NOT_UNDERSTOOD)
        return
    said = parse(Hello, data)
    if isinstance(said, Refusal):
        connection.answer(id, said)
        return
    token = said.token or connection.bearer
    if token is None:
        connection.answer(id, invalid("token", "is required: send an access token"))
        return
    connection.greet()
    connection.edge.spawn(_safely(connection, id, _greet(connection, id, said, token)))


def token_refresh(connection: Connection, id: Id, data: Any) -> None:
    said = parse(TokenRefresh, data)
    if isinstance(said, Refusal):
        connection.answer(id, said)
        return
    connection.edge.spawn(_safely(connection, id, _refresh(connection, id, said.token)))


async def _safely(connection: Connection, id: Id, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - nobody waits for this task: without an answer the client would hang
        _log.exception("a connection failed", extra={"connection": connection.id})
        connection.answer(id, INTERNAL)
        connection.close(CloseCode.INTERNAL)


async def _greet(connection: Connection, id: Id, said: Hello, token: str) -> None:
    edge = connection.edge
    caller = await edge.backend.sign_in(token, said.device)
    if connection.closed:
        return
    if isinstance(caller, Refusal):
        _turn_away(connection, id, caller)
        return
    if wait := edge.limits.hellos.take(caller.user_id, edge.clock()):
        _turn_away(connection, id, rate_limited(wait))
        return
    connection.sign_in(caller, edge.backend.expires_at(token).timestamp())
    edge.hub.admit(connection)
    # what is published while `me` is being read comes after it, out of the history
    own = f"user:{caller.user_id}"
    begun = {own: edge.hub.open(own)}
    me = await edge.backend.me(caller)
    if isinstance(me, Refusal):
        _turn_away(connection, id, me)
        return
    user, topics = me
    resume = said.resume or {}
    watched = [topic for topic in resume if topic not in topics]
    connection.subscribing = set(watched)  # who is kept away from one meanwhile leaves it as soon as it is watched
    watched_before = await _still_allowed(connection, caller, watched)
    connection.subscribing = None
    if not connection.closed:
        _welcome(connection, id, user, [*topics, *watched_before], begun, resume)


async def _still_allowed(connection: Connection, caller: Caller, topics: list[str]) -> list[str]:
    """Of topics that the client watched by `subscribe`, those that need no code."""
    if not topics:
        return []
    loop = asyncio.get_running_loop()
    answers: list[asyncio.Future[Reply]] = [loop.create_future() for _ in topics]
    for topic, answer in zip(topics, answers, strict=True):
        connection.edge.backend.view(topic, caller, None, answer.set_result)
    views = await asyncio.gather(*answers)
    return [topic for topic, view in zip(topics, views, strict=True) if not isinstance(view, Refusal)]


def _welcome(
    connection: Connection, id: Id, user: Me, topics: list[str], begun: dict[str, Position], resume: Mapping[str, Any]
) -> None:
    edge = connection.edge
    told: dict[str, Any] = {}
    missed: list[bytes] = []
    for topic in topics:
        since = resume.get(topic)
        asked = Position(since.epoch, since.offset) if since is not None else None
        told[topic], frames = catch_up(connection, topic, asked, begun.get(topic) or edge.hub.open(topic))
        missed += frames
    connection.answer(
        id,
        {
            "userId": connection.user_id,
            "connectionId": connection.id,
            "heartbeat": number(edge.settings.heartbeat),
            "serverTime": stamp(edge.backend.now()),
            "user": user,
            "topics": told,
        },
    )
    for frame in missed:
        connection.write(frame)
    connection.live()


def _turn_away(connection: Connection, id: Id, refusal: Refusal) -> None:
    connection.answer(id, refusal)
    connection.close(_CLOSED_BY.get(refusal.code, CloseCode.TRY_LATER))


async def _refresh(connection: Connection, id: Id, token: str) -> None:
    """A token that is refused changes nothing: the one in use may have time left for another try."""
    before, backend = connection.signed_in, connection.edge.backend
    caller = await backend.sign_in(token, before.device)
    if isinstance(caller, Refusal):
        connection.answer(id, caller)
        if caller.code is Code.FORBIDDEN:
            connection.close(CloseCode.DISABLED)
    elif caller.user_id != before.user_id:
        connection.answer(id, OTHER_USER)
    else:
        expires_at = backend.expires_at(token)
        connection.sign_in(caller, expires_at.timestamp())
        connection.answer(id, {"expiresAt": stamp(expires_at)})
