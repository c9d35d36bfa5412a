"""Workout sessions and their athletes, as actors: who is told what, and what a crash or restart leaves as it was."""

from datetime import timedelta
from itertools import accumulate
from uuid import UUID

import pytest

from actors.messages import Address, Attend, Permission, Push
from actors.session import SessionActor
from actors.user import UserActor
from gateway.catalogue import CATALOGUE
from gateway.rule_file import read_rules
from persistence.codec import SnapshotCodec, dump
from rules import session as rules
from rules.activity.commands import DeleteActivity
from rules.ids import workout_id
from rules.records.commands import LivePoint, OwnRecords, UpdateLocation
from rules.refusal import Code, Refusal
from rules.session.commands import ExercisePlan
from rules.social.commands import BlockUser, RemoveFriend, RequestFriend, SendCheer
from rules.user import User
from rules.user import commands as user
from tests.actors.world import NOON, World

RULES = read_rules(None)
ANN, BOB, CEM, GYM, PARK = (str(UUID(int=number)) for number in range(1001, 1006))
SQUAT, BENCH = "back-squat", "bench-press"
KINDS = {"user": UserActor, "session": SessionActor}
MAY = {entry.command: entry.may for entry in CATALOGUE.values() if entry.to in ("session", "topic")}


class Gym(World):
    def __init__(self, **more):
        super().__init__(kinds=KINDS, rules=RULES, **more)

    async def people(self, *ids):
        for id in ids:
            await self.own(id, user.Register(f"user{id[-4:]}", f"User {id[-4:]}"))
        return self

    async def own(self, id, command):
        reply = await self.ask(id, command, by=id, may=Permission.SELF, kind="user")
        assert not isinstance(reply, Refusal), reply
        return reply

    async def try_(self, command, by=ANN, id=GYM, **more):
        may = MAY[type(command)]
        return await self.ask(id, command, by=by, may=may, kind="session", onward=True, **more)

    async def do(self, command, by=ANN, id=GYM, **more):
        reply = await self.try_(command, by, id, **more)
        assert not isinstance(reply, Refusal), reply
        return reply

    async def lift(self, weight, reps, by=ANN, id=GYM):
        return await self.do(rules.CompleteSet(id, weight=weight, reps=reps), by, id)

    def heard(self, type=None, topic=f"session:{GYM}"):
        return [
            push
            for push in self.audience.pushes
            if isinstance(push, Push) and push.topic == topic and type in (None, push.type)
        ]

    def state(self, kind="session", id=GYM):
        [cell] = [cell for cell in self.directory.cells() if cell.address == Address(kind, id)]
        return cell.actor.state

    async def seconds(self, count):
        """Real and game time go on together."""
        for _ in range(count * 4):
            self.clock.set(self.clock.now() + timedelta(seconds=0.25))
            await self.reminders.next_due(self.clock.now())
            self.reminders.deliver_due()
            self.timers.pass_by(0.25)
            await self.directory.settled()

    def restarted(self):
        """Another server on the same journal."""
        again = Gym(journal=self.journal)
        again.clock.set(self.clock.now())
        return again


@pytest.fixture
async def gym():
    return await Gym().people(ANN, BOB, CEM)


@pytest.fixture
async def running(gym):
    """Ann squats, where everybody may watch."""
    await gym.do(rules.Plan(name="Legs", exercises=[ExercisePlan(SQUAT), ExercisePlan(BENCH)], visibility="public"))
    await gym.do(rules.Start(GYM))
    return gym


# --- in and out ---


async def test_a_running_session_is_in_the_users_own_state(running):
    assert (await running.own(ANN, user.Me()))["sessionId"] == GYM
    assert running.audience.attendance == [Attend(ANN, f"session:{GYM}")] * 2  # as it is planned, and as it begins

    await running.do(rules.Complete(GYM))

    assert "sessionId" not in await running.own(ANN, user.Me())
    assert running.audience.attendance[-1] == Attend(ANN, f"session:{GYM}", on=False)
    in_step = running.heard("sync:workout", f"user:{ANN}")
    assert [push.data["sessionId"] for push in in_step] == [GYM, None]


async def test_one_starts_without_a_plan(gym):
    begun = await gym.do(rules.Start(), id=PARK)

    assert (begun["state"], begun["id"], begun["ownerId"]) == ("inProgress", PARK, ANN)
    assert begun["visibility"] == "friends"


async def test_only_one_session_of_a_user_runs_at_a_time(running):
    refused = await running.try_(rules.Start(), id=PARK)

    assert refused.code is Code.CONFLICT
    assert refused.details == {"sessionId": GYM}
    await running.do(rules.Pause(GYM))
    assert (await running.try_(rules.Start(), id=PARK)).code is Code.CONFLICT
    await running.do(rules.Cancel(GYM))
    await running.do(rules.Start(), id=PARK)


async def test_two_devices_that_start_at_the_same_moment_start_one_session(gym):
    for id in (GYM, PARK):
        gym.send(id, rules.Start(), by=ANN, may=Permission.USER, kind="session", onward=True)
    await gym.directory.settled()

    assert [gym.state(id=id).phase for id in (GYM, PARK)] == ["inProgress", "cancelled"]
    assert (await gym.own(ANN, user.Me()))["sessionId"] == GYM


async def test_an_athlete_of_a_plan_who_trains_elsewhere_is_not_in_it(gym):
    await gym.do(rules.Plan(name="Together", visibility="public"))
    await gym.do(rules.Join(GYM), BOB)
    await gym.do(rules.Start(), BOB, PARK)

    await gym.do(rules.Start(GYM))

    assert list(gym.state().athletes) == [ANN]
    assert (await gym.own(BOB, user.Me()))["sessionId"] == PARK
    assert gym.heard("workout:left")[0].data["userId"] == BOB


async def test_a_repeated_key_starts_once_and_gets_its_first_reply(gym):
    first = await gym.do(rules.Start(), key="k")
    again = await gym.do(rules.Start(), key="k")

    assert again == first
    assert len(gym.journal.events[Address("session", GYM)]) == 2


# --- who may ---


@pytest.mark.parametrize(("visibility", "sees"), [("public", True), ("friends", False), ("private", False)])
async def test_strangers_see_and_join_what_is_public(gym, visibility, sees):
    await gym.do(rules.Plan(name="x", visibility=visibility))

    for command in (rules.Get(GYM), rules.View(GYM), rules.Join(GYM)):
        reply = await gym.try_(command, BOB)
        assert (reply.code is Code.NOT_FOUND) if not sees else not isinstance(reply, Refusal)


async def test_friends_see_what_is_for_friends(gym):
    await gym.do(rules.Plan(name="x", visibility="friends"))
    for by, other in ((ANN, BOB), (BOB, ANN)):
        await _friend(gym, by, other)

    assert (await gym.do(rules.View(GYM), BOB))["session"]["id"] == GYM
    assert (await gym.try_(rules.View(GYM), CEM)).code is Code.NOT_FOUND


async def test_those_invited_come_in_and_hear_of_it(gym):
    await gym.do(rules.Plan(name="Legs", visibility="private"))

    assert await gym.do(rules.Invite(GYM, [BOB])) == {}

    [asked] = gym.heard("workout:invited", f"user:{BOB}")
    assert asked.data == {"sessionId": GYM, "name": "Legs", "by": ANN}
    await gym.do(rules.Join(GYM), BOB)
    assert (await gym.try_(rules.Join(GYM), CEM)).code is Code.NOT_FOUND


async def test_only_its_owner_runs_it_and_only_athletes_train(running):
    await running.do(rules.Join(GYM), BOB)

    for command in (rules.Pause(GYM), rules.Resume(GYM), rules.Start(GYM)):
        assert (await running.try_(command, BOB)).code is Code.FORBIDDEN
    for command in (rules.CompleteSet(GYM, reps=1), rules.StartRest(GYM, 5), rules.Complete(GYM)):
        assert (await running.try_(command, CEM)).code is Code.FORBIDDEN
    await running.do(rules.Complete(GYM), BOB)  # with no set done: they have just left
    assert (await running.try_(rules.CompleteSet(GYM, reps=1), BOB)).code is Code.FORBIDDEN
    assert (await running.try_(rules.Start(PARK), id=PARK)).code is Code.NOT_FOUND


# --- what is heard ---


async def test_a_set_is_heard_with_its_records_and_numbers(running):
    said = await running.lift(100, 5)

    assert said["set"] == {"index": 0, "weight": 100, "reps": 5, "completedAt": "2026-05-01T12:00:00Z", "record": True}
    assert [record["kind"] for record in said["records"]] == ["maxWeight", "oneRepMax"]
    types = [push.type for push in running.heard()]
    assert types[-4:] == ["set:completed", "pr:achieved", "pr:achieved", "workout:stats"]
    own = running.heard("pr:achieved", f"user:{ANN}")
    assert [push.data for push in own] == [
        {"exerciseId": SQUAT, "kind": "maxWeight", "value": 100},
        {"exerciseId": SQUAT, "kind": "oneRepMax", "value": 116.67},
    ]
    assert running.heard("xp:awarded", f"user:{ANN}")[0].data["amount"] == 25


@pytest.mark.parametrize(("visibility", "told"), [("public", 2), ("friends", 2), ("private", 0)])
async def test_friends_hear_of_no_record_of_a_private_session(gym, visibility, told):
    await _friend(gym, ANN, BOB)
    await _friend(gym, BOB, ANN)
    gym.audience.watched.add(f"user:{BOB}")
    await gym.do(rules.Plan(name="x", exercises=[ExercisePlan(SQUAT)], visibility=visibility))
    await gym.do(rules.Start(GYM))
    await gym.lift(100, 5)

    heard = [push.data["activity"] for push in gym.heard("friend:activity", f"user:{BOB}")]
    assert heard == ["personalRecord"] * told
    assert len(gym.heard("pr:achieved", f"user:{ANN}")) == 2


async def test_numbers_come_at_most_once_a_second(running):
    for _ in range(3):
        await running.lift(20, 5)
    assert [push.data["stats"]["sets"] for push in running.heard("workout:stats")] == [1]

    running.timers.pass_by(1)
    await running.directory.settled()
    running.timers.pass_by(5)
    await running.directory.settled()

    assert [push.data["stats"]["sets"] for push in running.heard("workout:stats")] == [1, 3]
    await running.lift(20, 5)
    assert len(running.heard("workout:stats")) == 3


async def test_what_was_undone_is_taken_back_everywhere(running):
    before = await running.own(ANN, user.Me())
    await running.lift(100, 5)
    assert (await running.own(ANN, user.Me()))["xp"] == before["xp"] + 50

    await running.do(rules.UndoSet(GYM))

    undone = running.heard("set:undone")[0].data
    assert (undone["exerciseId"], undone["set"]["weight"]) == (SQUAT, 100)
    assert (await running.own(ANN, user.Me()))["xp"] == before["xp"]
    assert (await running.own(ANN, OwnRecords())) == {"exercises": []}


async def test_the_next_session_has_to_beat_the_last(running):
    await running.lift(100, 5)
    await running.do(rules.Complete(GYM))
    await running.do(rules.Start(), id=PARK)
    await running.do(rules.Select(PARK, SQUAT), id=PARK)

    assert (await running.lift(100, 5, id=PARK))["records"] == []
    said = await running.lift(102.5, 5, id=PARK)

    assert said["records"][0] == {
        "exerciseId": SQUAT,
        "kind": "maxWeight",
        "value": 102.5,
        "previous": 100,
        "improvement": 2.5,
    }


async def test_a_completed_session_is_an_activity_of_everyone_who_did_something(running):
    await running.do(rules.Join(GYM), BOB)
    await running.do(rules.Join(GYM), CEM)
    await running.lift(100, 5)
    await running.lift(60, 5, BOB)
    running.clock.set(NOON + timedelta(minutes=30))

    await running.do(rules.Complete(GYM))

    done = [event.__class__.__name__ for id in (ANN, BOB, CEM) for event in running.journal.events[Address("user", id)]]
    assert done.count("SessionLeft") == 3
    today = [(await running.own(id, user.Me()))["today"] for id in (ANN, BOB, CEM)]
    assert [day["workouts"] for day in today] == [1, 1, 0]
    assert [day["volume"] for day in today] == [500, 300, 0]
    assert running.heard("workout:completed")[0].data["session"]["state"] == "completed"


async def test_a_session_called_off_leaves_nothing(running):
    before = (await running.own(ANN, user.Me()))["xp"]
    await running.lift(100, 5)
    await running.do(rules.Cancel(GYM))

    me = await running.own(ANN, user.Me())
    assert (me["xp"], me["today"]["workouts"]) == (before, 0)
    told = [push.data for push in running.heard("xp:awarded", f"user:{ANN}")]
    assert [push["xp"] for push in told] == list(accumulate(push["amount"] for push in told))
    assert (await running.own(ANN, OwnRecords())) == {"exercises": []}


async def test_a_workout_deleted_later_takes_its_records_with_it(running):
    before = (await running.own(ANN, user.Me()))["xp"]
    await running.lift(100, 5)
    await running.do(rules.Complete(GYM))
    assert (await running.own(ANN, user.Me()))["xp"] > before + 50

    await running.own(ANN, DeleteActivity(workout_id(ANN, GYM)))

    me = await running.own(ANN, user.Me())
    assert (me["xp"], me["today"]["workouts"]) == (before, 0)
    told = [push.data for push in running.heard("xp:awarded", f"user:{ANN}")]
    assert [push["xp"] for push in told] == list(accumulate(push["amount"] for push in told))
    assert (await running.own(ANN, OwnRecords())) == {"exercises": []}
    await running.do(rules.Start(), id=PARK)
    await running.do(rules.Select(PARK, SQUAT), id=PARK)
    assert "previous" not in (await running.lift(60, 5, id=PARK))["records"][0]


@pytest.mark.parametrize("end", [rules.Complete(GYM), rules.Cancel(GYM)])
async def test_who_completed_their_part_has_it_whatever_comes_after(running, end):
    await running.do(rules.Join(GYM), BOB)
    await running.lift(60, 5, BOB)
    await running.do(rules.Complete(GYM), BOB)
    before = await running.own(BOB, user.Me())
    events = len(running.journal.events[Address("user", BOB)])
    running.clock.set(NOON + timedelta(minutes=30))

    await running.do(end)

    assert before["today"]["workouts"] == 1
    assert len(running.journal.events[Address("user", BOB)]) == events


async def test_an_abandoned_session_completes_by_itself(running):
    await running.lift(100, 5)
    await running.hours_later(11.5)
    assert running.state().phase == "inProgress"
    await running.lift(100, 5)

    await running.hours_later(12)

    assert running.state().phase == "completed"
    assert "sessionId" not in await running.own(ANN, user.Me())
    assert not [address for address, _ in running.journal.reminders if address.kind == "session"]


async def test_a_location_goes_to_those_who_watch_and_is_not_kept(running):
    point = LivePoint(lat=52.5, lon=13.4, time=NOON)
    before = len(running.journal.commits)

    assert await running.own(ANN, UpdateLocation([point])) == {}

    [seen] = running.heard("location:updated")
    assert seen.data == {"userId": ANN, "points": [{"lat": 52.5, "lon": 13.4, "time": "2026-05-01T12:00:00Z"}]}
    assert seen.ephemeral
    assert len(running.journal.commits) == before
    refused = await running.ask(BOB, UpdateLocation([point]), by=BOB, may=Permission.SELF, kind="user")
    assert refused.code is Code.WRONG_STATE


async def test_a_cheer_reaches_all_who_watch(running):
    cheer = SendCheer(f"session:{GYM}", ANN, "🔥")

    assert await running.do(cheer, BOB) == {}

    [heard] = running.heard("cheer:received")
    assert (heard.data, heard.ephemeral) == ({"from": BOB, "userId": ANN, "emoji": "🔥"}, True)
    assert (await running.try_(SendCheer(f"session:{GYM}", CEM, "🔥"), BOB)).code is Code.NOT_FOUND
    await running.do(rules.Complete(GYM))
    assert (await running.try_(cheer, ANN)).code is Code.WRONG_STATE


async def test_who_is_no_friend_any_more_watches_no_more(gym):
    await _friend(gym, ANN, BOB)
    await _friend(gym, BOB, ANN)
    await gym.do(rules.Plan(name="x", visibility="friends"))
    await gym.do(rules.Start(GYM))
    await gym.do(rules.View(GYM), BOB)

    await gym.ask(ANN, RemoveFriend(ANN), by=BOB, may=Permission.USER, kind="user", onward=True)

    assert gym.audience.attendance[-1] == Attend(BOB, f"session:{GYM}", on=False)
    assert (await gym.try_(rules.View(GYM), BOB)).code is Code.NOT_FOUND


async def test_a_block_hides_what_is_public(running):
    await running.do(rules.View(GYM), BOB)

    await running.ask(BOB, BlockUser(BOB), by=ANN, may=Permission.USER, kind="user", onward=True)

    assert running.audience.attendance[-1] == Attend(BOB, f"session:{GYM}", on=False)
    assert (await running.try_(rules.View(GYM), BOB)).code is Code.NOT_FOUND


async def test_an_athlete_whom_the_owner_blocks_is_out_as_it_stands(running):
    for by in (BOB, CEM):
        await running.do(rules.Join(GYM), by)
    await running.lift(60, 8, BOB)

    for blocked in (BOB, CEM):
        await running.ask(blocked, BlockUser(blocked), by=ANN, may=Permission.USER, kind="user", onward=True)

    left = [push.data["userId"] for push in running.heard("workout:left")]
    assert left == [BOB, CEM]
    topic = f"session:{GYM}"
    off = [Attend(blocked, topic, on=False) for blocked in (BOB, CEM)]
    assert [each for each in running.audience.attendance if not each.on] == off
    assert [athlete["userId"] for athlete in (await running.do(rules.Get(GYM)))["athletes"]] == [ANN, BOB]
    for blocked, workouts in ((BOB, 1), (CEM, 0)):
        me = await running.own(blocked, user.Me())
        assert (me["today"]["workouts"], "sessionId" in me) == (workouts, False)
        for command in (rules.Get(GYM), rules.CompleteSet(GYM, reps=5)):
            assert (await running.try_(command, blocked)).code is Code.NOT_FOUND


@pytest.mark.parametrize("visibility", ["public", "friends", "private"])
async def test_as_it_begins_only_those_watch_and_train_whom_it_is_shared_with_now(gym, visibility):
    """The plan was watched by friends: one is blocked before it begins, another one is a friend no more."""
    for friend in (BOB, CEM):
        await _friend(gym, ANN, friend)
        await _friend(gym, friend, ANN)
    await gym.do(rules.Plan(name="x", visibility=visibility))
    await gym.do(rules.Invite(GYM, [BOB]))
    await gym.do(rules.Join(GYM), BOB)
    await gym.ask(BOB, BlockUser(BOB), by=ANN, may=Permission.USER, kind="user", onward=True)
    await gym.ask(CEM, RemoveFriend(CEM), by=ANN, may=Permission.USER, kind="user", onward=True)
    gym.audience.attendance.clear()

    begun = await gym.do(rules.Start(GYM))

    topic = f"session:{GYM}"
    assert [athlete["userId"] for athlete in begun["athletes"]] == [ANN]
    keep = frozenset({ANN, BOB})
    assert gym.audience.attendance == [
        Attend(BOB, topic, on=False) if visibility == "public" else Attend(None, topic, on=False, keep=keep),
        Attend(BOB, topic, on=False),
        Attend(ANN, topic),
    ]
    assert [push.type for push in gym.heard()][-2:] == ["workout:left", "workout:started"]


# --- rest ---


def remaining(gym):
    return [push.data["remaining"] for push in gym.heard("rest:timer")]


async def test_a_rest_counts_down_each_second_and_ends_once(running):
    await running.do(rules.StartRest(GYM, 4))
    await running.seconds(10)

    assert remaining(running) == [4, 3, 2, 1, 0]
    assert [push.ephemeral for push in running.heard("rest:timer")] == [True] * 4 + [False]


async def test_two_athletes_rest_side_by_side(running):
    await running.do(rules.Join(GYM), BOB)
    await running.do(rules.StartRest(GYM, 3))
    await running.seconds(1)
    await running.do(rules.StartRest(GYM, 3), BOB)
    await running.seconds(5)

    by_athlete = {
        id: [push.data["remaining"] for push in running.heard("rest:timer") if push.data["userId"] == id]
        for id in (ANN, BOB)
    }
    assert by_athlete == {ANN: [3, 2, 1, 0], BOB: [3, 2, 1, 0]}


async def test_a_rest_that_begins_anew_ends_once(running):
    await running.do(rules.StartRest(GYM, 3))
    await running.seconds(1)
    await running.do(rules.StartRest(GYM, 3))
    await running.seconds(6)

    assert remaining(running) == [3, 2, 3, 2, 1, 0]


async def test_a_rest_skipped_is_over_for_every_device(running):
    await running.do(rules.StartRest(GYM, 60))
    await running.do(rules.SkipRest(GYM))
    await running.seconds(70)

    assert remaining(running) == [60, 0]


async def test_a_rest_of_the_same_length_at_the_same_moment_is_shown_again(running):
    """A driven clock may stand still."""
    for _ in range(2):
        await running.do(rules.StartRest(GYM, 60))
        await running.do(rules.SkipRest(GYM))

    assert remaining(running) == [60, 0, 60, 0]


async def test_a_rest_ticks_on_after_a_restart_once_its_athlete_is_back(running):
    await running.do(rules.StartRest(GYM, 10))
    await running.seconds(2)
    again = running.restarted()
    await again.reminders.next_due(again.clock.now() + timedelta(minutes=1))

    await again.own(ANN, user.Me())  # hello
    await again.seconds(12)

    assert remaining(again) == [8, 7, 6, 5, 4, 3, 2, 1, 0]


async def test_a_rest_that_ended_while_the_server_was_down_ends_when_it_is_back(running):
    await running.do(rules.StartRest(GYM, 10))
    again = running.restarted()

    await again.hours_later(1)

    [end] = again.heard("rest:timer")
    assert (end.data["remaining"], end.ephemeral) == (0, False)
    assert again.journal.events[Address("session", GYM)][-1].at == NOON + timedelta(seconds=10)


async def test_a_crash_in_the_middle_of_a_rest_leaves_it_as_it_was(running):
    await running.do(rules.StartRest(GYM, 5))
    await running.seconds(1)
    before = running.state()

    await running.try_(rules.CompleteSet(GYM, reps="five"))  # what the catalogue would never let through
    await running.seconds(6)

    assert running.observer.said("restarted")
    assert running.state() is not before
    assert remaining(running)[-1] == 0
    assert remaining(running).count(0) == 1


async def test_a_session_in_quarantine_holds_nobody(running):
    """Until an operator has repaired it they train elsewhere; what they had done in it counts when it is over."""
    broken = rules.CompleteSet(GYM, reps="five")  # what the catalogue would never let through
    await running.do(rules.Join(GYM), BOB)
    for by in (ANN, BOB):
        await running.lift(100, 5, by)
    while (await running.try_(broken)).code is not Code.UNAVAILABLE:
        running.timers.pass_by(60)
    assert "sessionId" not in await running.own(ANN, user.Me())

    begun = await running.do(rules.Start(), id=PARK)
    assert begun["state"] == "inProgress"
    assert (await running.own(ANN, user.Me()))["sessionId"] == PARK
    await running.do(rules.Select(PARK, SQUAT), id=PARK)
    assert [record["kind"] for record in (await running.lift(100, 6, id=PARK))["records"]] == [
        "oneRepMax",
        "maxReps",
        "maxVolume",
    ]

    running = running.restarted()
    assert (await running.do(rules.Get(GYM)))["state"] == "inProgress"
    assert (await running.own(BOB, user.Me()))["sessionId"] == GYM  # he has begun no other
    assert (await running.try_(rules.Start(), BOB, str(UUID(int=9)))).code is Code.CONFLICT
    await running.do(rules.Complete(GYM))
    assert (await running.own(ANN, user.Me()))["sessionId"] == PARK
    assert (await running.own(ANN, user.Me()))["today"]["workouts"] == 1
    assert "sessionId" not in await running.own(BOB, user.Me())


# --- killed ---


async def test_killed_after_every_command_it_comes_back_equal():
    """The same story, once in one go and once with a new server before every line of it; then out of snapshots."""
    story = [
        (rules.Plan(name="Legs", exercises=[ExercisePlan(SQUAT)], visibility="public"), ANN),
        (rules.Join(GYM), BOB),
        (rules.Start(GYM), ANN),
        (rules.CompleteSet(GYM, weight=100.0, reps=5, rpe=8.0), ANN),
        (rules.CompleteSet(GYM, weight=60.0, reps=8), BOB),
        (rules.StartRest(GYM, 60), ANN),
        (rules.CompleteSet(GYM, weight=105.0, reps=3), ANN),
        (rules.Select(GYM, BENCH), ANN),
        (rules.Pause(GYM), ANN),
        (rules.UndoSet(GYM), BOB),
        (rules.Resume(GYM), ANN),
        (rules.CompleteSet(GYM, weight=70.0, reps=10), ANN),
        (rules.Complete(GYM), BOB),
    ]
    whole = await Gym().people(ANN, BOB)
    killed = await Gym().people(ANN, BOB)
    for number, (command, by) in enumerate(story):
        killed = killed.restarted()
        for gym in (whole, killed):
            gym.clock.set(NOON + timedelta(seconds=10 * number))
            await gym.do(command, by)

    last = killed.restarted()
    for gym in (whole, last):
        await gym.do(rules.Get(GYM))
        await gym.own(BOB, user.Me())
    assert last.state() == whole.state()
    assert SnapshotCodec(rules.Session).decode(dump(whole.state())) == whole.state()
    for id in (ANN, BOB):
        assert last.state("user", id) == whole.state("user", id)
        assert SnapshotCodec(User).decode(dump(whole.state("user", id))) == whole.state("user", id)
    assert whole.journal.events == killed.journal.events


async def _friend(gym, by, other):
    command = RequestFriend(other)
    reply = await gym.ask(other, command, by=by, may=Permission.USER, kind="user", onward=True)
    assert not isinstance(reply, Refusal), reply
