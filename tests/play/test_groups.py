"""Groups as their members live in them, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from gateway.client.http import Api, Session
from tests.conftest import fresh_database
from tests.play.players import Bare, error, guest, ok, user_id
from tests.play.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECK_IN = {"productive": 7, "satisfied": 8, "body": 6, "care": 3}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(postgres_url: str, migrated: str) -> AsyncIterator[RunningServer]:
    async with fresh_database(postgres_url, migrated) as url, RunningServer(url) as running:
        yield running


class Table:
    """Ann has founded a private circle; Bob and Cleo joined it by its code."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.sockets: dict[str, Bare] = {}
        self.sessions: dict[str, Session] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Table":
        api = await self._stack.enter_async_context(Api(self.server.url))
        for name in ("ann", "bob", "cleo"):
            self.sessions[name] = await guest(api, name.title())
            self.sockets[name] = await self._stack.enter_async_context(Bare(self.server.socket_url))
            await self.sockets[name].hello(self.sessions[name])
        made = await self.tell("ann", "group:create", {"name": "Circle"})
        self.id, self.code = made["id"], made["accessCode"]
        self.here, self.topic = {"groupId": self.id}, f"group:{self.id}"
        for name in ("bob", "cleo"):
            await self.tell(name, "group:join", {"accessCode": self.code.upper()})
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def tell(self, who: str, type: str, data: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        return ok(await self.sockets[who].ask(type, data, key))

    def user(self, who: str) -> str:
        return user_id(self.sessions[who])


@pytest_asyncio.fixture(loop_scope="module")
async def table(server: RunningServer) -> AsyncIterator[Table]:
    async with Table(server) as table:
        yield table


async def test_members_hear_each_other_without_subscribing(table: Table) -> None:
    said = await table.tell("bob", "group:message", {**table.here, "text": "hello"})

    for who in ("ann", "cleo"):
        push = await table.sockets[who].push("group:message")
        assert push["topic"] == table.topic
        assert push["data"] == {**said, "number": 1, "from": table.user("bob"), "text": "hello"}


async def test_typing_is_heard_and_never_replayed(table: Table) -> None:
    await table.tell("bob", "group:typing", {**table.here, "isTyping": True})

    push = await table.sockets["ann"].push("group:typing")

    assert push["data"] == {"userId": table.user("bob"), "isTyping": True}
    assert "offset" not in push


async def test_a_check_in_is_heard_by_the_group_and_a_private_one_is_not(table: Table) -> None:
    await table.tell("bob", "checkin:submit", {**table.here, **CHECK_IN, "isPrivate": True})
    await table.tell("cleo", "checkin:submit", {**table.here, **CHECK_IN})

    push = await table.sockets["ann"].push("friend:checked-in")

    assert push["data"]["userId"] == table.user("cleo")
    assert push["data"]["huCaresScore"] == 18
    state = (await table.tell("ann", "subscribe", {"topic": table.topic}))["state"]
    assert state["participation"]["checkIns"] == 2
    assert state["participation"]["averages"]["huCaresScore"] == 18


async def test_a_second_check_in_points_to_the_first(table: Table) -> None:
    first = await table.tell("bob", "checkin:submit", {**table.here, **CHECK_IN})

    refused = error(await table.sockets["bob"].ask("checkin:submit", {**table.here, **CHECK_IN}))

    assert refused["code"] == "DUPLICATE_CHECKIN"
    corrected = await table.tell("bob", "checkin:update", {"activityId": refused["details"]["activityId"], "care": 1})
    assert corrected["activity"]["id"] == first["activity"]["id"]
    assert corrected["activity"]["metrics"]["huCaresScore"] == 20
    removed = await table.tell("bob", "activity:delete", {"activityId": first["activity"]["id"]})
    assert removed["activity"]["status"] == "removed"
    assert "ok" in await table.sockets["bob"].ask("checkin:submit", {**table.here, **CHECK_IN})


async def test_the_same_key_founds_one_group(table: Table) -> None:
    first = await table.tell("ann", "group:create", {"name": "Once"}, "once")

    assert await table.tell("ann", "group:create", {"name": "Once"}, "once") == first


async def test_a_repeated_key_has_its_first_reply_though_the_access_code_is_another_by_now(table: Table) -> None:
    other = await table.tell("ann", "group:create", {"name": "Other"})
    by_code = {"accessCode": other["accessCode"]}
    first = await table.tell("bob", "group:join", by_code, "join-once")
    await table.tell("ann", "group:update", {"groupId": other["id"], "newAccessCode": True})

    assert await table.tell("bob", "group:join", by_code, "join-once") == first
    assert error(await table.sockets["bob"].ask("group:join", by_code))["code"] == "NOT_FOUND"


async def test_what_is_said_in_one_breath_is_heard_and_answered_in_that_order(table: Table) -> None:
    """Some of it concerns the sender's other things too, and some does not: it is all for the same group."""
    bob = table.sockets["bob"]
    sent = [
        await bob.say(type, {**table.here, **data})
        for type, data in (
            ("checkin:submit", CHECK_IN),
            ("group:invite", {"userIds": [table.user("cleo")]}),
            ("group:typing", {"isTyping": True}),
            ("group:message", {"text": "Farewell."}),
            ("group:participation", {}),
            ("group:messages", {}),
            ("group:get", {}),
            ("group:members", {}),
            ("group:leave", {}),
        )
    ]

    await bob.reply(sent[-1])

    replies = [frame for frame in bob.frames if frame.get("id") in sent]
    assert [frame["id"] for frame in replies] == sent
    assert all("ok" in frame for frame in replies), replies


async def test_a_topic_has_one_name(table: Table) -> None:
    """Its pushes go to that one: who watched another would wait for ever."""
    refused = error(await table.sockets["bob"].ask("subscribe", {"topic": f"group:{table.id.upper()}"}))

    assert refused["code"] == "NOT_FOUND"


async def test_a_block_hides_who_is_there_and_who_writes_also_in_a_group(table: Table) -> None:
    await table.tell("bob", "friend:block", {"userId": table.user("cleo")})
    await table.tell("bob", "group:typing", {**table.here, "isTyping": True})
    await table.tell("bob", "group:message", {**table.here, "text": "what is said to all is heard by all"})

    assert (await table.sockets["ann"].push("group:typing"))["data"]["userId"] == table.user("bob")
    await table.sockets["cleo"].push("group:message")
    assert [frame for frame in table.sockets["cleo"].frames if frame.get("type") == "group:typing"] == []
    seen = {}
    for viewer in ("ann", "bob", "cleo"):
        members = (await table.tell(viewer, "group:members", table.here))["members"]
        seen[viewer] = {member["name"]: member["presence"] for member in members}
    assert seen["ann"] == {"Ann": "online", "Bob": "online", "Cleo": "online"}
    assert seen["bob"] == {"Ann": "online", "Bob": "online", "Cleo": "offline"}
    assert seen["cleo"] == {"Ann": "online", "Bob": "offline", "Cleo": "online"}


async def test_who_hides_their_profile_is_not_shown_as_being_there(table: Table) -> None:
    await table.tell("cleo", "preferences:update", {"privacy": {"profile": "private"}})

    assert (await table.sockets["ann"].push("presence:offline"))["data"] == {"userId": table.user("cleo")}
    members = (await table.tell("ann", "group:members", table.here))["members"]
    assert {member["name"]: member["presence"] for member in members} == {
        "Ann": "online",
        "Bob": "online",
        "Cleo": "offline",
    }


async def test_an_invitation_is_heard_by_the_invited_and_opens_the_group(table: Table) -> None:
    other = await table.tell("ann", "group:create", {"name": "Other"})
    await table.tell("ann", "group:invite", {"groupId": other["id"], "userIds": [table.user("bob")]})

    push = await table.sockets["bob"].push("group:invited")

    assert push["data"] == {"groupId": other["id"], "name": "Other", "by": table.user("ann")}
    assert (await table.tell("bob", "group:join", {"groupId": other["id"]}))["role"] == "member"
    assert error(await table.sockets["cleo"].ask("group:join", {"groupId": other["id"]}))["code"] == "NOT_FOUND"


async def test_who_comes_back_finds_their_groups_and_hears_what_they_missed(table: Table) -> None:
    async with Bare(table.server.socket_url) as first:
        told = (await first.hello(table.sessions["bob"]))["topics"][table.topic]
    at = {"epoch": told["epoch"], "offset": told["offset"]}
    await table.tell("ann", "group:message", {**table.here, "text": "while you were away"})

    async with Bare(table.server.socket_url) as again:
        told = await again.hello(table.sessions["bob"], resume={table.topic: at})
        assert told["user"]["groups"] == [table.id]
        assert told["topics"][table.topic]["recovered"] is True
        push = await again.push("group:message")
    assert (push["offset"], push["data"]["text"]) == (at["offset"] + 1, "while you were away")


async def test_a_closed_group_is_gone_for_everyone(table: Table) -> None:
    await table.tell("ann", "group:delete", table.here)

    for who in ("bob", "cleo"):
        while (push := await table.sockets[who].push("group:updated"))["data"]["change"] != "deleted":
            pass
        assert push["data"]["groupId"] == table.id
        refused = error(await table.sockets[who].ask("group:join", {"accessCode": table.code}))
        assert refused["code"] == "NOT_FOUND"
        assert error(await table.sockets[who].ask("subscribe", {"topic": table.topic}))["code"] == "NOT_FOUND"
