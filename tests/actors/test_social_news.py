"""What friends hear of a user, and above all what nobody hears."""

from datetime import timedelta
from typing import Any

import pytest

from actors.messages import Permission, Push, Tick, Veil
from actors.user import UserActor
from actors.user.news import PART
from gateway.rule_file import read_rules
from rules.activity.fact import Fact, Kind
from rules.changes import (
    ActivityChanged,
    BadgeEarned,
    ChallengeCompleted,
    Change,
    GoalAchieved,
    RecordAchieved,
)
from rules.goals.commands import CreateGoal
from rules.group.mine import GroupEntered
from rules.reward_state import EarnedBadge
from rules.social import commands as social
from rules.social.news import DECIDED_BY
from rules.user import evolve
from rules.user.commands import EarnedBadges, PrivacyChanges, Register, SyncSteps, UpdatePreferences
from tests.actors.world import NOON, World

ANN, BOB, CAT, DAN = (f"00000000-0000-0000-0000-00000000000{n}" for n in "abcd")
RULES = read_rules(None)
TODAY = NOON.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SETTINGS = ("profile", "scores", "workouts", "progress")


def fact(kind: Kind, *, ago: timedelta = HOUR, metrics: dict[str, float] | None = None, **details: Any) -> Fact:
    at = NOON - ago
    return Fact("an-id", kind, at.date(), "UTC", at, at, metrics or {}, NOON, details=details)


NEWS: dict[str, Change] = {
    "walkStarted": ActivityChanged(None, fact(Kind.WALK, inProgress=True)),
    "workoutCompleted": ActivityChanged(None, fact(Kind.WORKOUT, metrics={"volume": 1200.0}, name="Legs")),
    "personalRecord": RecordAchieved("s", "squat", "Squat", "maxWeight", 100.0, 95.0),
    "goalAchieved": GoalAchieved("g", "Walk", "steps", 10_000.0, "r"),
    "puff": ActivityChanged(None, fact(Kind.PUFF)),
    "challengeCompleted": ChallengeCompleted("c", "Cup", ranked=True, rank=2, reached_target=False),
    "badgeEarned": BadgeEarned(RULES.badges_by_id["level-5"], 1, "r"),
}


@pytest.fixture
async def world() -> World:
    """Ann has Bob for a friend, has blocked Cat, and does not know Dan."""
    world = World(kinds={"user": UserActor}, rules=RULES)
    world.audience.watched |= {f"user:{user_id}" for user_id in (ANN, BOB, CAT, DAN)}
    for user_id, name in ((ANN, "ann"), (BOB, "bob"), (CAT, "cat"), (DAN, "dan")):
        await world.ask(user_id, Register(name, name.title()), by=user_id, kind="user", may=Permission.SELF)
    for other in (BOB, CAT):
        await say(world, ANN, social.RequestFriend(other))
        await say(world, other, social.AcceptFriend(ANN))
    await say(world, ANN, social.BlockUser(CAT))
    return world


async def say(world: World, by: str, command: Any) -> Any:
    return await world.ask(command.user_id, command, by=by, kind="user", may=Permission.USER, onward=True)


async def settings(world: World, **privacy: Any) -> None:
    command = UpdatePreferences(privacy=PrivacyChanges(**privacy))
    await world.ask(ANN, command, by=ANN, kind="user", may=Permission.SELF)


def actor(world: World) -> Any:
    [cell] = [cell for cell in world.directory.cells() if cell.address.id == ANN]
    return cell.actor


def told(world: World, *changes: Change) -> list[Any]:
    """What Ann's actor pushes when these changes come about in one turn."""
    ann = actor(world)
    turn = ann.begin(NOON)
    for change in changes:
        PART.reactions[type(change)](ann, change, turn)
    return turn.outcome.effects


async def all_public(world: World) -> None:
    await settings(world, **dict.fromkeys(SETTINGS, "public"))


@pytest.mark.parametrize("what", NEWS)
@pytest.mark.parametrize("shared", ["public", "friends"])
async def test_friends_hear_it_and_nobody_else(world, what, shared):
    await settings(world, **dict.fromkeys(SETTINGS, shared))
    [push] = told(world, NEWS[what])
    assert push.topic == f"user:{BOB}"
    if what == "puff":
        assert (push.type, push.data) == ("friend:puff", {"userId": ANN, "at": "2026-05-01T11:00:00Z"})
    else:
        assert (push.type, push.data["userId"], push.data["activity"]) == ("friend:activity", ANN, what)
    assert not push.ephemeral


@pytest.mark.parametrize("what", NEWS)
@pytest.mark.parametrize("setting", SETTINGS)
async def test_one_private_setting_silences_what_it_decides_about_and_nothing_else(world, what, setting):
    await all_public(world)
    await settings(world, **{setting: "private"})
    silent = setting in (DECIDED_BY[what], "profile")
    assert (told(world, NEWS[what]) == []) is silent


@pytest.mark.parametrize("what", NEWS)
async def test_nobody_hears_anything_with_the_friendship_gone(world, what):
    await all_public(world)
    await say(world, BOB, social.RemoveFriend(ANN))
    assert told(world, NEWS[what]) == []


@pytest.mark.parametrize("what", NEWS)
async def test_a_request_that_waits_makes_nobody_hear(world, what):
    await all_public(world)
    await say(world, DAN, social.RequestFriend(ANN))
    assert {push.topic for push in told(world, NEWS[what])} == {f"user:{BOB}"}


async def test_goals_and_puffs_are_ones_own_unless_one_shares_them(world):
    assert told(world, NEWS["goalAchieved"]) == told(world, NEWS["puff"]) == []


SILENT: dict[str, list[Change]] = {
    "a walk of two days ago": [ActivityChanged(None, fact(Kind.WALK, ago=2 * DAY))],
    "a puff of two days ago": [ActivityChanged(None, fact(Kind.PUFF, ago=2 * DAY))],
    "a correction": [ActivityChanged(fact(Kind.RUN), fact(Kind.RUN, metrics={"distance": 5.0}))],
    "a removal": [ActivityChanged(fact(Kind.RUN), None)],
    "a walk that is over": [ActivityChanged(fact(Kind.WALK, inProgress=True), fact(Kind.WALK))],
    "a walk kept to oneself": [ActivityChanged(None, fact(Kind.WALK, isPublic=False))],
    "a workout kept to oneself": [ActivityChanged(None, fact(Kind.WORKOUT, visibility="private"))],
    "a check-in": [ActivityChanged(None, fact(Kind.CHECK_IN))],
    "a badge for a walk of two days ago": [ActivityChanged(None, fact(Kind.WALK, ago=2 * DAY)), NEWS["badgeEarned"]],
    "a badge for a run kept to oneself": [ActivityChanged(None, fact(Kind.RUN, isPublic=False)), NEWS["badgeEarned"]],
    "a badge for a private check-in": [ActivityChanged(None, fact(Kind.CHECK_IN, isPrivate=True)), NEWS["badgeEarned"]],
    "a badge for a correction": [ActivityChanged(fact(Kind.RUN), fact(Kind.RUN)), NEWS["badgeEarned"]],
}


@pytest.mark.parametrize("changes", SILENT.values(), ids=SILENT.keys())
async def test_nobody_hears_of(world, changes):
    await all_public(world)
    assert told(world, *changes) == []


async def test_a_badge_earned_at_the_end_of_a_walk_is_news(world):
    await all_public(world)
    over = ActivityChanged(fact(Kind.WALK, inProgress=True), fact(Kind.WALK))
    assert [push.data["activity"] for push in told(world, over, NEWS["badgeEarned"])] == ["badgeEarned"]


BADGES = {"ten-thousand": "scores", "first-workout": "workouts", "early-bird": "workouts", "record-breaker": "workouts"}
BADGES |= {"clear-air": "progress", "goal-getter": "progress", "champion": "scores", "four-strong-weeks": "workouts"}


@pytest.mark.parametrize(("badge", "setting"), BADGES.items())
async def test_a_badge_reveals_no_more_than_the_setting_for_what_it_was_earned_with(world, badge, setting):
    """Friends hear of it, and whoever sees the profile sees it, as far as that setting goes."""

    async def seen(by: str) -> bool:
        shown = await world.ask(ANN, EarnedBadges(ANN), by=by, kind="user", may=Permission.VIEWER)
        return badge in [each["id"] for each in shown["badges"]]

    actor(world).state.rewards.badges[badge] = EarnedBadge(1, NOON)
    earned = BadgeEarned(RULES.badges_by_id[badge], 1, "r")
    for level, hear, friend, stranger in (
        ("public", 1, True, True),
        ("friends", 1, True, False),
        ("private", 0, False, False),
    ):
        await all_public(world)
        await settings(world, **{setting: level})
        assert len(told(world, earned)) == hear
        assert (await seen(BOB), await seen(DAN), await seen(ANN)) == (friend, stranger, True)


async def test_of_a_badge_for_several_things_every_setting_decides(world):
    the_gauntlet = BadgeEarned(RULES.badges_by_id["the-gauntlet"], 1, "r")
    for private in ("scores", "progress"):
        await all_public(world)
        await settings(world, **{private: "private"})
        assert told(world, the_gauntlet) == []


async def test_a_friend_who_is_not_there_costs_nothing(world):
    await all_public(world)
    world.audience.watched.discard(f"user:{BOB}")
    assert told(world, NEWS["badgeEarned"]) == []


async def test_a_sync_tells_friends_of_the_badges_it_brings(world):
    await settings(world, profile="friends")
    world.audience.pushes.clear()
    await world.ask(ANN, SyncSteps(TODAY, 12_000), by=ANN, kind="user", may=Permission.SELF)
    heard = [push for push in world.audience.pushes if push != "reply" and push.topic == f"user:{BOB}"]
    assert heard
    assert {(push.type, push.data["activity"]) for push in heard} == {("friend:activity", "badgeEarned")}
    world.audience.pushes.clear()
    await world.ask(ANN, SyncSteps(TODAY - 3 * DAY, 30_000), by=ANN, kind="user", may=Permission.SELF)
    pushes = [push for push in world.audience.pushes if push != "reply"]
    assert "badge:earned" in {push.type for push in pushes}
    assert {push.topic for push in pushes} == {f"user:{ANN}"}


async def test_a_goal_reached_by_what_comes_in_late_is_no_news(world):
    """The week's goal: with the steps of three days ago nobody hears of it, with those of today friends do."""

    async def own(command: Any) -> None:
        await world.ask(ANN, command, by=ANN, kind="user", may=Permission.SELF)

    def goals() -> list[str]:
        heard = [push for push in world.audience.pushes if push != "reply" and push.type == "friend:activity"]
        world.audience.pushes.clear()
        return [push.topic for push in heard if push.data["activity"] == "goalAchieved"]

    await settings(world, progress="friends")
    for target in (5_000, 50_000):
        await own(CreateGoal(type="weekly", metric="steps", target=target))
    await own(SyncSteps(TODAY - 3 * DAY, 30_000))
    assert goals() == []
    await own(SyncSteps(TODAY, 25_000))
    assert goals() == [f"user:{BOB}"]


async def test_groups_hear_who_comes_and_goes_unless_the_profile_is_private(world):
    evolve(actor(world).state, GroupEntered(NOON, "g"), RULES)
    for profile, heard in (("friends", {f"user:{BOB}", "group:g"}), ("private", set())):
        await settings(world, profile=profile)
        outcome = PART.ticks["online"](actor(world), Tick("online", NOON))
        pushes = [effect for effect in outcome.effects if isinstance(effect, Push)]
        assert {push.topic for push in pushes} == heard
        assert all(push.ephemeral for push in pushes)
        assert [effect.on for effect in outcome.effects if isinstance(effect, Veil)] == ([] if heard else [True])


async def test_in_a_group_presence_is_not_for_whom_a_block_keeps_apart(world):
    evolve(actor(world).state, GroupEntered(NOON, "g"), RULES)

    [in_group] = [
        push for push in PART.ticks["online"](actor(world), Tick("online", NOON)).effects if push.topic == "group:g"
    ]

    assert in_group.hidden_from == {CAT}


async def test_who_hides_their_profile_goes_for_the_others_and_who_shows_it_comes_back(world):
    evolve(actor(world).state, GroupEntered(NOON, "g"), RULES)
    world.audience.present[ANN] = "online"
    for profile, type, seen in (("private", "offline", "offline"), ("public", "online", "online")):
        world.audience.pushes.clear()
        for _ in range(2):  # told once
            await settings(world, profile=profile)
        told = [push for push in world.audience.pushes if push != "reply" and push.ephemeral]
        assert {(push.topic, push.type) for push in told} == {
            (f"user:{BOB}", f"friend:{type}"),
            ("group:g", f"presence:{type}"),
        }
        assert len(told) == 2
        assert world.audience.seen(ANN) == seen
    world.audience.present[ANN] = "offline"
    world.audience.pushes.clear()
    await settings(world, profile="private")
    assert [push for push in world.audience.pushes if push != "reply" and push.ephemeral] == []
