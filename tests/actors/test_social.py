"""Friends and blocks between real users' actors: both sides agree, blocks don't show, and who hears what."""

from typing import Any

import pytest

from actors.messages import Address, Permission, Push, Tick
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import SnapshotCodec, dump
from rules.refusal import Code, Refusal
from rules.social import commands as social
from rules.social import decide
from rules.social.events import FriendRequestReceived, FriendRequestSent, FriendshipMade, UserBlocked
from rules.stats import Count
from rules.user import User, blank, evolve
from rules.user.commands import Me, PrivacyChanges, Profile, Register, UpdatePreferences
from rules.user.events import UserRegistered
from tests.actors.world import NOON, World

ANN, BOB, CAT = (f"00000000-0000-0000-0000-00000000000{n}" for n in "abc")
NOBODY = "00000000-0000-0000-0000-0000000000ff"
RULES = read_rules(None)
SNAPSHOTS = SnapshotCodec(User)


def made(**limits: Any) -> World:
    world = World(kinds={"user": UserActor}, rules=RULES, **limits)
    world.audience.watched |= {f"user:{user_id}" for user_id in (ANN, BOB, CAT)}
    return world


@pytest.fixture
async def world() -> World:
    world = made()
    for user_id, name in ((ANN, "ann"), (BOB, "bob"), (CAT, "cat")):
        await world.ask(user_id, Register(name, name.title()), by=user_id, kind="user", may=Permission.SELF)
    world.audience.pushes.clear()
    return world


async def say(world: World, by: str, command: Any, key: str | None = None) -> Any:
    """As the catalogue sends it: by way of the sender's own actor."""
    return await world.ask(command.user_id, command, by=by, kind="user", may=Permission.USER, onward=True, key=key)


async def own(world: World, by: str, command: Any) -> Any:
    return await world.ask(by, command, by=by, kind="user", may=Permission.SELF)


async def befriend(world: World, one: str, other: str) -> None:
    await say(world, one, social.RequestFriend(other))
    assert (await say(world, other, social.AcceptFriend(one)))["status"] == "friends"
    world.audience.pushes.clear()


async def friends(world: World, user_id: str) -> list[str]:
    return (await own(world, user_id, Me()))["friends"]


def is_social(push: Push) -> bool:
    """What goes from people to people; the user's own notifications and devices are tested elsewhere."""
    return not push.type.startswith(("notification:", "sync:", "badge:", "xp:", "level:"))


def heard(world: World, user_id: str | None = None) -> list[tuple[str, str, Any]]:
    """(topic, type, data) of what was pushed since the last time; of one user where asked."""
    pushes = [
        (push.topic, push.type, push.data) for push in world.audience.pushes if push != "reply" and is_social(push)
    ]
    world.audience.pushes.clear()
    return [push for push in pushes if user_id is None or push[0] == f"user:{user_id}"]


def state(world: World, user_id: str) -> User:
    """As the journal has it."""
    user = blank(user_id)
    for event in world.journal.events.get(Address("user", user_id), []):
        evolve(user, event, RULES)
    return user


def live(world: World, user_id: str) -> User:
    [cell] = [cell for cell in world.directory.cells() if cell.address.id == user_id]
    return cell.actor.state


# --- requests ---


async def test_a_request_is_told_and_accepting_makes_two_friends_in_one_commit(world):
    assert await say(world, ANN, social.RequestFriend(BOB)) == {"userId": BOB, "status": "requested"}
    [(topic, type, data)] = heard(world)
    assert (topic, type, data["user"]["displayName"]) == (f"user:{BOB}", "friend:requested", "Ann")

    before = len(world.journal.commits)
    assert await say(world, BOB, social.AcceptFriend(ANN)) == {"userId": ANN, "status": "friends"}
    assert len(world.journal.commits) == before + 1
    [(topic, type, data)] = [push for push in heard(world) if push[1] == "friend:accepted"]
    assert (topic, type, data["user"]["displayName"]) == (f"user:{ANN}", "friend:accepted", "Bob")
    assert await friends(world, ANN) == [BOB]
    assert await friends(world, BOB) == [ANN]
    assert live(world, ANN).rewards.stats.counts[Count.FRIENDS] == 1


async def test_two_who_ask_each_other_are_friends(world):
    await say(world, ANN, social.RequestFriend(BOB))
    heard(world)
    assert await say(world, BOB, social.RequestFriend(ANN)) == {"userId": ANN, "status": "friends"}
    assert [topic for topic, type, _ in heard(world) if type == "friend:accepted"] == [f"user:{ANN}"]
    assert (await friends(world, ANN), await friends(world, BOB)) == ([BOB], [ANN])


async def test_requests_that_cross_on_their_way_make_friends_too(world):
    for by, other in ((ANN, BOB), (BOB, ANN)):
        world.send(other, social.RequestFriend(other), by=by, kind="user", may=Permission.USER, onward=True)
    await world.directory.settled()
    assert sorted(reply["status"] for _, reply in world.replies[-2:]) == ["friends", "requested"]
    assert (await friends(world, ANN), await friends(world, BOB)) == ([BOB], [ANN])


async def test_asking_again_changes_nothing_and_says_the_same(world):
    first = await say(world, ANN, social.RequestFriend(BOB))
    before = (state(world, ANN), state(world, BOB))
    heard(world)
    assert await say(world, ANN, social.RequestFriend(BOB)) == first
    assert (state(world, ANN), state(world, BOB)) == before
    assert heard(world) == []
    await say(world, BOB, social.AcceptFriend(ANN))
    assert (await say(world, ANN, social.RequestFriend(BOB)))["status"] == "friends"
    assert (await say(world, BOB, social.AcceptFriend(ANN)))["status"] == "friends"


async def test_a_repeated_key_has_its_effect_once(world):
    first = await say(world, ANN, social.RequestFriend(BOB), key="k")
    await say(world, BOB, social.DeclineFriend(ANN))
    assert await say(world, ANN, social.RequestFriend(BOB), key="k") == first
    assert state(world, BOB).social.received == {}


async def test_one_who_is_not_there_is_asked_in_vain_and_comes_not_to_be(world):
    for command in (social.RequestFriend, social.BlockUser, social.AcceptFriend, social.RemoveFriend):
        assert (await say(world, ANN, command(NOBODY))).code is Code.NOT_FOUND
    assert Address("user", NOBODY) not in world.journal.events
    assert live(world, ANN).social is None


async def test_nobody_befriends_or_blocks_themselves(world):
    for command in (social.RequestFriend(ANN), social.BlockUser(ANN)):
        assert (await say(world, ANN, command)).code is Code.VALIDATION_FAILED


async def test_a_declined_request_is_gone_on_both_sides_and_nobody_is_told(world):
    await say(world, ANN, social.RequestFriend(BOB))
    heard(world)
    assert await say(world, BOB, social.DeclineFriend(ANN)) == {"userId": ANN, "status": "none"}
    assert heard(world) == []
    assert (state(world, ANN).social.sent, state(world, BOB).social.received) == ({}, {})
    assert (await say(world, BOB, social.AcceptFriend(ANN))).code is Code.NOT_FOUND


async def test_a_request_can_be_taken_back(world):
    await say(world, ANN, social.RequestFriend(BOB))
    assert (await say(world, ANN, social.RemoveFriend(BOB)))["status"] == "none"
    assert (await say(world, BOB, social.AcceptFriend(ANN))).code is Code.NOT_FOUND


async def test_friends_part_on_both_sides(world):
    await befriend(world, ANN, BOB)
    assert (await say(world, BOB, social.DeclineFriend(ANN))).code is Code.WRONG_STATE
    assert (await say(world, BOB, social.RemoveFriend(ANN)))["status"] == "none"
    assert (await friends(world, ANN), await friends(world, BOB)) == ([], [])
    assert (await say(world, BOB, social.RemoveFriend(ANN))).code is Code.NOT_FOUND
    assert live(world, ANN).rewards.stats.counts[Count.FRIENDS] == 1, "what was reached is kept"


async def test_a_private_profile_may_be_asked(world):
    await own(world, BOB, UpdatePreferences(privacy=PrivacyChanges(profile="private")))
    assert (await world.ask(BOB, Profile(BOB), by=ANN, kind="user")).code is Code.NOT_FOUND
    assert (await say(world, ANN, social.RequestFriend(BOB)))["status"] == "requested"


async def test_a_profile_for_friends_is_seen_by_friends(world):
    await own(world, BOB, UpdatePreferences(privacy=PrivacyChanges(profile="friends")))
    assert (await world.ask(BOB, Profile(BOB), by=ANN, kind="user")).code is Code.NOT_FOUND
    await befriend(world, ANN, BOB)
    world.audience.present[BOB] = "away"
    assert (await world.ask(BOB, Profile(BOB), by=ANN, kind="user"))["presence"] == "away"


async def test_presence_is_for_friends_only(world):
    assert "presence" not in await world.ask(BOB, Profile(BOB), by=ANN, kind="user")


# --- limits ---


def others(count: int) -> list[str]:
    return [f"00000000-0000-0000-0001-{n:012}" for n in range(count)]


def with_history(user_id: str, *events: Any) -> World:
    """A world in which that happened to the user, and Ann, Bob and Cat are there."""
    world = made()
    for each, name in ((ANN, "ann"), (BOB, "bob"), (CAT, "cat")):
        world.journal.events[Address("user", each)] = [UserRegistered(NOON, name, name.title(), "UTC")]
    world.journal.events[Address("user", user_id)] += events
    return world


async def test_only_so_many_requests_wait(world):
    sent = [FriendRequestSent(NOON, other) for other in others(decide.MOST_REQUESTS)]
    refusal = await say(with_history(ANN, *sent), ANN, social.RequestFriend(BOB))
    assert (refusal.code, str(decide.MOST_REQUESTS) in refusal.message) == (Code.CONFLICT, True)


async def test_one_who_has_too_many_to_answer_is_not_asked_and_that_hides_no_block():
    received = [FriendRequestReceived(NOON, other, "x") for other in others(decide.MOST_REQUESTS)]
    refusal = await say(with_history(BOB, *received), ANN, social.RequestFriend(BOB))
    assert refusal.code is Code.CONFLICT
    blocked = with_history(BOB, *received, UserBlocked(NOON, ANN))
    assert await say(blocked, ANN, social.RequestFriend(BOB)) == refusal


async def test_only_so_many_are_friends():
    many = [FriendshipMade(NOON, other, "x", accepted=True) for other in others(decide.MOST_FRIENDS)]
    world = with_history(ANN, *many)
    await say(world, BOB, social.RequestFriend(ANN))
    for command in (social.AcceptFriend(BOB), social.RequestFriend(CAT)):
        refusal = await say(world, ANN, command)
        assert (refusal.code, str(decide.MOST_FRIENDS) in refusal.message) == (Code.CONFLICT, True)
    await say(world, ANN, social.RemoveFriend(others(1)[0]))
    assert (await say(world, ANN, social.AcceptFriend(BOB)))["status"] == "friends"


async def test_only_so_many_are_blocked():
    world = with_history(ANN, *(UserBlocked(NOON, other) for other in others(decide.MOST_BLOCKED)))
    refusal = await say(world, ANN, social.BlockUser(BOB))
    assert (refusal.code, str(decide.MOST_BLOCKED) in refusal.message) == (Code.CONFLICT, True)


# --- blocks ---


async def test_a_block_ends_a_friendship_and_each_is_gone_for_the_other(world):
    await befriend(world, ANN, BOB)
    assert await say(world, ANN, social.BlockUser(BOB)) == {"userId": BOB, "status": "blocked"}
    assert heard(world) == []
    assert (await friends(world, ANN), await friends(world, BOB)) == ([], [])
    for one, other in ((ANN, BOB), (BOB, ANN)):
        assert (await world.ask(other, Profile(other), by=one, kind="user")).code is Code.NOT_FOUND
        assert other in live(world, one).social.hidden
    assert (await world.ask(BOB, Profile(BOB), by=CAT, kind="user"))["displayName"] == "Bob"


async def test_a_request_to_one_who_has_blocked_you_looks_like_any_other(world):
    """Answer, own list, commits and what can be done next are those of one who just does not answer."""
    await say(world, CAT, social.BlockUser(ANN))
    heard(world)
    answers: dict[str, list[Any]] = {BOB: [], CAT: []}
    for other, heard_of in answers.items():
        commits = len(world.journal.commits)
        for command in (social.RequestFriend, social.RequestFriend, social.RemoveFriend, social.RequestFriend):
            heard_of.append({**await say(world, ANN, command(other)), "userId": "-"})
        heard_of.append(state(world, ANN).social.sent.keys() >= {other})
        heard_of.append(len(world.journal.commits) - commits)
    assert answers[BOB] == answers[CAT]
    assert heard(world, CAT) == []
    assert state(world, CAT).social.received == {}


async def test_a_request_that_waits_goes_with_a_block_as_if_it_were_declined(world):
    await say(world, ANN, social.RequestFriend(BOB))
    await say(world, BOB, social.BlockUser(ANN))
    assert state(world, ANN).social.sent == {}
    assert (await say(world, ANN, social.RequestFriend(BOB)))["status"] == "requested"


async def test_who_blocks_must_unblock_before_they_ask(world):
    await say(world, ANN, social.BlockUser(BOB))
    assert (await say(world, ANN, social.RequestFriend(BOB))).code is Code.WRONG_STATE
    assert await say(world, ANN, social.UnblockUser(BOB)) == {"userId": BOB, "status": "none"}
    assert (await say(world, ANN, social.UnblockUser(BOB))).code is Code.NOT_FOUND
    assert (await say(world, ANN, social.RequestFriend(BOB)))["status"] == "requested"
    assert (await say(world, BOB, social.AcceptFriend(ANN)))["status"] == "friends"


async def test_after_a_block_is_lifted_a_request_made_meanwhile_waits_no_more(world):
    await say(world, BOB, social.BlockUser(ANN))
    await say(world, ANN, social.RequestFriend(BOB))
    await say(world, BOB, social.UnblockUser(ANN))
    assert state(world, ANN).social.sent == {}
    await say(world, ANN, social.RequestFriend(BOB))
    assert (await say(world, BOB, social.AcceptFriend(ANN)))["status"] == "friends"


async def test_two_may_block_each_other_and_one_lifting_it_is_not_enough(world):
    await say(world, ANN, social.BlockUser(BOB))
    await say(world, BOB, social.BlockUser(ANN))
    await say(world, ANN, social.UnblockUser(BOB))
    assert (await world.ask(BOB, Profile(BOB), by=ANN, kind="user")).code is Code.NOT_FOUND
    await say(world, BOB, social.UnblockUser(ANN))
    assert (await world.ask(BOB, Profile(BOB), by=ANN, kind="user"))["displayName"] == "Bob"


# --- presence ---


async def present(world: World, user_id: str, name: str) -> list[tuple[str, str, Any]]:
    world.directory.tell(Address("user", user_id), Tick(name, NOON))
    await world.directory.settled()
    return heard(world)


async def test_friends_hear_who_comes_and_goes_and_nobody_else_does(world):
    await befriend(world, ANN, BOB)
    commits = len(world.journal.commits)
    assert await present(world, ANN, "online") == [(f"user:{BOB}", "friend:online", {"userId": ANN})]
    assert await present(world, ANN, "offline") == [(f"user:{BOB}", "friend:offline", {"userId": ANN})]
    assert len(world.journal.commits) == commits
    await present(world, ANN, "online")
    await own(world, ANN, UpdatePreferences(privacy=PrivacyChanges(profile="private")))
    assert await present(world, ANN, "offline") == []
    await own(world, ANN, UpdatePreferences(privacy=PrivacyChanges(profile="friends")))
    await say(world, BOB, social.BlockUser(ANN))
    assert await present(world, ANN, "online") == []


async def test_presence_of_one_who_never_registered_is_nothing(world):
    assert await present(world, NOBODY, "online") == []


# --- kills ---


async def test_killed_at_any_moment_everyone_comes_back_equal(world):
    """Between any two commands a new node reads the journal; snapshots say the same."""
    story = [
        (ANN, social.RequestFriend(BOB)),
        (BOB, social.AcceptFriend(ANN)),
        (CAT, social.BlockUser(ANN)),
        (ANN, social.RequestFriend(CAT)),
        (BOB, social.RequestFriend(CAT)),
        (CAT, social.RequestFriend(BOB)),
        (CAT, social.UnblockUser(ANN)),
        (ANN, social.BlockUser(BOB)),
    ]
    for by, command in story:
        again = World(world.journal, kinds={"user": UserActor}, rules=RULES)
        reply = await say(again, by, command)
        assert not isinstance(reply, Refusal), (command, reply)
        for user_id in (ANN, BOB, CAT):
            await own(again, user_id, Me())
            assert live(again, user_id) == state(again, user_id)
            assert SNAPSHOTS.decode(dump(live(again, user_id))) == state(again, user_id)
        world = again


async def test_a_fault_on_the_other_side_leaves_the_friends_agreed(world, monkeypatch):
    """Bob's actor fails at the command: nothing happened, on either side."""
    await say(world, ANN, social.RequestFriend(BOB))
    monkeypatch.setattr(decide, "accept", lambda *_: 1 / 0)
    assert (await say(world, BOB, social.AcceptFriend(ANN))).code is Code.INTERNAL
    monkeypatch.undo()
    assert (await friends(world, ANN), await friends(world, BOB)) == ([], [])
    await say(world, BOB, social.AcceptFriend(ANN))
    assert (await friends(world, ANN), await friends(world, BOB)) == ([BOB], [ANN])
