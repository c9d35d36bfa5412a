"""Posts: who sees them, who hears of them, and that nothing is left of one that was taken back."""

from typing import Any

import pytest

from actors.messages import Address, Permission, Push
from actors.post import PostActor
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import SnapshotCodec, dump
from rules import post
from rules.asked import Asked
from rules.known import Known
from rules.post.decide import MOST_COMMENTS, MOST_LIKES
from rules.post.events import PostCommented, PostLiked
from rules.refusal import Code, Refusal
from rules.social import commands as social
from rules.user.commands import Register
from tests.actors.world import NOON, World

ANN, BOB, CAT, DAN = (f"00000000-0000-0000-0000-00000000000{n}" for n in "abcd")
POST = "00000000-0000-0000-0000-000000000099"
KINDS = {"user": UserActor, "post": PostActor}
RULES = read_rules(None)
SNAPSHOTS = SnapshotCodec(post.Post)


@pytest.fixture
async def world() -> World:
    """Ann has Bob for a friend, has blocked Cat, and does not know Dan."""
    world = World(kinds=KINDS, rules=RULES)
    world.audience.watched |= {f"user:{user_id}" for user_id in (ANN, BOB, CAT, DAN)}
    for user_id, name in ((ANN, "ann"), (BOB, "bob"), (CAT, "cat"), (DAN, "dan")):
        await world.ask(user_id, Register(name, name.title()), by=user_id, kind="user", may=Permission.SELF)
    for by, command in (
        (ANN, social.RequestFriend(BOB)),
        (BOB, social.AcceptFriend(ANN)),
        (ANN, social.BlockUser(CAT)),
    ):
        await world.ask(command.user_id, command, by=by, kind="user", may=Permission.USER, onward=True)
    world.audience.pushes.clear()
    return world


MAY = {post.Create: Permission.USER, post.Edit: Permission.AUTHOR, post.Delete: Permission.AUTHOR}


async def say(world: World, by: str, command: Any, *, key: str | None = None) -> Any:
    may = MAY.get(type(command), Permission.VIEWER)
    return await world.ask(POST, command, by=by, kind="post", may=may, onward=True, key=key)


def is_social(push: Push) -> bool:
    """What goes from people to people; the user's own notifications and devices are tested elsewhere."""
    return not push.type.startswith(("notification:", "sync:", "badge:", "xp:", "level:"))


def heard(world: World) -> list[tuple[str, str, Any]]:
    pushes = [
        (push.topic, push.type, push.data) for push in world.audience.pushes if push != "reply" and is_social(push)
    ]
    world.audience.pushes.clear()
    return pushes


def stored(world: World) -> post.Post:
    state = post.Post()
    for event in world.journal.events.get(Address("post", POST), []):
        post.evolve(state, event)
    return state


async def test_a_post_is_answered_and_friends_hear_of_it(world):
    made = await say(world, ANN, post.Create("I walked"))
    assert made == {
        "id": POST,
        "userId": ANN,
        "name": "Ann",
        "text": "I walked",
        "visibility": "friends",
        "likes": 0,
        "comments": 0,
        "createdAt": "2026-05-01T12:00:00Z",
        "likedByMe": False,
    }
    told = {name: value for name, value in made.items() if name != "likedByMe"}
    assert heard(world) == [(f"user:{BOB}", "activity:new", {"post": told})]


async def test_friends_hear_nothing_of_a_private_post(world):
    await say(world, ANN, post.Create("Dear diary", visibility="private"))
    assert heard(world) == []


SEEN_BY = {"public": {ANN, BOB, DAN}, "friends": {ANN, BOB}, "private": {ANN}}


@pytest.mark.parametrize(("visibility", "seers"), SEEN_BY.items())
async def test_a_post_is_there_for_those_it_is_for_and_never_for_the_blocked(world, visibility, seers):
    await say(world, ANN, post.Create("I walked", visibility=visibility))
    for person in (ANN, BOB, CAT, DAN):
        for command in (post.Get(POST), post.Comments(POST), post.Like(POST), post.Comment(POST, "Well done")):
            reply = await say(world, person, command)
            if person in seers:
                assert not isinstance(reply, Refusal)
            else:
                assert reply.code is Code.NOT_FOUND
    assert stored(world).likes.keys() == seers


async def test_a_block_hides_what_was_seen_before(world):
    await say(world, ANN, post.Create("I walked", visibility="public"))
    assert (await say(world, DAN, post.Get(POST)))["text"] == "I walked"
    await world.ask(ANN, social.BlockUser(ANN), by=DAN, kind="user", may=Permission.USER, onward=True)
    assert (await say(world, DAN, post.Get(POST))).code is Code.NOT_FOUND


async def test_only_the_author_changes_it(world):
    await say(world, ANN, post.Create("I walked"))
    for command in (post.Edit(POST, text="I ran"), post.Delete(POST)):
        assert (await say(world, BOB, command)).code is Code.FORBIDDEN
        assert (await say(world, DAN, command)).code is Code.NOT_FOUND
    edited = await say(world, ANN, post.Edit(POST, text="I ran", visibility="public"))
    assert (edited["text"], edited["visibility"], "editedAt" in edited) == ("I ran", "public", True)
    assert (await say(world, DAN, post.Get(POST)))["text"] == "I ran"


async def test_the_author_hears_of_likes_once_and_not_of_their_own(world):
    await say(world, ANN, post.Create("I walked"))
    heard(world)
    await say(world, ANN, post.Like(POST))
    assert heard(world) == []
    for _ in range(2):
        liked = await say(world, BOB, post.Like(POST))
        assert (liked["likes"], liked["likedByMe"]) == (2, True)
    data = {"postId": POST, "userId": BOB, "name": "Bob", "likes": 2}
    assert heard(world) == [(f"user:{ANN}", "like:received", data)]
    for _ in range(2):
        assert (await say(world, BOB, post.Unlike(POST)))["likes"] == 1
    assert heard(world) == []


async def test_the_author_hears_of_comments_and_everyone_reads_those_of_the_unblocked(world):
    await say(world, ANN, post.Create("I walked", visibility="public"))
    heard(world)
    comment = await say(world, BOB, post.Comment(POST, "Well done"))
    assert (comment["name"], comment["text"], comment["postId"]) == ("Bob", "Well done", POST)
    assert heard(world) == [(f"user:{ANN}", "comment:received", {"comment": comment})]
    await world.ask(BOB, social.BlockUser(BOB), by=DAN, kind="user", may=Permission.USER, onward=True)
    assert (await say(world, DAN, post.Comments(POST)))["comments"] == []
    assert (await say(world, DAN, post.Get(POST)))["comments"] == 0
    assert (await say(world, ANN, post.Comments(POST)))["comments"] == [comment]
    assert (await say(world, ANN, post.Get(POST)))["comments"] == 1


async def test_a_key_makes_one_post_and_one_comment(world):
    first = await say(world, ANN, post.Create("I walked"), key="p")
    assert await say(world, ANN, post.Create("I walked"), key="p") == first
    said = await say(world, BOB, post.Comment(POST, "Well done"), key="c")
    assert await say(world, BOB, post.Comment(POST, "Well done"), key="c") == said
    assert len(stored(world).comments) == 1


async def test_a_post_cannot_be_made_twice(world):
    await say(world, ANN, post.Create("I walked"))
    assert (await say(world, BOB, post.Create("Mine"))).code is Code.CONFLICT


async def test_a_post_about_somebody_elses_activity_is_refused(world):
    refusal = await say(world, ANN, post.Create("I walked", activity_id=POST))
    assert refusal.code is Code.NOT_FOUND
    assert Address("post", POST) not in world.journal.events


async def test_nothing_is_left_of_a_post_that_was_taken_back(world):
    await say(world, ANN, post.Create("I walked"))
    await say(world, BOB, post.Like(POST))
    comment = await say(world, BOB, post.Comment(POST, "Well done"))
    assert await say(world, ANN, post.Delete(POST)) == {}
    [change] = world.journal.commits[-1].changes
    assert change.touched == {"post", ("like", BOB), ("comment", comment["id"])}
    assert stored(world) == post.Post()
    for command in (post.Get(POST), post.Like(POST), post.Delete(POST)):
        assert (await say(world, ANN, command)).code is Code.NOT_FOUND


async def test_killed_at_any_moment_it_comes_back_equal(world):
    for by, command in (
        (ANN, post.Create("I walked", visibility="public")),
        (BOB, post.Like(POST)),
        (DAN, post.Comment(POST, "Well done")),
        (ANN, post.Edit(POST, text="I ran")),
        (BOB, post.Unlike(POST)),
        (ANN, post.Delete(POST)),
    ):
        world = World(world.journal, kinds=KINDS, rules=RULES)
        assert not isinstance(await say(world, by, command), Refusal)
        [cell] = [cell for cell in world.directory.cells() if cell.address.id == POST]
        assert cell.actor.state == stored(world)
        assert SNAPSHOTS.decode(dump(stored(world))) == stored(world)


# --- limits ---


def full(*events: Any) -> post.Post:
    state = post.Post("p", ANN)
    for event in events:
        post.evolve(state, event)
    return state


def test_likes_and_comments_end_somewhere_and_say_where():
    by, asked = Known(BOB, "Bob", "UTC"), Asked(NOON, "phone", RULES, lambda: "new")
    liked = full(*(PostLiked(NOON, str(n)) for n in range(MOST_LIKES)))
    commented = full(*(PostCommented(NOON, str(n), ANN, "Ann", "x") for n in range(MOST_COMMENTS)))
    for state, command, most in (
        (liked, post.Like("p"), MOST_LIKES),
        (commented, post.Comment("p", "x"), MOST_COMMENTS),
    ):
        refusal = post.decide(state, command, by, asked)
        assert isinstance(refusal, Refusal)
        assert (refusal.code, str(most) in refusal.message) == (Code.CONFLICT, True)
