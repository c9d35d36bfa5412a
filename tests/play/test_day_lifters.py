"""Two weeks of a lifter, with those who train along, watch from home, and are to know nothing of it.

Lea   Vienna, phone and watch, wants to train twice a week      Oli   was her friend, until she blocked him
Max   New York, trains along, keeps his workouts to himself     Pia   nobody here
Nia   Tokyo, watches, hosts the challenges
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

MONDAY = "2026-05-04T16:00:00Z"
SQUAT, BENCH, RACK_PULL = "back-squat", "bench-press", "imported-rack-pull"
PLAN = {"name": "Legs", "exercises": [{"exerciseId": SQUAT, "sets": [{"weight": 100, "reps": 5}]}]}
FROM_ELSEWHERE = {
    "id": "Rack_Pull",
    "name": "Rack Pull",
    "level": "intermediate",
    "equipment": "barbell",
    "category": "powerlifting",
    "primaryMuscles": ["lower back"],
    "secondaryMuscles": ["glutes"],
}
RECORD_XP = "xp:awarded +25 a personal record: Back Squat"


@dataclass
class Gym:
    day: Day
    lea: Person
    max: Person
    nia: Person
    oli: Person
    pia: Person
    session: str = ""
    volume: str = ""
    often: str = ""

    @classmethod
    async def open(cls, day: Day) -> Self:
        gym = cls(
            day,
            lea=await day.arrives("Lea", "Europe/Vienna"),
            max=await day.arrives("Max", "America/New_York", encoding="msgpack"),
            nia=await day.arrives("Nia", "Asia/Tokyo"),
            oli=await day.arrives("Oli", "Europe/Vienna"),
            pia=await day.arrives("Pia", encoding="msgpack"),
        )
        await gym.lea.opens("watch", "msgpack")
        return gym

    @property
    def topic(self) -> str:
        return f"session:{self.session}"

    def here(self, **more: Any) -> dict[str, Any]:
        return {"sessionId": self.session, **more}

    async def seen(self, **lines: list[str]) -> None:
        """Exactly these have come since they looked last, Lea's on both devices; nobody else has seen anything."""
        assert await self.day.everyone_sees() == lines

    async def trains(self, exercise: str) -> None:
        """Lea begins another workout."""
        self.session = (await self.lea.tell("workout:start", {}))["id"]
        await self.lea.tell("exercise:select", self.here(exerciseId=exercise))
        await self.seen(Lea=["workout:started", "sync:workout", f"exercise:selected Lea {exercise}"])

    async def score(self, challenge: str) -> dict[str, float]:
        rows = (await self.nia.tell("challenge:leaderboard", {"challengeId": challenge}))["rows"]
        return {row["name"]: row["score"] for row in rows}


async def test_two_weeks_of_a_lifter(database_url: str, tmp_path: Path) -> None:
    """A workout that no power cut stops, records, a typo, a workout forgotten, and what all of it is worth."""
    async with a_day(database_url, MONDAY) as day:
        gym = await Gym.open(day)
        await plans(gym, tmp_path)
        for act in (first_sets, a_pause, power_cut, training_together, twice_a_week, a_typo, iron_week_ends, forgotten):
            await act(gym)
        assert await gym.oli.sees() == []


async def plans(gym: Gym, folder: Path) -> None:
    """Friends, challenges, a plan with what the catalogue has, and an exercise from elsewhere for later."""
    day, lea, max, nia, oli, pia = gym.day, gym.lea, gym.max, gym.nia, gym.oli, gym.pia
    for friend in (max, nia, oli):
        await day.befriend(lea, friend)
    await lea.tell("friend:block", {"userId": oli.id})
    goals = {"weeklyWorkouts": 2, "notifications": {"rewards": False}, "privacy": {"progress": "friends"}}
    await lea.tell("preferences:update", goals)
    await max.tell("preferences:update", {"privacy": {"workouts": "private"}})
    await lea.tell("goal:create", {"type": "weekly", "metric": "workouts", "target": 2, "title": "Twice a week"})
    plan = {"mode": "most", "startsAt": "2026-05-04T17:00:00Z", "visibility": "friends"}
    gym.volume = await day.challenge(nia, name="Iron week", metric="volume", endsAt="2026-05-11T17:00:00Z", **plan)
    gym.often = await day.challenge(nia, name="Often", metric="workouts", endsAt="2026-05-18T17:00:00Z", **plan)
    for challenge in (gym.volume, gym.often):
        for player in (lea, nia):
            await player.tell("challenge:join", {"challengeId": challenge})
        for stranger in (max, pia):  # he is a friend of Lea's, not of Nia's
            assert (await stranger.refused("challenge:join", {"challengeId": challenge}))["code"] == "NOT_FOUND"
    await day.all_read()

    planned = await lea.tell("workout:plan", PLAN)
    gym.session = planned["id"]
    assert (planned["state"], planned["visibility"]) == ("planned", "friends")
    for type, data in (
        ("workout:plan", {"name": "Odd", "exercises": [{"exerciseId": "underwater-curl"}]}),
        ("exercise:select", gym.here(exerciseId=RACK_PULL)),
    ):
        assert (await lea.refused(type, data))["code"] == "VALIDATION_FAILED"
    file = folder / "more.json"
    file.write_text(json.dumps([FROM_ELSEWHERE]))
    code, printed = await day.server.command("import", "exercises", str(file))
    assert (code, "1 new" in printed) == (0, True)

    await lea.tell("workout:invite", gym.here(userIds=[max.id, oli.id]))  # a block says nothing
    await gym.seen(Max=["workout:invited Legs by Lea", "notification:new You are invited to train along: Legs."])
    for outsider in (oli, pia):
        assert (await outsider.refused("subscribe", {"topic": gym.topic}))["code"] == "NOT_FOUND"
    shown = (await nia.tell("subscribe", {"topic": gym.topic}))["state"]["session"]
    assert [exercise["name"] for exercise in shown["athletes"][0]["exercises"]] == ["Back Squat"]
    await day.until("2026-05-04T17:30:00Z")
    await day.all_read()


async def first_sets(gym: Gym) -> None:
    """From the watch and the phone. What is undone was never a record."""
    lea, nia = gym.lea, gym.nia
    assert (await nia.refused("workout:start", gym.here()))["code"] == "FORBIDDEN"
    await lea.tell("workout:start", gym.here(), on="watch")
    await gym.seen(Lea=["workout:started", "sync:workout"], Nia=["workout:started"])
    assert lea.heard_of("sync:workout") == [{"sessionId": gym.session}]
    done = await lea.tell("set:complete", gym.here(weight=100, reps=5, rpe=8))
    assert [(record["kind"], record["value"]) for record in done["records"]] == [
        ("maxWeight", 100),
        ("oneRepMax", 116.67),
    ]
    assert (await nia.refused("set:complete", gym.here(weight=1, reps=1)))["code"] == "FORBIDDEN"
    await gym.seen(**squat_with_records("100 kg", maxWeight=100, oneRepMax=116.67))
    assert (await lea.me())["xp"] == 50

    await lea.tell("set:undo", gym.here(), on="watch")
    back = "xp:awarded -25 taken back: a personal record: Back Squat"
    undone = "set:undone Lea back-squat 5 x 100 kg"
    await gym.seen(Lea=[undone, back, back], Nia=[undone])
    assert (await lea.me())["xp"] == 0
    assert await lea.receipts(subject="xp") == []
    await lea.tell("set:complete", gym.here(weight=102, reps=5, rpe=8))
    await gym.seen(**squat_with_records("102 kg", maxWeight=102, oneRepMax=119))
    assert await lea.receipts(subject="xp") == ["+ 25 XP for a personal record: Back Squat."] * 2


async def a_pause(gym: Gym) -> None:
    """Twenty minutes on the phone with her mother."""
    day, lea = gym.day, gym.lea
    await day.until("2026-05-04T17:35:00Z")
    await lea.tell("workout:pause", gym.here())
    refused = await lea.refused("set:complete", gym.here(reps=5))
    assert (refused["code"], refused["details"]["state"]) == ("WRONG_STATE", "paused")
    await day.until("2026-05-04T17:55:00Z")
    await lea.tell("workout:resume", gym.here(), on="watch")
    both = ["workout:paused", "workout:resumed"]
    await gym.seen(Lea=both, Nia=both)
    watch = lea.devices["watch"]
    paused = [frame["data"]["session"] for frame in watch.frames if frame.get("type") in both]
    assert [session["athletes"][0]["stats"]["activeSeconds"] for session in paused] == [300, 300]


async def power_cut(gym: Gym) -> None:
    """The server goes down in the middle of a rest, which ends when it should."""
    day, lea, nia = gym.day, gym.lea, gym.nia
    await lea.tell("rest:start", gym.here(seconds=90))
    for device in ("phone", "watch"):
        assert (await lea.devices[device].push("rest:timer"))["data"] == {"userId": lea.id, "remaining": 90}
    await day.power_cut("2026-05-04T17:55:40Z")
    for person in day.people:
        told = await person.opens("phone")
        assert told["user"].get("sessionId") == (gym.session if person is lea else None)
    assert gym.topic in (await lea.opens("watch", "msgpack"))["topics"]
    await nia.tell("subscribe", {"topic": gym.topic})
    tick = await lea.devices["phone"].push("rest:timer")
    assert (tick["data"], "offset" in tick) == ({"userId": lea.id, "remaining": 50}, False)
    await gym.seen()
    await day.until("2026-05-04T17:56:29Z")
    await gym.seen()
    await day.until("2026-05-04T17:56:30Z")
    await gym.seen(Lea=["rest:timer Lea 0"], Nia=["rest:timer Lea 0"])


async def training_together(gym: Gym) -> None:
    """Max trains along; Lea tries what was imported. The end is everybody's, the news are Lea's alone."""
    day, lea, max, nia = gym.day, gym.lea, gym.max, gym.nia
    for outsider in (gym.oli, gym.pia):
        assert (await outsider.refused("workout:join", gym.here()))["code"] == "NOT_FOUND"
    await max.tell("workout:join", gym.here())
    await gym.seen(Lea=["workout:joined"], Max=["workout:joined", "sync:workout"], Nia=["workout:joined"])
    await max.tell("exercise:select", gym.here(exerciseId=BENCH))
    await max.tell("set:complete", gym.here(weight=60, reps=8))
    shared = [
        "exercise:selected Max bench-press",
        "set:completed Max bench-press 8 x 60 kg",
        "pr:achieved Max bench-press maxWeight 60",
        "pr:achieved Max bench-press oneRepMax 76",
    ]
    xp = "xp:awarded +25 a personal record: Bench Press"
    own = ["pr:achieved bench-press maxWeight 60", xp, "pr:achieved bench-press oneRepMax 76", xp]
    await gym.seen(Lea=shared, Max=[*shared, *own], Nia=shared)  # Lea, who is his friend, hears of no record

    await lea.tell("exercise:select", gym.here(exerciseId=RACK_PULL))
    await lea.tell("set:complete", gym.here(weight=120, reps=3))
    await day.all_read()
    await nia.tell("cheer:send", {"topic": gym.topic, "userId": lea.id, "emoji": "💪"})
    for device in ("phone", "watch"):
        assert (await lea.devices[device].push("cheer:received"))["data"]["from"] == nia.id
    assert (await max.refused("workout:pause", gym.here()))["code"] == "FORBIDDEN"

    await day.until("2026-05-04T18:05:00Z")
    done = await lea.tell("workout:complete", gym.here())
    stats = {athlete["name"]: athlete["stats"] for athlete in done["athletes"]}
    assert {name: (found["volume"], found["sets"], found["activeSeconds"]) for name, found in stats.items()} == {
        "Lea": (870, 2, 900),
        "Max": (480, 1, 510),
    }
    leads = ["challenge:milestone lead Lea"] * 2
    news = ["friend:activity Lea workoutCompleted Legs", "friend:activity Lea badgeEarned first-workout"]
    await gym.seen(
        Lea=[
            "workout:completed",
            "stats:update workouts 1, volume 870",
            "sync:progress",
            "streak:extended active 1",
            "xp:awarded +54 workout",
            "badge:earned first-workout",
            "sync:workout",
            *leads,  # and not that Max, who keeps his workouts to himself, has a badge for one
        ],
        Max=[
            "workout:completed",
            *news,
            "stats:update workouts 1, volume 480",
            "streak:extended active 1",
            "xp:awarded +52 workout",
            "level:up 2",
            "notification:new You have reached level 2.",
            "badge:earned first-workout",
            "notification:new Complete a workout.",
            "sync:workout",
        ],
        Nia=["workout:completed", *news, *leads],
    )
    await nia.board(gym.volume, Lea=870)
    assert (await gym.score(gym.volume), await gym.score(gym.often)) == ({"Lea": 870, "Nia": 0}, {"Lea": 1, "Nia": 0})
    assert await lea.receipts(challengeId=gym.volume, subject="challenge") == [
        "+ 870 kg of 2026-05-04 count in the challenge."
    ]


async def twice_a_week(gym: Gym) -> None:
    """Wednesday: what is heavier than ever, more often than ever, and more in all; and the week is done."""
    day, lea = gym.day, gym.lea
    await day.until("2026-05-06T17:00:00Z")
    await day.all_read()
    await gym.trains(SQUAT)
    await lea.tell("set:complete", gym.here(weight=105, reps=5))
    heavier = squat_with_records("105 kg", watched=False, maxWeight=105, oneRepMax=122.5, maxVolume=525)
    await gym.seen(**heavier)
    told = lea.heard_of("pr:achieved")[-1]
    assert (told["previous"], told["improvement"]) == (510, 15)
    await lea.tell("set:complete", gym.here(weight=102, reps=6))
    await gym.seen(**squat_with_records("102 kg", reps=6, watched=False, maxReps=6))
    await lea.tell("workout:complete", gym.here())
    news = [f"friend:activity Lea {what}" for what in ("workoutCompleted Workout", "goalAchieved Twice a week")]
    await gym.seen(
        Lea=[
            "workout:completed",
            "stats:update workouts 1, volume 1137",
            "goal:achieved Twice a week",
            "sync:progress",
            "streak:extended active 1",
            "xp:awarded +54 workout",
            "streak:extended workoutWeek 1",
            "level:up 3",
            "sync:workout",
        ],
        Max=news,
        Nia=news,
    )
    assert (await gym.score(gym.volume), await gym.score(gym.often)) == ({"Lea": 2007, "Nia": 0}, {"Lea": 2, "Nia": 0})


async def a_typo(gym: Gym) -> None:
    """Friday, late: 210 kg were 120. She deletes that workout on Saturday, and everything that came of it is gone."""
    day, lea = gym.day, gym.lea
    await day.until("2026-05-08T21:50:00Z")
    await day.all_read()
    before = await lea.me()
    await gym.trains(SQUAT)
    assert (await lea.refused("set:complete", gym.here(weight=2100, reps=1)))["code"] == "IMPLAUSIBLE_ACTIVITY"
    await lea.tell("set:complete", gym.here(weight=210, reps=1))
    await day.until("2026-05-08T22:20:00Z")
    await lea.tell("workout:complete", gym.here())
    await lea.board(gym.volume, Lea=2217)
    await day.all_read()
    explained = (await lea.tell("receipt:explain", {"date": "2026-05-08", "subject": "xp"}))["receipts"]
    [workout] = {receipt["because"]["activityId"] for receipt in explained}
    assert sorted(receipt["amount"] for receipt in explained) == [25, 25, 52]
    assert (await gym.nia.refused("activity:delete", {"activityId": workout}))["code"] == "NOT_FOUND"
    removed = (await lea.tell("activity:delete", {"activityId": workout}))["activity"]
    assert (removed["date"], removed["status"]) == ("2026-05-08", "removed")
    record = "xp:awarded -25 taken back: a personal record: Back Squat"
    await gym.seen(Lea=["sync:progress", "streak:broken active 0", "xp:awarded -52 workout", record, record])
    await lea.board(gym.volume, Lea=2007)
    after = await lea.me()
    assert (after["xp"], after["level"]) == (before["xp"], before["level"])
    assert await gym.score(gym.often) == {"Lea": 2, "Nia": 0}
    told = await lea.receipts(challengeId=gym.often, activityId=workout)
    assert told == ["- 1 workout of 2026-05-08 did not count, because it was taken back."]


async def iron_week_ends(gym: Gym) -> None:
    """What was deleted left no trace in it."""
    day, nia = gym.day, gym.nia
    await day.until("2026-05-11T17:00:00Z")
    await day.all_read()
    await day.until("2026-05-11T17:15:00Z")
    final = ["challenge:updated finished", "challenge:finished final: 1 Lea 2007, 2 Nia 0"]
    badges = ["finisher", "on-the-podium", "champion"]
    news = [
        *(f"friend:activity Lea badgeEarned {badge}" for badge in badges),
        "friend:activity Lea challengeCompleted Iron week",
    ]
    assert await nia.looks() == {
        "Iron week": final,
        "friends": news,
        "own": ["notification:new Iron week is over. Nothing of yours counted in it."],
    }
    await gym.seen(
        Lea=[
            *final,
            "xp:awarded +50 Finishing the challenge earned 50 XP: Iron week",
            "xp:awarded +500 Place 1 in the challenge earned 500 XP: Iron week",
            "level:up 4",
            *(f"badge:earned {badge}" for badge in badges),
            "notification:new Iron week is over. You have won it!",
        ],
        Max=news,
    )


async def forgotten(gym: Gym) -> None:
    """Next week she forgets to say that she is done: twelve hours later it is seen as it stands."""
    day, lea = gym.day, gym.lea
    await day.until("2026-05-12T17:00:00Z")
    await day.all_read()
    await gym.trains(SQUAT)
    await lea.tell("set:complete", gym.here(weight=106, reps=1))
    await gym.seen(**squat_with_records("106 kg", reps=1, watched=False, maxWeight=106))
    assert lea.heard_of("pr:achieved")[-1]["previous"] == 105  # not the typo
    await lea.tell("workout:complete", gym.here())
    await day.until("2026-05-14T17:00:00Z")
    await day.all_read()
    await gym.trains(SQUAT)
    await lea.tell("set:complete", gym.here(weight=90, reps=5))
    await gym.seen(Lea=["set:completed Lea back-squat 5 x 90 kg"])
    forgotten_one = await lea.refused("workout:start", {})
    assert (forgotten_one["code"], forgotten_one["details"]) == ("CONFLICT", gym.here())
    await day.until("2026-05-15T04:59:00Z")
    await day.all_read()
    await day.until("2026-05-15T05:00:00Z")
    news = [f"friend:activity Lea {what}" for what in ("workoutCompleted Workout", "goalAchieved Twice a week")]
    await gym.seen(
        Lea=[
            "workout:completed",
            "goal:achieved Twice a week",
            "sync:progress",
            "streak:extended active 1",
            "xp:awarded +52 workout",
            "streak:extended workoutWeek 2",
            "sync:workout",
        ],
        Max=news,
        Nia=news,
    )
    ended = (await lea.tell("subscribe", {"topic": gym.topic}))["state"]["session"]
    assert (ended["state"], ended["endedAt"]) == ("completed", "2026-05-14T17:00:00Z")
    me = await lea.me()
    assert ("sessionId" in me, me["xp"]) == (False, 987)
    assert await gym.score(gym.often) == {"Lea": 4, "Nia": 0}


# --- what is said again and again ---


def squat_with_records(weight: str, *, reps: int = 5, watched: bool = True, **records: float) -> dict[str, list[str]]:
    """What everybody sees of a set of Lea's. Nia watches the session, where it is `watched`; Max is her friend only."""
    done = f"set:completed Lea back-squat {reps} x {weight}"
    shown = [done, *(f"pr:achieved Lea back-squat {kind} {value:g}" for kind, value in records.items())]
    own = [line for kind, value in records.items() for line in (f"pr:achieved back-squat {kind} {value:g}", RECORD_XP)]
    news = [f"friend:activity Lea personalRecord {kind}" for kind in records]
    return {"Lea": [*shown, *own], "Max": news, "Nia": [*shown, *news] if watched else news}
