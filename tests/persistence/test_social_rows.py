"""The tables of friends and posts after real play: they say what the journal says, and what people may read of them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from actors.messages import Caller, Command, Permission
from actors.ports import Fenced, Recorded
from actors.post import PostActor
from actors.user import UserActor
from gateway.answer import Answer
from gateway.people import People
from gateway.rule_file import read_rules
from persistence.database import Writer, open_pool, prepare_connection
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.queries import Queries
from persistence.social_reads import SocialReads
from persistence.verify import verify
from rules import post
from rules.social import commands as social
from rules.user.commands import PrivacyChanges, Register, UpdatePreferences, UpdateProfile
from tests.actors.world import NOON, World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CAT, DAN, POST, GONE = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 7))


class Played:
    """A world over the real journal."""

    def __init__(self, pool: Any, writer: Writer) -> None:
        journal = Journal(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
        self.queries = Queries(pool)
        self.world = World(journal, kinds={"user": UserActor, "post": PostActor}, rules=RULES)
        self.people = People(SocialReads(self.queries), lambda user_id: "online" if user_id == BOB else "offline")

    async def own(self, by: str, command: Any) -> None:
        assert isinstance(await self.world.ask(by, command, by=by, kind="user", may=Permission.SELF), dict)

    async def relate(self, by: str, command: Any) -> None:
        self.world.clock.set(self.world.clock.now() + timedelta(seconds=1))
        options: dict[str, Any] = {"by": by, "kind": "user", "may": Permission.USER, "onward": True}
        assert isinstance(await self.world.ask(command.user_id, command, **options), dict)

    async def write(self, post_id: str, by: str, command: Any, may: Permission = Permission.VIEWER) -> None:
        assert isinstance(await self.world.ask(post_id, command, by=by, kind="post", may=may, onward=True), dict)

    async def read(self, by: str, query: Any) -> Any:
        answer = Answer()
        self.people.answer(Command(query, Caller(by), Permission.SELF, NOON, answer, reads=True))
        return await answer


@pytest.fixture
async def played(database_url: str) -> AsyncIterator[Played]:
    """Ann has Bob for a friend, waits for Dan, and has blocked Cat, who asks her in vain; Ann wrote two posts."""
    pool, writer = await open_pool(database_url), Writer(database_url)
    played = Played(pool, writer)
    for user_id, name in ((ANN, "ann"), (BOB, "bob"), (CAT, "cat"), (DAN, "dan")):
        await played.own(user_id, Register(name, name.title()))
    for by, command in (
        (ANN, social.RequestFriend(BOB)),
        (BOB, social.AcceptFriend(ANN)),
        (CAT, social.RequestFriend(ANN)),
        (ANN, social.BlockUser(CAT)),
        (CAT, social.RequestFriend(ANN)),
        (ANN, social.RequestFriend(DAN)),
    ):
        await played.relate(by, command)
    for post_id in (POST, GONE):
        await played.write(post_id, ANN, post.Create("I walked", visibility="public"), Permission.USER)
        for by in (BOB, DAN):
            await played.write(post_id, by, post.Like(post_id))
            await played.write(post_id, by, post.Comment(post_id, "Well done"))
        await played.write(post_id, DAN, post.Unlike(post_id))
    await played.write(POST, ANN, post.Edit(POST, text="I ran"), Permission.AUTHOR)
    await played.write(GONE, ANN, post.Delete(GONE), Permission.AUTHOR)
    yield played
    await played.world.directory.stop()
    await writer.close()
    await pool.close()


async def test_the_tables_are_what_the_journal_says(played, database_url):
    await played.world.directory.stop()
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    try:
        verdict = await verify(connection, KINDS, lambda _: None)
        counted = {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("friendships", "posts", "post_likes", "post_comments")
        }
    finally:
        await connection.close()
    assert verdict.differences == {}
    assert counted == {"friendships": 6, "posts": 1, "post_likes": 1, "post_comments": 2}


async def test_friends_are_listed_under_the_names_they_go_by_now(played):
    await played.own(BOB, UpdateProfile(display_name="Bobby"))
    [friend] = (await played.read(ANN, social.Friends()))["friends"]
    assert friend == {
        "id": BOB,
        "username": "bob",
        "displayName": "Bobby",
        "level": 1,
        "presence": "online",
        "since": "2026-05-01T12:00:02Z",
    }


async def test_a_friend_with_a_private_profile_is_listed_without_saying_whether_they_are_there(played):
    await played.own(BOB, UpdatePreferences(privacy=PrivacyChanges(profile="private")))
    [friend] = (await played.read(ANN, social.Friends()))["friends"]
    assert "presence" not in friend


async def test_requests_are_listed_by_which_way_they_go(played):
    sent = (await played.read(ANN, social.FriendRequests()))["sent"]
    assert [(request["user"]["id"], request["at"]) for request in sent] == [(DAN, "2026-05-01T12:00:06Z")]
    received = await played.read(DAN, social.FriendRequests())
    assert [request["user"]["displayName"] for request in received["received"]] == ["Ann"]
    assert received["sent"] == []


async def test_one_who_is_blocked_sees_their_request_wait_and_the_other_sees_nothing(played):
    assert [each["user"]["id"] for each in (await played.read(CAT, social.FriendRequests()))["sent"]] == [ANN]
    assert (await played.read(ANN, social.FriendRequests()))["received"] == []
