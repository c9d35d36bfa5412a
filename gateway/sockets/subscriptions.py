"""What a connection watches: `subscribe`, `unsubscribe`, and catching up with what was missed.

The reply says where the client stands, and no push of the topic comes before it. What is published while we ask whether
the caller may watch isn't held back here: the topic's history has it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from gateway.close_codes import CloseCode
from gateway.schema import parse
from gateway.sockets.answers import INTERNAL, SUBSCRIBING
from gateway.sockets.commands import Subscribe, Unsubscribe
from gateway.sockets.topics import Position
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from actors.messages import Reply
    from gateway.sockets.connection import Connection, Id

_log = logging.getLogger(__name__)


def subscribe(connection: Connection, id: Id, data: Any) -> None:
    request = parse(Subscribe, data)
    if isinstance(request, Refusal):
        connection.answer(id, request)
        return
    topic, edge = request.topic, connection.edge
    if connection.subscribing is None:
        connection.subscribing = set()
    if topic in connection.subscribing:
        connection.answer(id, SUBSCRIBING)
        return
    most = edge.settings.topics_per_connection
    if topic not in connection.topics and len(connection.topics) + len(connection.subscribing) >= most:
        words = f"a connection watches at most {most} topics: unsubscribe from one first"
        connection.answer(id, Refusal(Code.CONFLICT, words))
        return
    connection.unwatch(topic)  # who subscribes again hears nothing between the two either
    begun = edge.hub.open(topic)
    connection.subscribing.add(topic)
    viewed = partial(_viewed, connection, id, request, begun)
    try:
        edge.backend.view(topic, connection.signed_in, request.code, viewed)
    except Exception:  # noqa: BLE001 - a bug behind one command must not end the connection's reading
        _log.exception("a view failed", extra={"connection": connection.id, "topic": topic})
        viewed(INTERNAL)


def unsubscribe(connection: Connection, id: Id, data: Any) -> None:
    request = parse(Unsubscribe, data)
    if isinstance(request, Refusal):
        connection.answer(id, request)
    elif connection.subscribing is not None and request.topic in connection.subscribing:
        connection.answer(id, SUBSCRIBING)
    else:
        connection.unwatch(request.topic)
        connection.answer(id, {})


def catch_up(
    connection: Connection, topic: str, asked: Position | None, begun: Position
) -> tuple[dict[str, Any], list[bytes]]:
    """Watch a topic → where the client stands, and the frames that bring it to now.

    `asked` is where the client says it stands, `begun` where the topic stood before its state was read. The next push
    always has the told offset + 1: that of the first frame, if there is one.
    """
    hub, encoding = connection.edge.hub, connection.encoding
    told = begun
    missed = recovered = hub.since(topic, *asked, encoding) if asked is not None else None
    if asked is not None and missed is not None:
        told = asked
    else:
        missed = hub.since(topic, *begun, encoding)
    connection.watch(topic)
    if missed is None:
        # more was published while we asked than the history holds: the state that was read may be too old
        connection.close(CloseCode.LOST_PUSHES)
    return {"epoch": told.epoch, "offset": told.offset, "recovered": recovered is not None}, missed or []


def _viewed(connection: Connection, id: Id, request: Subscribe, begun: Position, state: Reply) -> None:
    if connection.subscribing is not None:
        connection.subscribing.discard(request.topic)
    if connection.closed or isinstance(state, Refusal):
        connection.edge.hub.discard(request.topic)
        connection.answer(id, state)
        return
    asked = Position(request.since.epoch, request.since.offset) if request.since is not None else None
    entry, missed = catch_up(connection, request.topic, asked, begun)
    if state and not entry["recovered"]:
        entry["state"] = state
    connection.answer(id, entry)
    for frame in missed:
        connection.write(frame)
