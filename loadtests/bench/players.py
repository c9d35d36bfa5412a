"""What the generator's sockets say to Gauntlet."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from loadtests.bench.crowd import Crowd, Script
from loadtests.bench.seed import Player
from loadtests.bench.wire import command, handshake, is_reply
from rules.days import stamp


def sign_in(player: Player, watch: str | None = None) -> Script:
    """Handshake, hello, and a subscription."""
    yield handshake("/ws", "gauntlet.v1+json")
    yield from said(command("hello", {"token": player.token, "device": "bench"}))
    if watch is not None:
        yield from said(command("subscribe", {"topic": watch}))


def said(frame: bytes) -> Script:
    """Send a command and wait for its reply. Raises Refused."""
    message = yield frame
    while not is_reply(message):
        message = yield None


def ask(crowd: Crowd, number: int, name: str, data: Any) -> Any:
    """A command whose reply matters → its `ok`. Raises Refused."""
    return orjson.loads(crowd.ask(number, command(name, data), is_reply))["ok"]


def live_challenge(crowd: Crowd, host: int, joiners: Sequence[int] = (), **terms: Any) -> str:
    """A challenge that is live, with everybody of `joiners` in it → its id."""
    now = datetime.now(UTC)
    planned = {"startsAt": stamp(now + timedelta(days=1)), "endsAt": stamp(now + timedelta(days=30))}
    made = ask(
        crowd, host, "challenge:create", {"name": "Benchmark", "metric": "steps", "mode": "most", **planned, **terms}
    )
    which = {"challengeId": made["id"]}
    ask(crowd, host, "challenge:open", which)
    for joiner in joiners:
        ask(crowd, joiner, "challenge:join", which)
    ask(crowd, host, "challenge:start", which)
    return str(made["id"])
