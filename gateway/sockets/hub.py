"""Who watches what, and who is connected: pushes from actors go out to connections here, the same bytes to all of them.

A topic lives while someone watches it and for a while after, so that whoever comes back gets what they missed. One that
nobody has watched lately has no life: publishing to it costs nothing.
"""

import logging
from collections.abc import Callable
from random import Random
from typing import Protocol, cast

from actors import ports
from actors.messages import Attend, Push, Veil
from gateway.close_codes import CloseCode
from gateway.codec import Encoding
from gateway.sockets.frames import frame
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.presence import Presence
from gateway.sockets.topics import Position, Topic, Watcher, as_msgpack
from gateway.sockets.wheel import Wheel

_log = logging.getLogger(__name__)


class Member(Watcher, Protocol):
    """A signed-in connection."""

    @property
    def user_id(self) -> str: ...
    @property
    def session_id(self) -> str: ...
    @property
    def topics(self) -> set[str]:
        """What it watches; the hub keeps it."""

    @property
    def subscribing(self) -> set[str] | None:
        """What it has asked to watch, and not been told yet."""

    def attended(self, topic: str, on: bool, /) -> None:
        """The server wants it to watch a topic, or no longer."""

    def close(self, code: CloseCode, /) -> None:
        """Calls the hub's `leave`."""


class Hub:
    """The Audience of the actors, and the registry of the sockets."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        random: Random,
        wheel: Wheel,
        metrics: SocketMetrics,
        history: int = 256,
        history_seconds: float = 300,
        topics: int = 50_000,
        sockets_per_user: int = 10,
        presence_grace: float = 15,
        present: Callable[[str, bool], None] = lambda _user_id, _online: None,
    ) -> None:
        """`clock` is monotonic real time; `random` names epochs. Beside those being watched, `topics` are kept.

        `present` hears of users who come online, or have been gone for `presence_grace` seconds.
        """
        self._clock = clock
        self._random = random
        self._wheel = wheel
        self._metrics = metrics
        self._history = history
        self._history_seconds = history_seconds
        self._most_topics = topics
        self._sockets_per_user = sockets_per_user
        self._topics: dict[str, Topic] = {}
        self._unwatched: dict[str, None] = {}  # in the order in which they were left
        self._members: dict[str, list[Member]] = {}  # by user, the oldest first
        self._veiled: set[str] = set()
        self._present = present
        self._presence = Presence(clock=clock, wheel=wheel, grace=presence_grace, tell=self._tell)

    # --- for actors ---

    def publish(self, push: Push) -> None:
        """Send to everyone who watches; raises nothing. `push.data` is read before this returns."""
        topic = self._topics.get(push.topic)
        if topic is None:
            return
        message: dict[str, object] = {"topic": push.topic}
        if not push.ephemeral:
            message["offset"] = topic.offset + 1
        message["type"] = push.type
        message["data"] = push.data
        now = self._clock()
        try:
            sent = frame(Encoding.JSON, message)
        except (TypeError, ValueError):  # a bug of whoever made it: others' pushes must still go out
            _log.exception("a push could not be encoded", extra={"topic": push.topic, "type": push.type})
            self._metrics.unsendable += 1
            return
        if not push.ephemeral:
            self._wheel.at(topic.remember(sent, now), topic)
        self._metrics.pushes += 1
        self._metrics.deliveries += topic.deliver(sent, push.hidden_from)

    def attend(self, attend: Attend) -> None:
        """Let every connection of a user watch a topic, or no longer; or let nobody but some watch it."""
        if attend.user_id is None:
            topic = self._topics.get(attend.topic)
            for watcher in topic.watchers if topic is not None else ():
                member = cast("Member", watcher)  # only signed-in connections watch
                if member.user_id not in attend.keep:
                    member.attended(attend.topic, attend.on)
            return
        for member in list(self._members.get(attend.user_id, ())):
            member.attended(attend.topic, attend.on)

    def is_watched(self, topic: str) -> bool:
        """Whether someone watches, or may still come back for what they missed."""
        return topic in self._topics

    def presence(self, user_id: str) -> ports.Presence:
        if user_id in self._members:
            return "online"
        return "away" if self._presence.is_away(user_id) else "offline"

    def veil(self, veil: Veil) -> None:
        """Harmless for somebody who is not there."""
        if veil.on and self.presence(veil.user_id) != "offline":
            self._veiled.add(veil.user_id)
        else:
            self._veiled.discard(veil.user_id)

    def seen(self, user_id: str) -> ports.Presence:
        return "offline" if user_id in self._veiled else self.presence(user_id)

    def watched_by(self, user_id: str) -> set[str]:
        """The topics that the user's connections watch, or have asked to watch."""
        members = self._members.get(user_id, ())
        return {topic for member in members for topics in (member.topics, member.subscribing or ()) for topic in topics}

    # --- for connections: topics ---

    def open(self, topic: str) -> Position:
        """Where a topic stands. From here on its pushes are kept, whether or not someone watches."""
        return self._open(topic).position

    def subscribe(self, watcher: Watcher, topic: str) -> Position:
        """Every push after the returned position will be written to `watcher`."""
        found = self._open(topic)
        found.add(watcher)
        self._unwatched.pop(topic, None)
        return found.position

    def unsubscribe(self, watcher: Watcher, topic: str) -> None:
        """Harmless for a topic that it doesn't watch."""
        found = self._topics.get(topic)
        if found is not None and found.remove(watcher, self._clock()):
            self._leave_alone(found)

    def since(self, topic: str, epoch: str, offset: int, encoding: Encoding = Encoding.JSON) -> list[bytes] | None:
        """The frames after a position, oldest first; None when they can't all be told any more."""
        found = self._topics.get(topic)
        sent = found.since(Position(epoch, offset)) if found is not None else None
        return sent if sent is None or encoding is Encoding.JSON else [as_msgpack(each) for each in sent]

    def discard(self, topic: str) -> None:
        """Undo `open` for someone who may not watch, so that guessing names fills no memory."""
        found = self._topics.get(topic)
        if found is not None and not found.watched and found.offset == 0:
            self._forget(found)

    # --- for connections: users ---

    def admit(self, member: Member) -> None:
        """A connection has said who it is. Beyond so many of one user, the oldest is closed."""
        members = self._members.setdefault(member.user_id, [])
        members.append(member)
        self._metrics.users = len(self._members)
        if len(members) == 1:
            self._presence.came(member.user_id)
        if len(members) > self._sockets_per_user:
            members[0].close(CloseCode.REPLACED)

    def leave(self, member: Member) -> None:
        """Forget a connection. Harmless for one that was never admitted, or has left."""
        for topic in member.topics:
            self.unsubscribe(member, topic)
        member.topics.clear()
        members = self._members.get(member.user_id)
        if members is not None and member in members:
            members.remove(member)
            if not members:
                del self._members[member.user_id]
                self._presence.left(member.user_id)
            self._metrics.users = len(self._members)

    def revoke(self, user_id: str, session_id: str | None = None, *, disabled: bool = False) -> None:
        """A sign-in has ended (or all of a user's), or the account is `disabled`: close what it holds open."""
        told = {
            encoding: frame(encoding, {"topic": f"user:{user_id}", "type": "session:revoked", "data": {}})
            for encoding in Encoding
        }
        for member in list(self._members.get(user_id, ())):
            if session_id is None or member.session_id == session_id:
                member.write(told[member.encoding])
                member.close(CloseCode.DISABLED if disabled else CloseCode.UNAUTHENTICATED)

    def _tell(self, user_id: str, online: bool) -> None:
        if not online:
            self._veiled.discard(user_id)
        self._present(user_id, online)

    # --- the life of topics ---

    def _open(self, name: str) -> Topic:
        topic = self._topics.get(name)
        if topic is None:
            if len(self._unwatched) >= self._most_topics:
                self._forget(self._topics[next(iter(self._unwatched))])
            topic = Topic(
                name,
                f"{self._random.getrandbits(64):016x}",
                keep=self._history,
                keep_seconds=self._history_seconds,
                now=self._clock(),
                forget=self._forget,
            )
            self._topics[name] = topic
            self._metrics.topics = len(self._topics)
            self._leave_alone(topic)
        return topic

    def _leave_alone(self, topic: Topic) -> None:
        self._unwatched[topic.name] = None
        self._wheel.at(self._clock() + self._history_seconds, topic)

    def _forget(self, topic: Topic) -> None:
        if self._topics.get(topic.name) is topic:  # else its name has another life by now
            del self._topics[topic.name]
            self._unwatched.pop(topic.name, None)
            self._metrics.topics = len(self._topics)
