"""The protocol of one connection: a hand-turned clock, a fake game, no sockets."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from actors.messages import Attend, Push
from gateway.close_codes import CloseCode
from gateway.codec import Encoding, encode
from gateway.limits import SocketLimits
from gateway.sockets.connection import Connection
from gateway.sockets.edge import Edge, SocketSettings
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.wheel import Wheel
from rules.days import stamp
from rules.refusal import Code, Refusal
from tests.fakes import DAWN, CountedIds, FakeBackend, RecordingLink, TurnedClock

TOPIC = "challenge:1"


class Desk:
    """Everything around connections, and a client's hand on each."""

    def __init__(self, settings: SocketSettings | None = None, limits: SocketLimits | None = None) -> None:
        self.clock = TurnedClock()
        self.backend = FakeBackend()
        self.backend.wall = self.clock
        self.metrics = SocketMetrics()
        wheel = Wheel()
        self.hub = Hub(clock=self.clock, random=Random(1), wheel=wheel, metrics=self.metrics, history=100)
        self.limits = limits or SocketLimits()
        self.tasks: list[asyncio.Task[None]] = []
        self.edge = Edge(
            backend=self.backend,
            hub=self.hub,
            limits=self.limits,
            wheel=wheel,
            metrics=self.metrics,
            ids=CountedIds(),
            settings=settings or SocketSettings(),
            clock=self.clock,
            wall=self.clock,
            spawn=self._spawn,
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.get_running_loop().create_task(work))

    async def settled(self) -> None:
        tasks, self.tasks = self.tasks, []
        await asyncio.gather(*tasks)

    def client(self, *, encoding: Encoding = Encoding.JSON, bearer: str | None = None) -> "Client":
        assert self.limits.without_hello.hold("192.0.2.1")
        return Client(self, encoding, bearer)

    async def live(self, user: str = "ada", **more: Any) -> "Client":
        """A client that has said hello, and has read its reply."""
        client = self.client(**more)
        await client.hello(user)
        client.taken()
        return client

    def publish(self, topic: str = TOPIC, count: int = 1, *, ephemeral: bool = False) -> None:
        for number in range(count):
            self.hub.publish(Push(topic, "tick", {"n": number}, ephemeral))


class Client:
    def __init__(self, desk: Desk, encoding: Encoding, bearer: str | None) -> None:
        self.desk = desk
        self.link = RecordingLink(encoding)
        self.connection = Connection(
            edge=desk.edge, link=self.link, encoding=encoding, address="192.0.2.1", bearer=bearer, now=desk.clock()
        )

    def raw(self, payload: bytes, *, is_text: bool | None = None) -> None:
        if is_text is None:
            is_text = self.link.encoding is Encoding.JSON
        self.connection.received(payload, is_text, self.desk.clock())

    def send(self, **frame: Any) -> None:
        self.raw(encode(self.link.encoding, frame))

    def ask(self, type: str, data: Any = None, id: Any = 1, **more: Any) -> dict[str, Any]:
        """Send a command and take its reply, which comes at once."""
        self.send(id=id, type=type, data={} if data is None else data, **more)
        (reply,) = self.taken()
        assert reply["id"] == id
        return reply

    async def hello(self, token: str | None = "ada", resume: dict[str, Any] | None = None) -> dict[str, Any]:
        """Returns the reply; whatever follows it can be taken."""
        data: dict[str, Any] = {"device": "watch"}
        if token is not None:
            data["token"] = token
        if resume is not None:
            data["resume"] = resume
        self.send(id=0, type="hello", data=data)
        await self.desk.settled()
        return self.link.messages.pop(0)

    def taken(self) -> list[dict[str, Any]]:
        return self.link.taken()

    @property
    def closed(self) -> CloseCode | None:
        return self.link.closed


@pytest.fixture
def desk() -> Desk:
    return Desk()


def offsets(messages: list[dict[str, Any]]) -> list[int]:
    return [message["offset"] for message in messages]


# --- hello ---


async def test_hello_is_answered_with_who_you_are_and_where_your_topics_stand(desk: Desk) -> None:
    desk.backend.topics["ada"] = [TOPIC]
    client = desk.client()

    reply = await client.hello()

    told = reply["ok"]
    assert told["userId"] == "ada"
    assert told["connectionId"]
    assert told["heartbeat"] == 25
    assert told["serverTime"] == stamp(DAWN)
    assert told["user"] == {"id": "ada"}
    assert list(told["topics"]) == ["user:ada", TOPIC]
    for topic in ("user:ada", TOPIC):
        assert told["topics"][topic]["offset"] == 0
        assert told["topics"][topic]["recovered"] is False
    desk.publish("user:ada")
    desk.publish(TOPIC)
    assert [message["topic"] for message in client.taken()] == ["user:ada", TOPIC]


async def test_messagepack_speaks_the_same_protocol(desk: Desk) -> None:
    client = desk.client(encoding=Encoding.MSGPACK)

    assert (await client.hello())["ok"]["userId"] == "ada"
    assert client.ask("echo", {"n": 1})["ok"] == {"echo": {"n": 1}}


def test_without_hello_in_time_the_socket_is_closed_with_4501(desk: Desk) -> None:
    client = desk.client()
    desk.clock.pass_(4.9)
    again = client.connection.due(desk.clock())
    assert client.closed is None

    assert again == pytest.approx(1005)
    assert again in client.link.looks
    desk.clock.pass_(0.1)
    client.connection.due(desk.clock())
    assert client.closed is CloseCode.UNAUTHENTICATED
    assert len(desk.limits.without_hello) == 0


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (Refusal(Code.UNAUTHENTICATED, "expired"), CloseCode.UNAUTHENTICATED),
        (Refusal(Code.FORBIDDEN, "disabled", {"reason": "disabled"}), CloseCode.DISABLED),
        (Refusal(Code.UNAVAILABLE, "no database"), CloseCode.TRY_LATER),
    ],
)
async def test_a_refused_hello_is_answered_and_closed(desk: Desk, refusal: Refusal, code: CloseCode) -> None:
    desk.backend.refuses["ada"] = refusal
    client = desk.client()

    reply = await client.hello()

    assert reply["error"]["code"] == refusal.code
    assert client.closed is code
    assert len(desk.limits.without_hello) == 0


async def test_a_bug_behind_a_hello_is_an_internal_error_and_leaves_nothing_behind(desk: Desk) -> None:
    desk.backend.breaks.add("ada")
    client = desk.client()

    assert (await client.hello())["error"]["code"] == "INTERNAL"
    assert client.closed is CloseCode.INTERNAL


async def test_a_second_hello_is_the_end(desk: Desk) -> None:
    client = await desk.live()

    assert client.ask("hello", {"token": "ada", "device": "watch"})["error"]["code"] == "BAD_REQUEST"
    assert client.closed is CloseCode.NOT_UNDERSTOOD


async def test_a_second_hello_is_the_end_also_while_the_first_is_being_answered(desk: Desk) -> None:
    client = desk.client()
    for id in (1, 2):
        client.send(id=id, type="hello", data={"token": "ada", "device": "watch"})
    await desk.settled()

    assert client.closed is CloseCode.NOT_UNDERSTOOD
    assert desk.hub.presence("ada") != "online"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"token": "ada"}, "device"),
        ({"token": 7, "device": "watch"}, "token"),
        ({"device": "watch"}, "token"),
        ({"token": "ada", "device": "watch", "admin": True}, "admin"),
        ({"token": "ada", "device": "watch", "resume": {"user:ada": {"epoch": "e"}}}, "resume.user:ada.offset"),
        ({"token": "ada", "device": "watch", "resume": {"user:ada": {"epoch": "e", "offset": -1}}}, "resume"),
        ("ada", "data"),
        (None, "data"),
    ],
)
async def test_a_malformed_hello_names_the_field_and_may_be_said_again(desk: Desk, data: Any, path: str) -> None:
    client = desk.client()
    client.send(id=1, type="hello", data=data)
    (reply,) = client.taken()

    assert reply["error"]["code"] == "VALIDATION_FAILED"
    assert reply["error"]["details"]["fields"][0]["path"].startswith(path)
    assert "ok" in await client.hello()


async def test_the_token_may_come_with_the_handshake_but_hello_is_still_needed(desk: Desk) -> None:
    client = desk.client(bearer="ada")

    assert client.ask("echo")["error"]["code"] == "UNAUTHENTICATED"
    assert (await client.hello(None))["ok"]["userId"] == "ada"


async def test_commands_before_hello_are_refused(desk: Desk) -> None:
    client = desk.client()

    assert client.ask("subscribe", {"topic": TOPIC})["error"]["code"] == "UNAUTHENTICATED"
    assert client.closed is None


async def test_commands_sent_right_behind_the_hello_are_answered_after_it_in_order(desk: Desk) -> None:
    client = desk.client()
    client.send(id=0, type="hello", data={"token": "ada", "device": "watch"})
    for id in (1, 2, 3):
        client.send(id=id, type="echo", data={"n": id})
    assert client.taken() == []

    await desk.settled()

    assert [message["id"] for message in client.taken()] == [0, 1, 2, 3]


async def test_only_so_many_commands_may_be_sent_ahead() -> None:
    desk = Desk(SocketSettings(waiting_commands=2))
    client = desk.client()
    client.send(id=0, type="hello", data={"token": "ada", "device": "watch"})
    for id in (1, 2, 3):
        client.send(id=id, type="echo", data={})

    (refused,) = client.taken()
    assert (refused["id"], refused["error"]["code"]) == (3, "BUSY")
    await desk.settled()
    assert [message["id"] for message in client.taken()] == [0, 1, 2]


async def test_a_client_that_goes_while_it_is_being_greeted_leaves_nothing_behind(desk: Desk) -> None:
    client = desk.client()
    client.send(id=0, type="hello", data={"token": "ada", "device": "watch"})
    desk.backend.on_me = client.connection.lost
    await desk.settled()

    assert desk.hub.presence("ada") != "online"
    assert len(desk.limits.without_hello) == 0
    assert client.taken() == []


async def test_a_user_says_hello_ten_times_a_minute(desk: Desk) -> None:
    for _ in range(10):
        await desk.live()
    client = desk.client()

    reply = await client.hello()

    assert reply["error"]["code"] == "RATE_LIMITED"
    assert reply["error"]["details"]["retryAfter"] == pytest.approx(6, abs=0.01)
    assert client.closed is CloseCode.RATE_LIMITED
    assert "ok" in await desk.client().hello("bob")


async def test_the_eleventh_connection_replaces_the_oldest(desk: Desk) -> None:
    clients = []
    for _ in range(11):
        desk.clock.pass_(10)
        clients.append(await desk.live())

    assert clients[0].closed is CloseCode.REPLACED
    assert [client.closed for client in clients[1:]] == [None] * 10


# --- resuming ---


async def test_what_was_missed_follows_the_reply_in_order(desk: Desk) -> None:
    client = desk.client()
    told = (await client.hello())["ok"]["topics"]["user:ada"]
    desk.publish("user:ada", 2)
    client.connection.lost()
    desk.publish("user:ada", 3)

    again = desk.client()
    reply = await again.hello(resume={"user:ada": {"epoch": told["epoch"], "offset": 2}})

    assert reply["ok"]["topics"]["user:ada"] == {"epoch": told["epoch"], "offset": 2, "recovered": True}
    assert offsets(again.taken()) == [3, 4, 5]


async def test_a_gap_that_is_too_old_is_told_and_pushes_go_on_from_the_told_offset(desk: Desk) -> None:
    client = desk.client()
    told = (await client.hello())["ok"]["topics"]["user:ada"]
    client.connection.lost()
    desk.publish("user:ada", 150)  # more than the history holds

    again = desk.client()
    reply = await again.hello(resume={"user:ada": {"epoch": told["epoch"], "offset": 0}})

    assert reply["ok"]["topics"]["user:ada"] == {"epoch": told["epoch"], "offset": 150, "recovered": False}
    desk.publish("user:ada")
    assert offsets(again.taken()) == [151]


async def test_pushes_while_the_state_is_being_read_come_after_it(desk: Desk) -> None:
    desk.backend.on_me = lambda: desk.publish("user:ada", 2)
    client = desk.client()

    reply = await client.hello()

    assert reply["ok"]["topics"]["user:ada"]["offset"] == 0
    assert offsets(client.taken()) == [1, 2]


async def test_more_pushes_than_can_be_kept_while_the_state_is_being_read_end_the_connection(desk: Desk) -> None:
    desk.backend.on_me = lambda: desk.publish("user:ada", 150)
    client = desk.client()
    client.send(id=0, type="hello", data={"token": "ada", "device": "watch"})
    await desk.settled()

    assert client.closed is CloseCode.LOST_PUSHES


async def test_who_is_sent_away_while_coming_back_watches_no_more(desk: Desk) -> None:
    """The topic was still theirs when it was asked for, and no longer when the hello was answered."""
    desk.backend.holds_views = True
    client = desk.client()
    saying = asyncio.ensure_future(client.hello(resume={TOPIC: {"epoch": "e", "offset": 0}}))
    while not desk.backend.views:
        await asyncio.sleep(0)
    assert TOPIC in desk.hub.watched_by("ada")
    [(_, _, viewed)] = desk.backend.views
    viewed({})
    desk.hub.attend(Attend("ada", TOPIC, on=False))

    assert TOPIC in (await saying)["ok"]["topics"]
    assert client.taken()[-1] == {"topic": TOPIC, "type": "server:unsubscribed", "data": {}}
    assert desk.hub.watched_by("ada") == {"user:ada"}


async def test_topics_watched_by_subscribing_are_resumed_where_no_code_is_needed(desk: Desk) -> None:
    client = await desk.live()
    told = client.ask("subscribe", {"topic": TOPIC})["ok"]
    client.connection.lost()
    desk.publish(TOPIC, 2)

    again = desk.client()
    resume = {TOPIC: {"epoch": told["epoch"], "offset": 0}, "secret:1": {"epoch": "e", "offset": 0}}
    reply = await again.hello(resume=resume)

    assert list(reply["ok"]["topics"]) == ["user:ada", TOPIC]
    assert reply["ok"]["topics"][TOPIC]["recovered"] is True
    assert offsets(again.taken()) == [1, 2]


# --- topics ---


async def test_subscribing_tells_position_and_state_and_pushes_follow(desk: Desk) -> None:
    client = await desk.live()

    told = client.ask("subscribe", {"topic": TOPIC})["ok"]

    assert told == {"epoch": told["epoch"], "offset": 0, "recovered": False, "state": {"state of": TOPIC}}
    desk.publish()
    assert offsets(client.taken()) == [1]


async def test_pushes_during_a_subscribe_wait_for_its_reply(desk: Desk) -> None:
    client = await desk.live()
    desk.backend.holds_views = True
    client.send(id=1, type="subscribe", data={"topic": TOPIC})
    desk.publish(count=3)
    assert client.taken() == []

    (_, _, reply) = desk.backend.views.pop()
    reply({"seen": 2})

    first, *rest = client.taken()
    assert (first["id"], first["ok"]["offset"], first["ok"]["state"]) == (1, 0, {"seen": 2})
    assert offsets(rest) == [1, 2, 3]


async def test_subscribing_again_also_keeps_pushes_behind_the_reply(desk: Desk) -> None:
    client = await desk.live()
    told = client.ask("subscribe", {"topic": TOPIC})["ok"]
    desk.backend.holds_views = True
    client.send(id=2, type="subscribe", data={"topic": TOPIC, "since": {"epoch": told["epoch"], "offset": 0}})
    desk.publish(count=2)
    assert client.taken() == []

    desk.backend.views.pop()[2]({})

    first, *rest = client.taken()
    assert first["ok"] == {"epoch": told["epoch"], "offset": 0, "recovered": True}
    assert offsets(rest) == [1, 2]


async def test_a_topic_that_may_not_be_watched_is_not_found_and_silent(desk: Desk) -> None:
    client = await desk.live()

    assert client.ask("subscribe", {"topic": "secret:1"})["error"]["code"] == "NOT_FOUND"
    desk.publish("secret:1")
    assert client.taken() == []
    assert not desk.hub.is_watched("secret:1")
    assert "ok" in client.ask("subscribe", {"topic": "secret:1", "code": "open sesame"})


async def test_who_may_no_longer_watch_loses_the_topic_when_asking_again(desk: Desk) -> None:
    client = await desk.live()
    client.ask("subscribe", {"topic": "secret:1", "code": "open sesame"})

    client.ask("subscribe", {"topic": "secret:1"})
    desk.publish("secret:1")

    assert client.taken() == []


async def test_two_subscribes_of_one_topic_at_once_are_a_conflict(desk: Desk) -> None:
    client = await desk.live()
    desk.backend.holds_views = True
    client.send(id=1, type="subscribe", data={"topic": TOPIC})

    assert client.ask("subscribe", {"topic": TOPIC}, id=2)["error"]["code"] == "CONFLICT"
    assert client.ask("unsubscribe", {"topic": TOPIC}, id=3)["error"]["code"] == "CONFLICT"


async def test_unsubscribing_ends_it_and_may_be_repeated(desk: Desk) -> None:
    client = await desk.live()
    client.ask("subscribe", {"topic": TOPIC})

    assert client.ask("unsubscribe", {"topic": TOPIC})["ok"] == {}
    assert client.ask("unsubscribe", {"topic": TOPIC})["ok"] == {}
    desk.publish()
    assert client.taken() == []


async def test_a_connection_watches_only_so_many_topics() -> None:
    desk = Desk(SocketSettings(topics_per_connection=2))
    client = await desk.live()
    client.ask("subscribe", {"topic": TOPIC})

    assert client.ask("subscribe", {"topic": "challenge:2"})["error"]["code"] == "CONFLICT"
    assert "ok" in client.ask("subscribe", {"topic": TOPIC})


async def test_a_subscribe_whose_client_has_gone_watches_nothing(desk: Desk) -> None:
    client = await desk.live()
    desk.backend.holds_views = True
    client.send(id=1, type="subscribe", data={"topic": TOPIC})
    client.connection.lost()

    desk.backend.views.pop()[2]({})

    assert not desk.hub.is_watched(TOPIC)


async def test_attending_tells_where_the_topic_stands(desk: Desk) -> None:
    client = await desk.live()
    desk.hub.attend(Attend("ada", TOPIC))
    desk.hub.attend(Attend("ada", TOPIC))
    desk.publish()
    desk.hub.attend(Attend("ada", TOPIC, on=False))
    desk.publish()

    begun, push, ended = client.taken()
    assert (begun["type"], begun["data"]["offset"]) == ("server:subscribed", 0)
    assert push["offset"] == 1
    assert (ended["type"], ended["topic"]) == ("server:unsubscribed", TOPIC)


async def test_attending_while_being_greeted_comes_after_the_hello(desk: Desk) -> None:
    desk.backend.on_me = lambda: desk.hub.attend(Attend("ada", TOPIC))
    client = desk.client()

    assert "ok" in await client.hello()
    assert [message["type"] for message in client.taken()] == ["server:subscribed"]


# --- commands ---


async def test_a_command_reaches_the_game_with_its_sender_and_key(desk: Desk) -> None:
    client = await desk.live()
    client.send(id="a", type="steps:sync", data={"steps": 1}, key="k" * 64)

    ((name, data, caller, key, reply),) = desk.backend.sent
    reply({"counted": 1})

    assert (name, data, caller.user_id, caller.device, key) == ("steps:sync", {"steps": 1}, "ada", "watch", "k" * 64)
    assert client.taken() == [{"id": "a", "ok": {"counted": 1}}]


async def test_a_refusal_is_told_with_its_details(desk: Desk) -> None:
    client = await desk.live()
    client.send(id=1, type="challenge:join", data={})
    desk.backend.sent[0][4](Refusal(Code.WRONG_STATE, "it is over", {"state": "finished"}))

    error = {"code": "WRONG_STATE", "message": "it is over", "details": {"state": "finished"}}
    assert client.taken() == [{"id": 1, "error": error}]


async def test_a_command_without_id_gets_no_reply_at_all(desk: Desk) -> None:
    client = await desk.live()
    client.send(type="echo", data={})
    client.send(type="subscribe", data={"topic": "secret:1"})

    assert client.taken() == []


async def test_the_reply_comes_before_the_push_that_the_command_caused(desk: Desk) -> None:
    client = await desk.live()
    client.ask("subscribe", {"topic": TOPIC})
    client.send(id=1, type="steps:sync", data={})
    desk.backend.sent[0][4]({})  # the game replies first, then publishes
    desk.publish()

    assert [message.get("id", message.get("offset")) for message in client.taken()] == [1, 1]


async def test_a_bug_behind_a_command_is_an_internal_error_for_that_command_only(desk: Desk) -> None:
    client = await desk.live()

    assert client.ask("break")["error"]["code"] == "INTERNAL"
    assert "ok" in client.ask("echo")


async def test_a_reply_that_cannot_be_encoded_is_an_internal_error(desk: Desk) -> None:
    client = await desk.live()
    client.send(id=1, type="steps:sync", data={})
    desk.backend.sent[0][4]({"bug": object()})

    assert client.taken()[0]["error"]["code"] == "INTERNAL"
    assert desk.metrics.unsendable == 1


async def test_a_reply_that_comes_after_the_end_is_dropped(desk: Desk) -> None:
    client = await desk.live()
    client.send(id=1, type="steps:sync", data={})
    client.connection.lost()

    desk.backend.sent[0][4]({})

    assert client.taken() == []


async def test_ping_is_answered_in_any_phase(desk: Desk) -> None:
    client = desk.client()
    client.send(type="ping")
    assert client.taken() == [{"type": "pong", "serverTime": stamp(DAWN)}]

    await client.hello()
    assert client.ask("ping")["ok"] == {"serverTime": stamp(DAWN)}
    assert client.ask("ping", {"much": 1})["error"]["code"] == "VALIDATION_FAILED"


# --- frames that are none ---


@pytest.mark.parametrize(
    ("payload", "id", "path"),
    [
        (b"rubbish", None, None),
        (b"[1]", None, None),
        (b'{"id":1,"type":"echo","data":{"n":NaN}}', None, None),
        (b'{"id":true,"type":"echo"}', None, "id"),
        (b'{"id":null,"type":"echo"}', None, "id"),
        (b'{"id":[1],"type":"echo"}', None, "id"),
        (b'{"id":7}', 7, "type"),
        (b'{"id":7,"type":1}', 7, "type"),
        (b'{"id":7,"type":""}', 7, "type"),
        (b'{"id":7,"type":"echo","admin":true}', 7, "admin"),
    ],
)
async def test_what_is_not_a_frame_is_told_and_the_third_time_is_the_end(
    desk: Desk, payload: bytes, id: Any, path: str | None
) -> None:
    client = await desk.live()
    for _ in range(2):
        client.raw(payload)
        (answer,) = client.taken()
        assert (answer["id"], answer["error"]["code"]) == (id, "BAD_REQUEST")
        if path is not None:
            assert answer["error"]["details"]["fields"][0]["path"] == path
        assert client.closed is None

    client.raw(payload)

    assert len(client.taken()) == 1
    assert client.closed is CloseCode.NOT_UNDERSTOOD


@pytest.mark.parametrize("key", ["", "k" * 65, 7, None])
async def test_a_bad_key_is_told_but_is_still_a_frame(desk: Desk, key: Any) -> None:
    client = await desk.live()
    for _ in range(3):
        reply = client.ask("echo", key=key)
        assert reply["error"]["details"]["fields"][0]["path"] == "key"

    assert client.closed is None


async def test_a_frame_of_the_other_kind_is_none(desk: Desk) -> None:
    client = await desk.live()
    client.raw(b'{"id":1,"type":"echo"}', is_text=False)

    (answer,) = client.taken()
    assert "text" in answer["error"]["message"]


async def test_text_that_is_not_utf8_fails_the_connection(desk: Desk) -> None:
    client = await desk.live()
    client.raw(b'{"id":1,"type":"\xff"}')

    assert client.closed is CloseCode.NOT_TEXT


async def test_ids_are_echoed_as_they_came(desk: Desk) -> None:
    client = await desk.live()

    for id in (0, -1, 2**63 - 1, 1.5, "", "x" * 1000):
        assert client.ask("echo", id=id)["id"] == id


# --- rates ---


async def test_over_the_rate_commands_are_refused_with_when_to_try_again(desk: Desk) -> None:
    client = await desk.live()
    for _ in range(59):  # the hello was one
        assert "ok" in client.ask("echo")

    error = client.ask("echo")["error"]

    assert error["code"] == "RATE_LIMITED"
    assert error["details"]["retryAfter"] == pytest.approx(0.05, abs=0.001)
    desk.clock.pass_(error["details"]["retryAfter"])
    assert "ok" in client.ask("echo")


async def test_who_goes_on_after_warnings_is_closed(desk: Desk) -> None:
    client = await desk.live()
    for _ in range(59 + 20):
        client.send(type="echo", data={})
    assert client.closed is None

    client.send(type="echo", data={})

    assert client.closed is CloseCode.RATE_LIMITED


async def test_who_is_a_little_too_fast_stays_connected(desk: Desk) -> None:
    client = await desk.live()
    for _ in range(21 * 60):
        client.send(type="echo", data={})
        desk.clock.pass_(1 / 21)

    assert client.closed is None


async def test_a_user_has_one_rate_over_all_connections(desk: Desk) -> None:
    clients = [await desk.live() for _ in range(3)]
    refused = 0
    for client in clients:
        for _ in range(45):
            refused += "error" in client.ask("echo")

    assert refused == 135 - 120
    assert "ok" in (await desk.live("bob")).ask("echo")


async def test_control_frames_are_limited_too(desk: Desk) -> None:
    client = await desk.live()
    for _ in range(1000):
        client.connection.control(desk.clock())
    assert client.closed is None

    client.connection.control(desk.clock())

    assert client.closed is CloseCode.RATE_LIMITED


# --- tokens ---


async def test_a_connection_ends_when_its_token_has_ended_and_was_not_refreshed(desk: Desk) -> None:
    client = await desk.live()
    desk.clock.pass_(900 + 29)
    client.connection.due(desk.clock())
    assert client.closed is None

    desk.clock.pass_(2)
    client.connection.due(desk.clock())

    assert client.closed is CloseCode.UNAUTHENTICATED


async def test_a_refreshed_token_lets_the_connection_go_on(desk: Desk) -> None:
    client = await desk.live()
    desk.clock.pass_(800)
    client.send(id=1, type="token:refresh", data={"token": "ada.2"})
    await desk.settled()
    (reply,) = client.taken()

    assert reply["ok"] == {"expiresAt": stamp(datetime.fromtimestamp(desk.clock() + 900, UTC))}
    desk.clock.pass_(900)
    client.connection.due(desk.clock())
    assert client.closed is None


@pytest.mark.parametrize("token", ["bob", "expired"])
async def test_a_refused_refresh_leaves_the_connection_as_it_was(desk: Desk, token: str) -> None:
    desk.backend.refuses["expired"] = Refusal(Code.UNAUTHENTICATED, "expired")
    client = await desk.live()
    client.send(id=1, type="token:refresh", data={"token": token})
    await desk.settled()

    (reply,) = client.taken()
    assert reply["error"]["code"] in {"FORBIDDEN", "UNAUTHENTICATED"}
    assert client.connection.user_id == "ada"
    assert client.closed is None


async def test_a_refresh_of_a_disabled_account_is_the_end(desk: Desk) -> None:
    client = await desk.live()
    desk.backend.refuses["ada.2"] = Refusal(Code.FORBIDDEN, "disabled", {"reason": "disabled"})
    client.send(id=1, type="token:refresh", data={"token": "ada.2"})
    await desk.settled()

    assert client.closed is CloseCode.DISABLED


async def test_a_revoked_sign_in_is_told_before_it_is_closed(desk: Desk) -> None:
    desk.backend.sessions["ada.2"] = "another"
    gone, stays = await desk.live("ada"), await desk.live("ada.2")

    desk.hub.revoke("ada", "session-ada")

    assert [message["type"] for message in gone.taken()] == ["session:revoked"]
    assert gone.closed is CloseCode.UNAUTHENTICATED
    assert stays.closed is None
