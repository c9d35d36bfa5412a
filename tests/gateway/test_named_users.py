"""Commands that name users wait for the database, refuse who is not there, and keep their order."""

import asyncio
from types import SimpleNamespace

import pytest

from gateway.named_users import MOST_WAITING, NamedUsers
from rules.refusal import Code, Refusal

ANN, BOB = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"


class Edge:
    def __init__(self) -> None:
        self.there = {ANN}
        self.gate = asyncio.Event()
        self.away = False
        self.done: list = []
        self.named = NamedUsers(self.existing)

    async def existing(self, ids):
        await self.gate.wait()
        if self.away:
            raise ConnectionError("away")
        return {id for id in ids if id in self.there}

    def says(self, name, *, sender="sue", go=None, **command):
        named = SimpleNamespace(**command) if command else None
        replied = lambda reply: self.done.append((name, reply.code, reply.details))  # noqa: E731
        self.named.let_pass(sender, named, go or (lambda: self.done.append(name)), replied)

    async def settles(self):
        self.gate.set()
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def edge():
    return Edge()


async def test_who_is_there_may_be_named(edge):
    edge.says("role", user_id=ANN)
    edge.says("invite", sender="tom", user_ids=[ANN])
    await edge.settles()
    assert edge.done == ["role", "invite"]
    assert not edge.named.keeps_waiting("sue")


async def test_who_is_not_there_is_said_to_be_so(edge):
    edge.says("role", user_id=BOB)
    edge.says("invite", user_ids=[BOB, ANN, BOB])
    await edge.settles()
    assert edge.done == [
        ("role", Code.NOT_FOUND, None),
        (
            "invite",
            Code.VALIDATION_FAILED,
            {"fields": [{"path": f"userIds.{at}", "problem": "no such user"} for at in (0, 2)]},
        ),
    ]


async def test_a_senders_commands_keep_their_order_and_others_go_ahead(edge):
    edge.says("first", user_id=ANN)
    assert (edge.named.keeps_waiting("sue"), edge.named.keeps_waiting("tom")) == (True, False)
    edge.says("second")
    edge.says("third", user_ids=[ANN])
    edge.says("fourth", go=lambda: edge.says("fifth"))
    await edge.settles()
    assert edge.done == ["first", "second", "third", "fifth"]


async def test_a_database_that_is_away_and_a_bug_cost_their_own_command_only(edge):
    edge.away = True
    edge.says("named", user_id=ANN)
    edge.says("broken", go=lambda: 1 / 0)
    edge.says("next")
    await edge.settles()
    assert edge.done == [
        ("named", Code.UNAVAILABLE, {"retryAfter": 2}),
        ("broken", Code.INTERNAL, None),
        "next",
    ]


async def test_only_so_many_wait(edge):
    for _ in range(MOST_WAITING):
        edge.says("waiting", user_id=ANN)
    refused: list[Refusal] = []
    edge.named.let_pass("sue", None, lambda: None, refused.append)
    assert [refusal.code for refusal in refused] == [Code.BUSY]
