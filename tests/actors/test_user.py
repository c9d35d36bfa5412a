"""The user's actor in the real runtime: pushes, tells to challenges, the reminder of the day, who may see what."""

from datetime import timedelta

import pytest

from actors.challenge import ChallengeActor
from actors.messages import Address, Permission
from actors.user import UserActor
from actors.user.challenges import MOST_CHALLENGES
from gateway.rule_file import read_rules
from rules import challenge
from rules.refusal import Code
from rules.user.commands import (
    Me,
    PrivacyChanges,
    Profile,
    Register,
    Rewards,
    SyncSteps,
    UpdatePreferences,
    UpdateProfile,
)
from rules.user.events import ChallengeEntered, UserRegistered
from tests.actors.world import NOON, World

ANN = "00000000-0000-0000-0000-00000000000a"
BOB = "00000000-0000-0000-0000-00000000000b"
RACE = "00000000-0000-0000-0000-0000000000cc"
TODAY = NOON.date()


@pytest.fixture
async def world():
    world = World(kinds={"user": UserActor, "challenge": ChallengeActor}, rules=read_rules(None))
    world.audience.watched |= {f"user:{ANN}", f"user:{BOB}", f"challenge:{RACE}"}
    for user_id, name in ((ANN, "ann"), (BOB, "bob")):
        await world.ask(user_id, Register(name, name.title()), by=user_id, kind="user", may=Permission.SELF)
    return world


async def own(world: World, command, by: str = ANN):
    return await world.ask(by, command, by=by, kind="user", may=Permission.SELF)


def pushed(world: World) -> list[tuple[str, dict]]:
    pushes = [(push.type, push.data) for push in world.audience.pushes if push != "reply"]
    world.audience.pushes.clear()
    return pushes


async def live_race(world: World) -> None:
    create = challenge.Create(
        name="Race",
        metric="steps",
        mode="race",
        target=10_000,
        starts_at=NOON + timedelta(hours=1),
        ends_at=NOON + timedelta(days=2),
    )
    host = {"by": BOB, "kind": "challenge"}
    await world.ask(RACE, create, may=Permission.USER, **host)
    await world.ask(RACE, challenge.Open(RACE), may=Permission.HOST, **host)
    await world.ask(RACE, challenge.Start(RACE), may=Permission.HOST, **host)


async def test_a_sync_is_answered_with_the_activity_and_tells_of_its_rewards(world):
    pushed(world)
    reply = await own(world, SyncSteps(TODAY, 12_000))
    assert reply["activity"]["metrics"]["steps"] == 12_000
    assert reply["today"]["steps"] == 12_000
    told = pushed(world)
    assert [(data["amount"], data["xp"]) for kind, data in told if kind == "xp:awarded"] == [(120, 120), (50, 170)]
    assert {"stats:update", "level:up", "badge:earned", "streak:extended"} <= {kind for kind, _ in told}


async def test_a_sync_counts_in_the_challenges_one_is_in_and_commits_with_them(world):
    await live_race(world)
    joined = await world.ask(RACE, challenge.Join(RACE), by=ANN, kind="challenge", onward=True)
    assert joined["participants"] == 1
    before = len(world.journal.commits)
    await own(world, SyncSteps(TODAY, 3000))
    assert len(world.journal.commits) == before + 1
    board = await world.ask(RACE, challenge.Leaderboard(RACE), by=ANN, kind="challenge")
    assert [(row["name"], row["score"]) for row in board["rows"]] == [("Ann", 3000)]


async def test_a_new_name_is_told_to_the_challenges_one_is_in(world):
    await live_race(world)
    await world.ask(RACE, challenge.Join(RACE), by=ANN, kind="challenge", onward=True)
    await own(world, UpdateProfile(display_name="Anna"))
    board = await world.ask(RACE, challenge.Leaderboard(RACE), by=ANN, kind="challenge")
    assert board["rows"][0]["name"] == "Anna"


async def test_nobody_is_in_more_challenges_than_a_sync_can_bear(world):
    await live_race(world)
    ids = [f"00000000-0000-0000-0000-0000000001{n:02}" for n in range(MOST_CHALLENGES)]
    world.journal.events[Address("user", ANN)] = [
        UserRegistered(NOON, "ann", "Ann", "UTC"),
        *(ChallengeEntered(NOON, each, "distance") for each in ids),
    ]
    again = World(world.journal, kinds={"user": UserActor, "challenge": ChallengeActor}, rules=read_rules(None))
    refusal = await again.ask(RACE, challenge.Join(RACE), by=ANN, kind="challenge", onward=True)
    assert refusal.code is Code.CONFLICT


async def test_a_key_on_the_way_to_a_challenge_has_its_effect_once(world):
    await live_race(world)
    first = await world.ask(ANN, challenge.Join(RACE), by=ANN, kind="user", may=Permission.VIEWER, key="k")
    assert await world.ask(ANN, challenge.Join(RACE), by=ANN, kind="user", may=Permission.VIEWER, key="k") == first


async def test_a_missed_day_is_told_at_its_end(world):
    """A durable reminder at midnight, for whom a streak is alive."""
    await world.reminders.start()
    await own(world, SyncSteps(TODAY, 2000))
    assert (Address("user", ANN), "day") in world.journal.reminders
    pushed(world)
    await world.hours_later(12)
    assert pushed(world) == []  # the day is over, and the next one may still be walked
    await world.hours_later(24)
    assert [kind for kind, _ in pushed(world)] == ["streak:broken"]
    assert (Address("user", ANN), "day") not in world.journal.reminders
    await world.reminders.stop()


async def test_a_private_profile_is_not_there_for_others(world):
    seen = await world.ask(ANN, Profile(ANN), by=BOB, kind="user")
    assert seen["displayName"] == "Ann"
    await own(world, UpdatePreferences(privacy=PrivacyChanges(profile="private")))
    assert (await world.ask(ANN, Profile(ANN), by=BOB, kind="user")).code is Code.NOT_FOUND
    assert (await own(world, Profile(ANN)))["displayName"] == "Ann"


async def test_what_is_ones_own_is_for_oneself(world):
    for command in (Me(), Rewards(), SyncSteps(TODAY, 5)):
        refusal = await world.ask(ANN, command, by=BOB, kind="user", may=Permission.SELF)
        assert refusal.code is Code.FORBIDDEN


async def test_a_user_who_never_registered_is_not_there(world):
    nobody = "00000000-0000-0000-0000-0000000000ff"
    assert (await own(world, Me(), by=nobody)).code is Code.NOT_FOUND
    assert (await world.ask(nobody, Profile(nobody), by=BOB, kind="user")).code is Code.NOT_FOUND
