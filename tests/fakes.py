"""Stand-ins that are handed in where a test wants no world: real parts are used wherever they can run."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from actors.messages import Caller, Reply
from gateway.close_codes import CloseCode
from gateway.codec import Encoding, decode
from gateway.sockets.frames import payload_of
from rules.refusal import Code, Refusal

DAWN = datetime(2026, 5, 1, 8, tzinfo=UTC)


class TurnedClock:
    """Seconds that pass when a test says so. Call it to read it."""

    def __init__(self, seconds: float = 1000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds


class CountedIds:
    """Ids that tell in which order they were made."""

    def __init__(self) -> None:
        self._made = 0

    def new(self) -> str:
        self._made += 1
        return f"00000000-0000-0000-0000-{self._made:012}"

    def code(self) -> str:
        return self.new()[-6:]


class FakeBackend:
    """A game where a token is the user's name, and everything may be watched but `secret:` topics.

    `echo` replies its data at once; any other command waits in `sent` for the test to reply.
    """

    def __init__(self) -> None:
        self.refuses: dict[str, Refusal] = {}  # by token
        self.breaks: set[str] = set()  # tokens whose hello raises
        self.sessions: dict[str, str] = {}  # by token
        self.lasts = 900.0
        self.wall: Callable[[], float] = lambda: 0.0
        self.topics: dict[str, list[str]] = {}  # by user
        self.on_me: Callable[[], None] = lambda: None
        self.holds_views = False
        self.views: list[tuple[str, str | None, Callable[[Reply], None]]] = []
        self.sent: list[tuple[str, Any, Caller, str | None, Callable[[Reply], None]]] = []

    def now(self) -> datetime:
        return DAWN

    async def sign_in(self, token: str, device: str) -> Caller | Refusal:
        if token in self.breaks:
            raise RuntimeError("a bug behind the hello")
        if token in self.refuses:
            return self.refuses[token]
        user = token.partition(".")[0]
        return Caller(user, device=device, session_id=self.sessions.get(token, f"session-{user}"))

    def expires_at(self, token: str) -> datetime:
        return datetime.fromtimestamp(self.wall() + self.lasts, UTC)

    async def me(self, caller: Caller) -> tuple[Any, list[str]] | Refusal:
        self.on_me()
        return {"id": caller.user_id}, [f"user:{caller.user_id}", *self.topics.get(caller.user_id, ())]

    def view(self, topic: str, caller: Caller, code: str | None, reply: Callable[[Reply], None]) -> None:
        if self.holds_views:
            self.views.append((topic, code, reply))
        elif topic.startswith("secret:") and code != "open sesame":
            reply(Refusal(Code.NOT_FOUND, "no such topic"))
        else:
            reply({"state of": topic})

    def send(self, name: str, data: Any, caller: Caller, key: str | None, reply: Callable[[Reply], None]) -> None:
        if name == "echo":
            reply({"echo": data})
        elif name == "break":
            raise RuntimeError("a bug behind a command")
        else:
            self.sent.append((name, data, caller, key, reply))


class RecordingLink:
    """Keeps what a connection writes, decoded."""

    def __init__(self, encoding: Encoding = Encoding.JSON) -> None:
        self.encoding = encoding
        self.messages: list[dict[str, Any]] = []
        self.closed: CloseCode | None = None
        self.looks: list[float] = []

    def write(self, frame: bytes) -> None:
        if self.closed is None:
            message = decode(self.encoding, payload_of(frame))
            assert isinstance(message, dict)
            self.messages.append(message)

    def close(self, code: CloseCode) -> None:
        self.closed = code

    def look_at(self, when: float) -> None:
        self.looks.append(when)

    def taken(self) -> list[dict[str, Any]]:
        """What was written since the last time."""
        taken, self.messages = self.messages, []
        return taken


class RecordingMember(RecordingLink):
    """A signed-in connection, as far as the hub is concerned."""

    def __init__(self, user_id: str = "ada", session_id: str = "s1", encoding: Encoding = Encoding.JSON) -> None:
        super().__init__(encoding)
        self.user_id = user_id
        self.session_id = session_id
        self.topics: set[str] = set()
        self.subscribing: set[str] | None = None
        self.attends: list[tuple[str, bool]] = []
        self.leave: Callable[[RecordingMember], None] = lambda member: None

    def attended(self, topic: str, on: bool) -> None:
        self.attends.append((topic, on))

    def close(self, code: CloseCode) -> None:
        super().close(code)
        self.leave(self)


def as_json(message: object) -> bytes:
    return orjson.dumps(message)
