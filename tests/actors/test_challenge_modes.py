"""Every mode with its own users, in the real runtime: what is told, pushed and kept, also across a restart."""

from datetime import timedelta

import pytest

from actors.challenge import ChallengeActor
from actors.challenge.telling import TOLD_AT_ONCE
from actors.messages import Address, Permission, Push
from actors.user import UserActor
from rules import challenge
from rules.activity.commands import DeleteActivity, LogRun, RecordPuff
from rules.challenge.state import Challenge
from rules.refusal import Code
from rules.social.commands import SendCheer
from rules.tells import ChallengeSoon, DayCounted
from rules.user.commands import Me, Register, SyncSteps
from tests.actors.test_challenge import live, opened, pushes
from tests.actors.world import NOON, MemoryJournal, World
from tests.persistence.snapshots import through_snapshot
from tests.rules.challenges import END, ID, START, day
from tests.rules.rule_sets import DEFAULT

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MIDNIGHT = START.replace(hour=0) + DAY
USERS = [f"00000000-0000-0000-0000-00000000000{letter}" for letter in "abcd"]
ANN, BOB, CID, DAN = USERS
GAME = "00000000-0000-0000-0000-0000000000cc"
TODAY = NOON.date()


@pytest.fixture
async def world():
    return await a_world()


async def a_world(**parts):
    world = World(kinds={"user": UserActor, "challenge": ChallengeActor}, rules=DEFAULT, **parts)
    for user_id in USERS:
        name = f"user_{user_id[-1]}"
        await world.ask(user_id, Register(name, name.title()), by=user_id, kind="user", may=Permission.SELF)
    return world


async def own(world, command, by=ANN):
    return await world.ask(by, command, by=by, kind="user", may=Permission.SELF)


async def ask(world, command, by=DAN, may=Permission.USER):
    return await world.ask(GAME, command, by=by, kind="challenge", may=may, onward=True)


async def started(world, *users, **terms):
    """Dan hosts; it began an hour ago."""
    fields = {"name": "Game", "metric": "steps", "mode": "most", **terms}
    made = await ask(world, challenge.Create(starts_at=NOON + HOUR, ends_at=NOON + 3 * DAY, **fields))
    assert made["state"] == "draft", made
    await ask(world, challenge.Open(GAME), may=Permission.HOST)
    for user in users:
        joined = await ask(world, challenge.Join(GAME), by=user, may=Permission.VIEWER)
        assert joined["id"] == GAME, joined
    await ask(world, challenge.Start(GAME), may=Permission.HOST)
    await world.hours_later(1)


async def scores(world):
    page = await ask(world, challenge.Leaderboard(GAME))
    return {row["userId"]: row["score"] for row in page["rows"]}


def challenge_pushes(world, type):
    return [push.data for push in world.audience.pushes if isinstance(push, Push) and push.type == type]


# --- users and what they do ---


async def test_a_run_counts_and_deleting_it_takes_it_back(world):
    await started(world, ANN, metric="distance")
    now = world.clock.now()
    ran = await own(world, LogRun(start_time=now - 30 * MINUTE, end_time=now, distance_meters=5000.0))
    assert await scores(world) == {ANN: 5000}

    await own(world, DeleteActivity(ran["activity"]["id"]))
    assert await scores(world) == {ANN: 0}


async def test_distance_of_devices_and_of_runs_add_up_once(world):
    await started(world, ANN, metric="distance")
    now = world.clock.now()
    await own(world, SyncSteps(TODAY, 2000, distance_meters=1500.0))
    await own(world, LogRun(start_time=now - 30 * MINUTE, end_time=now, distance_meters=5000.0))
    await own(world, SyncSteps(TODAY, 2100, distance_meters=1600.0))

    assert await scores(world) == {ANN: 6600}


async def test_puffs_count_one_by_one(world):
    await started(world, ANN, BOB, metric="puffs", mode="least")
    await own(world, RecordPuff(client_id="one"))
    await own(world, RecordPuff(client_id="one"))
    await own(world, RecordPuff(client_id="two"))

    page = await ask(world, challenge.Leaderboard(GAME))
    assert [(row["userId"], row["rank"], row["score"]) for row in page["rows"]] == [(ANN, 1, 2), (BOB, None, 0)]


async def test_streak_days_are_made_of_steps_and_activities(world):
    await started(world, ANN, BOB, metric="streakDays")
    await own(world, SyncSteps(TODAY, 1000))
    now = world.clock.now()
    await own(world, LogRun(start_time=now - 30 * MINUTE, end_time=now, distance_meters=900.0), by=BOB)

    assert await scores(world) == {ANN: 1, BOB: 1}


async def test_a_baseline_is_asked_for_and_answered_in_the_same_commit(world):
    for back in range(1, 15):
        await own(world, SyncSteps(TODAY - back * DAY, 6000))
    await started(world, ANN, BOB, fairness="baseline")
    commits = len(world.journal.commits)
    await own(world, SyncSteps(TODAY, 9000))

    assert len(world.journal.commits) == commits + 1
    assert await scores(world) == {ANN: 1.5, BOB: 0}


# --- teams, and all together ---


async def test_teams_stand_beside_the_rows_and_share_the_prize(world):
    await started(world, ANN, BOB, CID, mode="teams", teams=["Red", "Blue"], team_score="average")
    for user, steps in ((ANN, 9000), (BOB, 6000), (CID, 1000)):  # Ann and Cid are red
        await own(world, SyncSteps(TODAY, steps), by=user)
    board = await ask(world, challenge.Leaderboard(GAME))
    assert [(team["name"], team["rank"], team["score"], team["members"]) for team in board["teams"]] == [
        ("Blue", 1, 6000, 1),
        ("Red", 2, 5000, 2),
    ]
    assert [row["userId"] for row in board["rows"]] == [ANN, BOB, CID]
    world.timers.pass_by(1)
    await world.directory.settled()
    assert challenge_pushes(world, "challenge:leaderboard")[-1]["teams"] == board["teams"]

    await world.hours_later(80)
    await world.hours_later(0)
    assert challenge_pushes(world, "challenge:finished")[0]["teams"] == board["teams"]
    rewards = {user: (await own(world, Me(), by=user))["xp"] for user in (ANN, BOB, CID)}
    assert rewards[BOB] - rewards[CID] > 300 - 200  # first and second place


def test_the_team_in_front_is_news():
    stage = live("ann", "bob", mode="teams", teams=["Red", "Blue"], target=500.0)
    red, blue = (team.id for team in stage.actor.state.terms.teams)

    def news(user, before, after):
        outcome = stage.steps(user, before, after)
        return [push.data for push in outcome.effects if push.type == "challenge:milestone"]

    assert news("ann", 0, 100) == [{"kind": "lead", "teamId": red}]
    assert news("bob", 0, 90) == []
    assert news("bob", 90, 500) == [{"kind": "target", "teamId": blue}, {"kind": "lead", "teamId": blue}]


@pytest.mark.parametrize(("of", "score"), [("sum", 600), ("average", 200), (challenge.BestOf(2), 500)])
def test_a_team_counts_its_members_as_the_host_chose(of, score):
    stage = live(*"abcdef", mode="teams", teams=["Red", "Blue"], team_score=of)
    for user, steps in (("a", 100), ("c", 200), ("e", 300)):
        stage.steps(user, 0, steps)
    first = stage.ask(challenge.Leaderboard(ID)).reply["teams"][0]
    assert (first["name"], first["score"], first["members"]) == ("Red", score, 3)

    stage.ask(challenge.Disqualify(ID, "e", "bicycle"))
    first = stage.ask(challenge.Leaderboard(ID)).reply["teams"][0]
    assert (first["score"], first["members"]) == (150 if of == "average" else 300, 2)


def test_all_together_pass_the_quarters_and_the_target():
    stage = live("ann", "bob", mode="collective", target=1000.0)

    def news(user, before, after):
        outcome = stage.steps(user, before, after)
        return [push.data for push in outcome.effects if push.type == "challenge:milestone"]

    assert news("ann", 0, 200) == []
    assert news("bob", 0, 60) == [{"kind": "share", "share": 25}]
    assert news("ann", 200, 700) == [{"kind": "share", "share": 75}]
    assert news("bob", 60, 300) == [{"kind": "share", "share": 100}, {"kind": "target"}]
    assert stage.ask(challenge.Leaderboard(ID)).reply["progress"] == {"total": 1000, "target": 1000, "share": 100}
    told = [outcome.tells for outcome in stage.at(END + HOUR)][-1]
    assert {(ended.ranked, ended.rank, ended.reached_target) for _, ended in told} == {(True, None, True)}


# --- elimination ---


def test_a_round_is_pushed_and_everyone_stands_anew():
    stage = opened("ann", "bob", "cid", mode="elimination", eliminate=challenge.Elimination("day", 1))
    stage.at(START + HOUR)
    stage.audience.watched |= {"user:ann"}
    for user, steps in (("ann", 300), ("bob", 200), ("cid", 100)):
        stage.steps(user, 0, steps, 4)
    stage.tick("leaderboard"), stage.tick("ranks"), stage.tick("ranks")
    decided = [outcome for outcome in stage.at(MIDNIGHT + 15 * MINUTE) if outcome.events][-1]

    over = {"round": 1, "userIds": ["cid"], "dropped": 1, "left": 2}
    assert pushes(decided)["challenge:round"] == over
    assert pushes(decided)["challenge:updated"]["challenge"]["round"] == {
        "number": 2,
        "left": 2,
        "endsAt": "2026-05-06T00:00:00Z",
    }
    assert decided.touched == {"challenge", ("participant", "cid")}
    changed = pushes(stage.tick("leaderboard"))["challenge:leaderboard"]["changed"]
    assert [(row["userId"], row["rank"], row["score"], row.get("out")) for row in changed] == [
        ("ann", 1, 0, None),
        ("bob", 1, 0, None),
        ("cid", 3, 100, 1),
    ]
    assert pushes(stage.tick("ranks"), "user:ann")["challenge:rank"]["me"]["score"] == 0


def test_the_podium_is_for_those_who_did_something_in_the_last_round():
    stage = opened(
        "ann", "bob", "cid", mode="elimination", eliminate=challenge.Elimination("day", 1), ends_at=MIDNIGHT + DAY
    )
    stage.at(START + HOUR)
    for user, steps in (("ann", 300), ("bob", 200), ("cid", 100)):
        stage.steps(user, 0, steps, 4)
    stage.at(MIDNIGHT + HOUR)
    stage.steps("ann", 0, 1, 5)

    told = [outcome.tells for outcome in stage.at(MIDNIGHT + DAY + HOUR) if outcome.tells][-1]
    assert {address.id: (ended.ranked, ended.rank) for address, ended in told} == {
        "ann": (True, 1),
        "bob": (True, None),
        "cid": (True, 3),
    }


def test_the_rounds_are_in_the_timeline():
    stage = opened("ann", "bob", mode="elimination", eliminate=challenge.Elimination("day", 1))
    stage.at(START + HOUR)
    stage.steps("ann", 0, 300, 4)
    stage.at(MIDNIGHT + HOUR)

    entries = stage.ask(challenge.Timeline(ID)).reply["entries"]
    assert [entry["type"] for entry in entries[-3:]] == ["round", "settling", "finished"]
    assert entries[-3]["text"] == "round 1: 1 out"


# --- who is told, and who sees ---


def test_everyone_hears_that_it_starts_soon_in_portions_also_across_a_restart():
    users = [f"user{index:03}" for index in range(2 * TOLD_AT_ONCE + 30)]
    stage = opened(*users)
    stage.now = START - HOUR
    told = [stage.due(), stage.due()]
    stage.actor = stage.fresh()
    for event in stage.events:
        stage.actor.evolve(event)
    stage.ask(challenge.Leave(ID), "user229")
    told += stage.at(START - HOUR)

    heard = [(address.id, message) for outcome in told for address, message in outcome.tells]
    assert [user for user, _ in heard] == users[:-1]
    assert {message for _, message in heard} == {ChallengeSoon(ID, "May steps", "start", START)}
    assert stage.reminders == {"countdown": START - timedelta(seconds=10)}


def test_judges_see_what_is_marked_for_review():
    stage = live("ann", "bob")
    stage.tell(DayCounted("bob", "steps", day(6), "UTC", 0, 90_000, "activity", review=True))

    assert stage.ask(challenge.Reviews(ID)).reply["reviews"] == [
        {"userId": "bob", "name": "Bob", "activityId": "activity", "date": "2026-05-06", "kind": "steps"}
    ]
    assert stage.ask(challenge.Reviews(ID, after=1)).reply["reviews"] == []


def test_a_cheer_reaches_all_who_watch_while_it_is_live():
    stage = live("ann")
    outcome = stage.ask(SendCheer(f"challenge:{ID}", "ann", "🎉"), "bob")
    assert outcome.effects == [
        Push(f"challenge:{ID}", "cheer:received", {"from": "bob", "userId": "ann", "emoji": "🎉"}, ephemeral=True)
    ]
    assert stage.ask(SendCheer(f"challenge:{ID}", "cid", "🎉"), "bob").reply.code is Code.NOT_FOUND
    stage.ask(challenge.Pause(ID))
    assert stage.ask(SendCheer(f"challenge:{ID}", "ann", "🎉"), "bob").reply.code is Code.WRONG_STATE


async def test_a_challenge_for_friends_hides_from_others(world):
    await started(world, visibility="friends")
    refused = await ask(world, challenge.Get(GAME), by=ANN, may=Permission.VIEWER)

    assert refused.code is Code.NOT_FOUND


# --- killed ---

MODES = {
    "most": {},
    "weighted": {"fairness": "weighted"},
    "baseline": {"fairness": "baseline"},
    "collective": {"mode": "collective", "target": 5000.0},
    "teams": {"mode": "teams", "teams": ["Red", "Blue"], "team_score": challenge.BestOf(1)},
    "streak": {"mode": "streak", "target": 1000.0},
    "elimination": {"mode": "elimination", "eliminate": challenge.Elimination("day", 1)},
}


@pytest.mark.parametrize("terms", MODES.values(), ids=MODES.keys())
async def test_a_node_killed_mid_flight_comes_back_equal(world, terms):
    """What did not commit is gone, what did is there: in the replay, in the snapshot, and in the standings."""
    await started(world, ANN, BOB, CID, **terms)
    for back, user in enumerate((ANN, BOB, CID)):
        await own(world, SyncSteps(TODAY, 4000 - 1000 * back), by=user)
    await own(world, LogRun(start_time=world.clock.now() - HOUR, end_time=world.clock.now(), distance_meters=5000.0))
    await ask(world, challenge.Disqualify(GAME, BOB, "bicycle"), may=Permission.JUDGE)
    await world.hours_later(13)
    before = await ask(world, challenge.Results(GAME))
    kept = as_stored(world.journal)
    world.send(CID, SyncSteps(TODAY, 9000), by=CID, kind="user", may=Permission.SELF)
    await world.directory.settled()  # it did commit, but not on the disk that is left

    after = World(kinds={"user": UserActor, "challenge": ChallengeActor}, rules=DEFAULT, journal=kept)
    after.clock.set(world.clock.now())
    assert await ask(after, challenge.Results(GAME)) == before
    state = Challenge()
    for event in kept.events[Address("challenge", GAME)]:
        challenge.evolve(state, event)
    assert through_snapshot(state) == state


def as_stored(journal):
    """A journal with what has been committed until now."""
    kept = MemoryJournal()
    kept.events = {address: list(events) for address, events in journal.events.items()}
    kept.keys, kept.reminders = dict(journal.keys), dict(journal.reminders)
    return kept
