"""What users did, in the real runtime: replies, pushes, rows and alarms; and nothing is lost when an actor dies."""

from datetime import timedelta

import pytest

from actors.messages import Address, Outcome, Permission, Tell
from actors.runtime import JournalledActor
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import SnapshotCodec, dump
from rules.activity.commands import DeleteActivity, FreezeStreak, LogRun, LogWalk, RecordPuff
from rules.day import steps_activity_id
from rules.refusal import Code
from rules.tells.group import CheckedIn, CheckInRemoved
from rules.tells.session import WorkoutDone
from rules.user import User, blank, evolve
from rules.user.commands import Me, Register, SyncSteps, UpdatePreferences
from tests.actors.world import NOON, World

ANN = "00000000-0000-0000-0000-00000000000a"
CREW = "00000000-0000-0000-0000-0000000000dd"
ACTIVITY = "00000000-0000-0000-0000-0000000000ee"
TODAY = NOON.date()
HOUR = timedelta(hours=1)
RULES = read_rules(None)


class CrewActor(JournalledActor):
    """A group that remembers who came with what."""

    __slots__ = ()
    kind = "group"

    def blank(self):
        return []

    @property
    def exists(self):
        return True

    def standing(self, caller, known=None):
        return frozenset({Permission.SELF})

    def on_command(self, command):
        fact = command.known.fact
        return Outcome({"activity": {"id": command.command.activity_id, "date": fact.date.isoformat()}})


@pytest.fixture
async def world():
    world = World(kinds={"user": UserActor, "group": CrewActor}, rules=RULES)
    world.audience.watched.add(f"user:{ANN}")
    await own(world, Register("ann", "Ann"))
    world.audience.pushes.clear()
    return world


async def own(world: World, command, **more):
    return await world.ask(ANN, command, by=ANN, kind="user", may=Permission.SELF, **more)


async def told(world: World, message) -> None:
    world.directory.tell(Address("user", ANN), Tell(message, world.clock.now()))
    await world.directory.settled()


def pushed(world: World) -> dict[str, dict]:
    pushes = {push.type: push.data for push in world.audience.pushes if push != "reply"}
    world.audience.pushes.clear()
    return pushes


def touched(world: World) -> set:
    return {key for change in world.journal.commits[-1].changes for key in change.touched}


def run(km: float = 10, client: str | None = "r") -> LogRun:
    return LogRun(NOON - 2 * HOUR, client, end_time=NOON - HOUR, distance_meters=km * 1000)


async def test_a_run_is_answered_and_tells_of_all_that_it_brings(world):
    reply = await own(world, run())
    activity = reply["activity"]
    assert (activity["kind"], activity["status"], activity["metrics"]["distance"]) == ("run", "counted", 10_000)
    told_of = pushed(world)
    assert told_of["stats:update"]["today"]["distance"] == 10_000
    assert (told_of["xp:awarded"]["amount"], told_of["xp:awarded"]["reason"]) == (100, "run")
    assert told_of["streak:extended"]["streak"]["kind"] == "active"
    assert {("day", TODAY), "user"} <= touched(world)


async def test_a_repeated_run_is_answered_the_same_and_changes_nothing(world):
    first = await own(world, run())
    before = len(world.journal.commits)
    assert await own(world, run()) == first
    assert len(world.journal.commits) == before


async def test_a_puff_is_answered_with_today(world):
    reply = await own(world, RecordPuff(client_id="p"))
    assert (reply["activity"]["kind"], reply["today"]["puffs"]) == ("puff", 1)
    assert (await own(world, RecordPuff(client_id="p")))["today"]["puffs"] == 1


async def test_a_deleted_activity_is_shown_as_removed(world):
    activity = (await own(world, run()))["activity"]
    pushed(world)
    reply = await own(world, DeleteActivity(activity["id"]))
    assert reply["activity"] == {**activity, "status": "removed"}
    assert pushed(world)["xp:awarded"]["amount"] == -100
    assert (await own(world, DeleteActivity(activity["id"]))).code is Code.NOT_FOUND


async def test_steps_of_a_device_are_deleted_with_their_row(world):
    await own(world, SyncSteps(TODAY, 4000))
    steps = steps_activity_id(ANN, TODAY, "default")
    reply = await own(world, DeleteActivity(steps))
    assert (reply["activity"]["status"], reply["activity"]["metrics"]["steps"]) == ("removed", 4000)
    assert ("steps", TODAY, "default") in touched(world)
    assert (await own(world, Me()))["today"]["steps"] == 0


async def test_a_workout_can_be_deleted_by_the_id_of_its_session(world):
    await told(world, WorkoutDone(ACTIVITY, "Legs", NOON - HOUR, NOON, 3000.0, 2500.0, 10, 80, 210.0, "friends"))
    pushed(world)
    reply = await own(world, DeleteActivity(ACTIVITY))
    assert (reply["activity"]["kind"], reply["activity"]["status"]) == ("workout", "removed")
    assert pushed(world)["xp:awarded"]["amount"] == -70


async def test_workouts_and_check_ins_come_from_others_and_count_once(world):
    done = WorkoutDone(ACTIVITY, "Legs", NOON - HOUR, NOON, 3000.0, 2500.0, 10, 80, 210.0, "friends")
    await told(world, done)
    assert pushed(world)["xp:awarded"]["amount"] == 70
    await told(world, done)
    assert pushed(world) == {}
    said = CheckedIn(
        "00000000-0000-0000-0000-0000000000e1",
        CREW,
        "Crew",
        (TODAY, TODAY),
        "daily",
        NOON,
        7,
        6,
        5,
        4,
        None,
        None,
        None,
        private=False,
    )
    await told(world, said)
    pushes = pushed(world)
    assert pushes["xp:awarded"]["amount"] == 20
    assert pushes["streak:extended"]["streak"]["groupId"] == CREW
    me = await own(world, Me())
    assert (me["today"]["workouts"], me["today"]["checkIns"], me["xp"]) == (1, 1, 90)
    # deleting it is the group's to do, which tells of it
    reply = await own(world, DeleteActivity(said.activity_id))
    assert reply["activity"] == {"id": said.activity_id, "date": TODAY.isoformat()}
    for _ in range(2):
        await told(world, CheckInRemoved(said.activity_id, CREW))
    assert (await own(world, Me()))["today"]["checkIns"] == 0


async def test_a_day_without_a_puff_is_credited_at_its_end(world):
    await world.reminders.start()
    await own(world, UpdatePreferences(track_puffs=True))
    assert (Address("user", ANN), "day") in world.journal.reminders
    await world.hours_later(12)
    pushed(world)
    await world.hours_later(24)
    pushes = pushed(world)
    assert (pushes["xp:awarded"]["amount"], pushes["streak:extended"]["streak"]["kind"]) == (30, "puffFree")
    await world.reminders.stop()


async def test_a_streak_is_frozen_by_hand(world):
    for n in range(1, 12):
        await own(world, SyncSteps(TODAY - timedelta(days=n), 1200))
    pushed(world)
    reply = await own(world, FreezeStreak("active", TODAY))
    assert (reply["current"], reply["frozenDays"]) == (11, [TODAY.isoformat()])
    assert pushed(world)["streak:frozen"]["streak"] == reply
    assert await own(world, FreezeStreak("active", TODAY)) == reply  # it is so already
    assert "streak:frozen" not in pushed(world)
    assert (await own(world, FreezeStreak("stepsGoal", TODAY))).code is Code.CONFLICT


async def test_killed_between_commands_the_user_comes_back_equal(world):
    """From the journal, and from a snapshot."""
    await own(world, UpdatePreferences(track_puffs=True))
    for command in (run(), run(8), LogWalk(NOON, "w"), RecordPuff(), SyncSteps(TODAY, 3000)):
        assert isinstance(await own(world, command), dict)
        state = blank(ANN)
        for event in world.journal.events[Address("user", ANN)]:
            evolve(state, event, RULES)
        again = World(journal=world.journal, kinds={"user": UserActor, "group": CrewActor}, rules=RULES)
        assert await own(again, Me()) == await own(world, Me())
        codec = SnapshotCodec(User)
        assert codec.decode(dump(state)) == state
