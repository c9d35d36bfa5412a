"""The socket client against a real WebSocket server: what it says, what it hears, and how it comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from typing import Any

import pytest

from gateway.client.encoding import Encoding
from gateway.client.errors import Closed, ConnectionLost, Refused
from gateway.client.listeners import Push
from gateway.client.reconnect import BackOff
from gateway.client.socket import GauntletSocket, Token
from tests.gateway.client.tiny_server import TinyServer, echo


@pytest.fixture
async def server() -> AsyncIterator[TinyServer]:
    async with TinyServer() as running:
        yield running


class Naps:
    """In place of asyncio.sleep: notes what was asked for and goes on at once. Long sleeps wait for `wake`."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.wake = asyncio.Event()
        self.third = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) >= 3:
            self.third.set()
        if seconds > 100:
            await self.wake.wait()
            self.wake.clear()
        else:
            await asyncio.sleep(0.001)  # let the server breathe


async def good_token() -> Token:
    return Token("t1", 900)


def client(
    server: TinyServer, naps: Naps | None = None, *, token: Callable[[], Awaitable[Token]] = good_token, **more: Any
) -> GauntletSocket:
    return GauntletSocket(
        server.url,
        token,
        random=Random(1),
        back_off=BackOff(first=0.001, most=0.01),
        sleep=naps or Naps(),
        **more,
    )


async def gathered(pushes: AsyncIterator[Push], count: int) -> list[Any]:
    return [(await anext(pushes)).data["n"] for _ in range(count)]


# --- hello, requests, pushes ---


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
async def test_a_request_gets_its_own_reply_in_both_encodings(server: TinyServer, encoding: Encoding) -> None:
    async with client(server, encoding=encoding, device="watch") as socket:
        replies = await asyncio.gather(*(socket.request("test:echo", {"n": n, "t": "ü"}) for n in range(50)))

    assert [reply["echo"]["n"] for reply in replies] == list(range(50))
    assert server.subprotocols == [f"gauntlet.v1+{encoding}"]
    assert server.hellos == [{"token": "t1", "device": "watch"}]
    assert (socket.user_id, socket.me["xp"]) == ("me", 7)


async def test_an_error_reply_raises_refused(server: TinyServer) -> None:
    server.answer = lambda _: {"error": {"code": "NOT_FOUND", "message": "no such challenge", "details": {"a": 1}}}

    async with client(server) as socket:
        with pytest.raises(Refused, match="NOT_FOUND: no such challenge") as caught:
            await socket.request("challenge:join", {})

    assert caught.value.details == {"a": 1}


async def test_pushes_reach_callbacks_of_their_type_and_every_iterator(server: TinyServer) -> None:
    heard: list[str] = []
    async with client(server) as socket:
        end = socket.on("test:push", lambda push: heard.append(f"typed {push.offset}"))
        socket.on("*", lambda push: heard.append(push.type))
        pushes = socket.pushes()
        await server.push("user:me", {"n": 2})
        await gathered(pushes, 1)
        end()
        await server.send({"topic": "user:me", "type": "group:typing", "data": {"n": 0}})
        await gathered(pushes, 1)

    assert heard == ["typed 2", "test:push", "group:typing"]
    assert [push async for push in pushes] == []


async def test_repeated_skipped_and_late_pushes_are_counted(server: TinyServer) -> None:
    """The user's topic stands at 1. Then come 2, 2 again, 5, and 3 after all."""
    async with client(server) as socket:
        pushes = socket.pushes()
        for offset in (2, 2, 5, 3):
            await server.send({"topic": "user:me", "offset": offset, "type": "test:push", "data": {"n": offset}})

        assert await gathered(pushes, 3) == [2, 5, 3]
        assert (socket.offsets.counts.duplicates, socket.offsets.counts.gaps) == (1, 2)
        assert socket.offsets.counts.out_of_order == 1


# --- coming back ---


@pytest.mark.parametrize("code", [1001, 1011, 1012, 1013, 4001, 4002, 4003, 4029, 4499])
async def test_a_passing_close_is_followed_by_a_resume(server: TinyServer, code: int) -> None:
    async with client(server) as socket:
        pushes = socket.pushes()
        await server.push("user:me", {"n": 2})
        assert await gathered(pushes, 1) == [2]
        await server.close(code)
        await server.push("user:me", {"n": 3})
        assert await gathered(pushes, 1) == [3]

        assert server.hellos[1]["resume"] == {"user:me": {"epoch": "e1", "offset": 2}}
        assert socket.offsets.counts.gaps == socket.offsets.counts.duplicates == 0


@pytest.mark.parametrize("code", [1000, 1002, 1008, 1009, 4500, 4501, 4503, 4505, 4999])
async def test_a_final_close_is_not(server: TinyServer, code: int) -> None:
    server.answer = lambda _: None
    async with client(server) as socket:
        pushes = socket.pushes()
        waiting = asyncio.ensure_future(socket.request("test:echo", {}, key="k"))
        await server.heard(1)
        await server.close(code, "because")

        with pytest.raises(Closed, match="because") as caught:
            await waiting
        with pytest.raises(Closed):
            await socket.request("test:echo", {})
        assert [push async for push in pushes] == []

    assert caught.value.code == code
    assert len(server.hellos) == 1


async def test_unanswered_commands_with_a_key_are_sent_again_in_order_and_have_one_effect(server: TinyServer) -> None:
    """The server dies after it has done the first of two commands, before it could answer either."""
    done: list[str] = []

    def does_the_first_and_dies(frame: dict[str, Any]) -> dict[str, Any] | None:
        if not done:
            done.append(frame["key"])
            server.effects[frame["key"]] = {"ok": {"first": True}}
        return None

    server.answer = does_the_first_and_dies
    async with client(server) as socket:
        both = [asyncio.ensure_future(socket.request("test:echo", {"n": n}, key=f"k{n}")) for n in (1, 2)]
        await server.heard(2)
        await server.vanish()
        late = asyncio.ensure_future(socket.request("test:echo", {"n": 3}))
        server.answer = echo
        await server.listen()

        assert await asyncio.gather(*both, late) == [{"first": True}, {"echo": {"n": 2}}, {"echo": {"n": 3}}]
        assert socket.traffic.resent == 2

    assert [frame["data"]["n"] for frame in server.commands] == [1, 2, 1, 2, 3]


async def test_an_unanswered_command_without_a_key_is_not_sent_again(server: TinyServer) -> None:
    server.answer = lambda _: None
    async with client(server) as socket:
        waiting = asyncio.ensure_future(socket.request("group:message", {"text": "hi"}))
        await server.heard(1)
        await server.close(1012)

        with pytest.raises(ConnectionLost, match="group:message"):
            await waiting
        server.answer = echo
        await socket.request("test:echo", {})

    assert [frame["type"] for frame in server.commands] == ["group:message", "test:echo"]


async def test_a_lost_history_is_told(server: TinyServer) -> None:
    """A new epoch: what was missed is gone, and whoever shows state must read it again."""
    lost: list[str] = []
    async with client(server) as socket:
        socket.on_lost(lost.append)
        pushes = socket.pushes()
        server.epoch = "e2"
        await server.close(1012)
        await server.push("user:me", {"n": 2})
        await socket.request("test:echo", {})
        await server.push("user:me", {"n": 3})

        assert (await gathered(pushes, 1))[-1] == 3
        assert socket.offsets.counts.unrecovered == 1
        assert socket.offsets.counts.gaps == 0

    assert lost == ["user:me"]


async def test_a_topic_that_the_server_subscribed_us_to_is_resumed_too(server: TinyServer) -> None:
    """Joining a challenge brings its topic, with its position; leaving takes it away."""
    server.topics |= {"challenge:c": [{"n": 1}], "challenge:d": [{"n": 1}]}
    async with client(server) as socket:
        pushes = socket.pushes()
        for topic in ("challenge:c", "challenge:d"):
            await server.send({"topic": topic, "type": "server:subscribed", "data": {"epoch": "e1", "offset": 1}})
        await server.push("challenge:c", {"n": 2})
        await server.send({"topic": "challenge:d", "type": "server:unsubscribed", "data": {}})
        for _ in range(4):
            await anext(pushes)
        await server.close(1012)
        await server.push("challenge:c", {"n": 3})
        assert await gathered(pushes, 1) == [3]

    assert server.hellos[1]["resume"] == {
        "user:me": {"epoch": "e1", "offset": 1},
        "challenge:c": {"epoch": "e1", "offset": 2},
    }


async def test_topics_that_were_asked_for_are_watched_again(server: TinyServer) -> None:
    """`live` is not in the hello's reply before the client resumes from a position in it, so it subscribes again."""
    server.answer = lambda frame: {"ok": {"epoch": "", "offset": 0, "recovered": True, "state": {"of": frame["data"]}}}
    async with client(server) as socket:
        await socket.subscribe("live", "spectator-code")
        socket.offsets.unsubscribed("live")  # as if its epoch had never been told
        await server.close(4003)
        await server.heard(2)

    assert [frame["data"] for frame in server.commands] == [{"topic": "live", "code": "spectator-code"}] * 2


async def test_a_server_that_is_not_there_yet_is_waited_for(server: TinyServer) -> None:
    await server.vanish()
    naps = Naps()
    socket = client(server, naps)
    starting = asyncio.ensure_future(socket.start())
    await naps.third.wait()
    await server.listen()

    assert (await starting)["userId"] == "me"
    await socket.close()


async def test_a_draining_server_is_left_alone_for_a_random_share_of_its_time(server: TinyServer) -> None:
    naps = Naps()
    async with client(server, naps) as socket:
        pushes = socket.pushes()
        await server.send({"type": "server:draining", "data": {"within": 50}})
        await anext(pushes)
        naps.asked.clear()
        await server.close(1012)
        await socket.request("test:echo", {})

    assert 0.01 < naps.asked[0] <= 50


# --- limits and tokens ---


async def test_a_rate_limited_command_is_sent_again_when_the_server_said(server: TinyServer) -> None:
    refusals = [{"code": "RATE_LIMITED", "message": "slower", "details": {"retryAfter": 1.5}}] * 2
    server.answer = lambda frame: {"error": refusals.pop()} if refusals else echo(frame)
    naps = Naps()

    async with client(server, naps) as socket:
        assert await socket.request("test:echo", {"n": 1}) == {"echo": {"n": 1}}
        assert socket.traffic.rate_limited == 2

    assert naps.asked.count(1.5) == 2


async def test_patience_ends(server: TinyServer) -> None:
    server.answer = lambda _: {"error": {"code": "RATE_LIMITED", "message": "", "details": {"retryAfter": 61}}}

    async with client(server, patience=60) as socket:
        with pytest.raises(Refused, match="RATE_LIMITED"):
            await socket.request("test:echo", {})


async def test_a_busy_hello_is_tried_again_and_a_refused_one_is_not(server: TinyServer) -> None:
    server.hello_error = {"code": "BUSY", "message": "later"}
    naps = Naps()
    socket = client(server, naps)
    starting = asyncio.ensure_future(socket.start())
    await naps.third.wait()
    server.hello_error = {"code": "UNAUTHENTICATED", "message": "the token has expired"}

    with pytest.raises(Refused, match="expired"):
        await starting
    await socket.close()


async def test_a_token_is_renewed_before_it_runs_out(server: TinyServer) -> None:
    tokens = iter(["t1", "t2", "t3"])

    async def next_token() -> Token:
        return Token(next(tokens), 900)

    naps = Naps()
    async with client(server, naps, token=next_token):
        naps.wake.set()
        await server.heard(1)

    assert server.hellos[0]["token"] == "t1"
    assert (server.commands[0]["type"], server.commands[0]["data"]) == ("token:refresh", {"token": "t2"})
    assert 720 in naps.asked


async def test_closing_twice_is_harmless_and_ends_what_is_waiting(server: TinyServer) -> None:
    server.answer = lambda _: None
    socket = client(server)
    await socket.start()
    waiting = asyncio.ensure_future(socket.request("test:echo", {}, key="k"))
    await server.heard(1)
    await socket.close()
    await socket.close()

    with pytest.raises(Closed, match="by this client"):
        await waiting
