"""Friendships and blocks among a few people, in any order, against a relation that is written down for both at once."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from actors.messages import Address, Permission
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import SnapshotCodec, dump
from rules.refusal import Refusal
from rules.social import commands as social
from rules.social.state import Social
from rules.user import User, blank, evolve
from rules.user.events import UserRegistered
from tests.actors.world import NOON, MemoryJournal, World

PEOPLE = [f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 5)]
RULES = read_rules(None)
SNAPSHOTS = SnapshotCodec(User)
one_of_them = st.sampled_from(PEOPLE)


async def everyone_there() -> MemoryJournal:
    journal = MemoryJournal()
    for n, person in enumerate(PEOPLE):
        journal.events[Address("user", person)] = [UserRegistered(NOON, f"user{n}", f"User {n}", "UTC")]
    return journal


class Friendships(RuleBasedStateMachine):
    """The model: a set of pairs that are friends, and of directed pairs for requests and blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.journal = self.loop.run_until_complete(everyone_there())
        self.world = self.loop.run_until_complete(self._world())
        self.friends: set[frozenset[str]] = set()
        self.asked: set[tuple[str, str]] = set()
        self.ghosts: set[tuple[str, str]] = set()  # requests of which the other side knows nothing
        self.blocks: set[tuple[str, str]] = set()

    async def _world(self) -> World:
        return World(self.journal, kinds={"user": UserActor}, rules=RULES)

    def teardown(self) -> None:
        self.loop.close()

    def say(self, by: str, command: Any) -> str:
        """→ the status, or the refusal's code."""
        asking = self.world.ask(command.user_id, command, by=by, kind="user", may=Permission.USER, onward=True)
        reply = self.loop.run_until_complete(asking)
        if isinstance(reply, Refusal):
            return reply.code.value
        assert reply["userId"] == command.user_id
        return str(reply["status"])

    # --- what people do ---

    @rule(one=one_of_them, other=one_of_them)
    def request(self, one: str, other: str) -> None:
        said = self.say(one, social.RequestFriend(other))
        if one == other:
            assert said == "VALIDATION_FAILED"
        elif (one, other) in self.blocks:
            assert said == "WRONG_STATE"
        elif (other, one) in self.blocks:
            assert said == "requested"
            self.ghosts.add((one, other))
        elif frozenset((one, other)) in self.friends:
            assert said == "friends"
        elif (other, one) in self.asked:
            assert said == "friends"
            self.asked.discard((other, one))
            self.friends.add(frozenset((one, other)))
        else:
            assert said == "requested"
            self.asked.add((one, other))

    @rule(one=one_of_them, other=one_of_them)
    def accept(self, one: str, other: str) -> None:
        said = self.say(one, social.AcceptFriend(other))
        if (other, one) in self.asked:
            self.asked.discard((other, one))
            self.friends.add(frozenset((one, other)))
        assert said == ("friends" if one != other and frozenset((one, other)) in self.friends else "NOT_FOUND")

    @rule(one=one_of_them, other=one_of_them)
    def decline(self, one: str, other: str) -> None:
        said = self.say(one, social.DeclineFriend(other))
        if (other, one) in self.asked:
            assert said == "none"
            self.asked.discard((other, one))
        else:
            assert said == ("WRONG_STATE" if frozenset((one, other)) in self.friends else "NOT_FOUND")

    @rule(one=one_of_them, other=one_of_them)
    def remove(self, one: str, other: str) -> None:
        pair = frozenset((one, other))
        known = pair in self.friends or (one, other) in self.asked | self.ghosts
        assert self.say(one, social.RemoveFriend(other)) == ("none" if known else "NOT_FOUND")
        self.friends.discard(pair)
        self.asked.discard((one, other))
        self.ghosts.discard((one, other))

    @rule(one=one_of_them, other=one_of_them)
    def block(self, one: str, other: str) -> None:
        said = self.say(one, social.BlockUser(other))
        if one == other:
            assert said == "VALIDATION_FAILED"
            return
        assert said == "blocked"
        if (one, other) not in self.blocks:
            self.friends.discard(frozenset((one, other)))
            for both in ((one, other), (other, one)):
                self.asked.discard(both)
            self.ghosts.discard((one, other))
            self.blocks.add((one, other))

    @rule(one=one_of_them, other=one_of_them)
    def unblock(self, one: str, other: str) -> None:
        known = (one, other) in self.blocks
        assert self.say(one, social.UnblockUser(other)) == ("none" if known else "NOT_FOUND")
        self.blocks.discard((one, other))
        if known:
            self.ghosts.discard((other, one))

    @precondition(lambda self: self.journal.commits)
    @rule()
    def kill(self) -> None:
        """A new node knows what the journal says, and nothing else."""
        self.world = self.loop.run_until_complete(self._world())

    # --- what must hold ---

    @invariant()
    def everyone_agrees_with_the_model(self) -> None:
        for one in PEOPLE:
            user = blank(one)
            for event in self.journal.events[Address("user", one)]:
                evolve(user, event, RULES)
            known = user.social
            if known is None:
                continue
            assert known.friends.keys() == {other for pair in self.friends if one in pair for other in pair - {one}}
            assert known.sent.keys() == {other for by, other in self.asked | self.ghosts if by == one}
            assert known.received.keys() == {by for by, other in self.asked if other == one}
            assert known.blocked.keys() == {other for by, other in self.blocks if by == one}
            assert known.blocked_by.keys() == {by for by, other in self.blocks if other == one}
            assert known.friend_ids == set(known.friends)
            assert known.hidden == {*known.blocked, *known.blocked_by}
            assert SNAPSHOTS.decode(dump(user)) == user

    @invariant()
    def nobody_without_a_trace_is_known(self) -> None:
        named = {each for pair in (*self.friends, *self.asked, *self.ghosts, *self.blocks) for each in pair}
        for one in named:
            assert len(self.journal.events[Address("user", one)]) > 1


Friendships.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestFriendships = Friendships.TestCase


# --- all at once ---

COMMANDS = (
    social.RequestFriend,
    social.AcceptFriend,
    social.DeclineFriend,
    social.RemoveFriend,
    social.BlockUser,
    social.UnblockUser,
)
said_at_once = st.lists(st.tuples(one_of_them, st.sampled_from(COMMANDS), one_of_them), max_size=40)


@settings(max_examples=150, deadline=None)
@given(said_at_once, said_at_once)
def test_both_sides_agree_whatever_crosses_on_its_way(before: list[Any], after: list[Any]) -> None:
    """Nobody waits for an answer, and the actors are loaded while the commands arrive."""

    async def play() -> dict[str, User]:
        journal = await everyone_there()
        for batch in (before, after):
            world = World(journal, kinds={"user": UserActor}, rules=RULES)
            for by, command, other in batch:
                world.send(other, command(other), by=by, kind="user", may=Permission.USER, onward=True)
            await world.directory.settled()
            assert len(world.replies) == len(batch)
        found = {}
        for one in PEOPLE:
            found[one] = blank(one)
            for event in journal.events[Address("user", one)]:
                evolve(found[one], event, RULES)
        return found

    known = {one: user.social or Social() for one, user in asyncio.run(play()).items()}
    for one, mine in known.items():
        for other, theirs in known.items():
            assert (other in mine.friends) == (one in theirs.friends)
            assert (other in mine.blocked) == (one in theirs.blocked_by)
            assert (other in mine.received) == (one in theirs.sent and other not in mine.blocked_by | mine.blocked)
            standing = [other in each for each in (mine.friends, mine.sent, mine.received, mine.blocked)]
            assert sum(standing) <= 1
