"""A day of a step challenge among friends, from one morning to the next noon.

Ann   Berlin, hosts it, phone and watch; a daily goal      Dan   nobody's friend; gets the spectator code in the end
Bob   New York, sleeps until 07:00, has a freeze           Eve   was Ann's friend, and is blocked by her
Cleo  Tokyo, loses her connection over night
"""

from dataclasses import dataclass
from typing import Self

import pytest

from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

STARTS, ENDS = "2026-05-01T06:30:00Z", "2026-05-02T06:30:00Z"
TODAY, TOMORROW = (
    "2026-05-01",
    "2026-05-02",
)  # 2026-05-02 begins at 15:00 UTC in Tokyo, at 22:00 in Berlin, at 04:00 in New York


@dataclass
class Walkers:
    day: Day
    ann: Person
    bob: Person
    cleo: Person
    dan: Person
    eve: Person
    walk: str = ""

    @classmethod
    async def gather(cls, day: Day) -> Self:
        walkers = cls(
            day,
            ann=await day.arrives("Ann", "Europe/Berlin"),
            bob=await day.arrives("Bob", "America/New_York", encoding="msgpack"),
            cleo=await day.arrives("Cleo", "Asia/Tokyo"),
            dan=await day.arrives("Dan", "Europe/Berlin", encoding="msgpack"),
            eve=await day.arrives("Eve", "Europe/London"),
        )
        await walkers.ann.opens("watch", "msgpack")
        await walkers.ann.tell("preferences:update", {"dailyStepGoal": 8000, "privacy": {"progress": "friends"}})
        for sleeper in (walkers.bob, walkers.cleo):
            await sleeper.tell("preferences:update", {"quietHours": {"from": "22:00", "to": "07:00"}})
        for friend in (walkers.bob, walkers.cleo, walkers.eve):
            await day.befriend(walkers.ann, friend)
        await walkers.ann.tell("friend:block", {"userId": walkers.eve.id})
        return walkers

    @property
    def here(self) -> dict[str, str]:
        return {"challengeId": self.walk}

    async def steps(self, who: Person, steps: int, date: str = TODAY, *, on: str | None = None) -> None:
        await who.tell("steps:sync", {"date": date, "steps": steps}, on=on)


async def test_a_day_of_walkers(database_url: str) -> None:
    async with a_day(database_url, "2026-05-01T03:00:00Z") as day:
        walkers = await Walkers.gather(day)
        await streaks_of_before(walkers)
        await only_friends_are_let_in(walkers)
        await it_starts(walkers)
        await the_first_to_walk_leads(walkers)
        await what_came_too_early_does_not_count(walkers)
        await the_morning_after_quiet_hours(walkers)
        position = await walkers.cleo.loses("phone")
        await a_walk_and_a_goal(walkers)
        await another_takes_the_lead(walkers)
        await a_spectator_with_the_code(walkers)
        await back_from_offline(walkers, position)
        await the_end(walkers)
        await the_results(walkers)
        await what_came_too_late(walkers)
        assert await walkers.eve.looks() == await walkers.dan.looks() == {}


async def streaks_of_before(walkers: Walkers) -> None:
    """Bob has walked ten days in a row but not yesterday, which ends at 04:00 UTC: his freeze saves the streak."""
    day = walkers.day
    for at in range(20, 30):
        await walkers.steps(walkers.bob, 1500, f"2026-04-{at}")
    for at in (29, 30):
        await walkers.steps(walkers.ann, 4000, f"2026-04-{at}")
    for at in (27, 28, 29, 30):
        await walkers.steps(walkers.cleo, 2500, f"2026-04-{at}")
    told = (await walkers.bob.looks())["own"]
    assert [line for line in told if line.startswith("streak:")] == ["streak:extended active 10"]
    terms = {"type": "daily", "metric": "steps", "target": 8000, "title": "Eight thousand"}
    await walkers.ann.tell("goal:create", terms)
    await day.all_read()

    await day.until("2026-05-01T04:00:00Z")

    assert await day.everyone_looks() == {"Bob": {"own": ["streak:frozen active 10"]}}
    streak = walkers.bob.heard_of("streak:frozen")[-1]["streak"]
    assert (streak["frozenDays"], streak["lastDay"]) == (["2026-04-30"], "2026-04-29")
    assert (await walkers.bob.me())["rewards"]["freezes"] == 0


async def only_friends_are_let_in(walkers: Walkers) -> None:
    day = walkers.day
    walkers.walk = await day.challenge(
        walkers.ann,
        name="May Walk",
        metric="steps",
        mode="most",
        target=10_000,
        visibility="friends",
        startsAt=STARTS,
        endsAt=ENDS,
    )
    topic = {"topic": f"challenge:{walkers.walk}"}
    for nobody in (walkers.dan, walkers.eve):
        assert (await nobody.refused("challenge:join", walkers.here))["code"] == "NOT_FOUND"
        assert (await nobody.refused("subscribe", topic))["code"] == "NOT_FOUND"
        await nobody.tell("friend:request", {"userId": walkers.ann.id})
    for friend in (walkers.ann, walkers.bob, walkers.cleo):
        await friend.tell("challenge:join", walkers.here)

    game_on = ["badge:earned game-on", "notification:new Join a challenge."]
    asked = ["friend:requested Dan", "notification:new Dan wants to be your friend."]
    assert (
        await day.everyone_looks()
        == {
            "Ann": {
                "own": [*reversed(asked), *game_on],  # and of Eve, whom she has blocked, not a word
                "friends": [f"friend:activity {friend} badgeEarned game-on" for friend in ("Bob", "Cleo")],
                "May Walk": [
                    "challenge:joined Ann, 1 in all",
                    "challenge:joined Bob, 2 in all",
                    "challenge:joined Cleo, 3 in all",
                ],
            },
            "Bob": {
                "own": game_on[:1],  # it is night in New York
                "friends": ["friend:activity Ann badgeEarned game-on"],
                "May Walk": ["challenge:joined Bob, 2 in all", "challenge:joined Cleo, 3 in all"],
            },
            "Cleo": {
                "own": game_on,
                "friends": ["friend:activity Ann badgeEarned game-on"],
                "May Walk": ["challenge:joined Cleo, 3 in all"],
            },
        }
    )
    await walkers.ann.tell("friend:decline", {"userId": walkers.dan.id})


async def it_starts(walkers: Walkers) -> None:
    day = walkers.day
    await day.until("2026-05-01T06:00:00Z")
    await walkers.steps(walkers.cleo, 300)
    soon = "notification:new May Walk starts soon. Get ready!"
    assert await day.everyone_looks() == {
        "Ann": {"own": [soon]},
        "Cleo": {"own": [soon, "stats:update steps 300", "xp:awarded +3 steps"]},
    }

    await day.until("2026-05-01T07:00:00Z")

    begins = {"May Walk": ["challenge:updated countdown", "challenge:updated live"]}
    assert await day.everyone_looks() == {"Ann": begins, "Bob": begins, "Cleo": begins}
    for walker in (walkers.ann, walkers.bob, walkers.cleo):
        assert walker.heard_of("challenge:countdown") == [{"seconds": 10}]
        started = walker.heard_of("challenge:updated")[-1]["challenge"]
        assert (started["startsAt"], started["provisional"]) == (STARTS, True)
        assert "spectatorCode" not in started


async def the_first_to_walk_leads(walkers: Walkers) -> None:
    """And her watch, which counted less, adds nothing to what her phone has."""
    day, ann = walkers.day, walkers.ann
    await walkers.steps(ann, 3000)

    news = ["challenge:milestone share 25 Ann", "challenge:milestone lead Ann"]
    badge = {"friends": ["friend:activity Ann badgeEarned three-in-a-row"]}
    assert await day.everyone_looks() == {
        "Ann": {
            "own": [
                "stats:update steps 3000",
                "sync:progress",
                "xp:awarded +30 steps",
                "streak:extended active 3",
                "level:up 2",
                "notification:new You have reached level 2.",
                "badge:earned three-in-a-row",
                "notification:new Be active 3 days in a row.",
            ],
            "May Walk": news,
        },
        "Bob": {**badge, "May Walk": news},
        "Cleo": {**badge, "May Walk": news},
    }

    await walkers.steps(ann, 2600, on="watch")

    assert await day.everyone_looks() == {"Ann": {"own": ["stats:update steps 3000"]}}
    assert await ann.receipts(date=TODAY, subject="xp") == [
        "+ 3,000 steps earned 30 XP: 1 for every 100, at most 300 a day.",
        "- 2,600 steps from watch were not added, because phone has 3,000 for the same day and only the highest device counts.",
    ]
    await walkers.bob.board(walkers.walk, Ann=3000)


async def what_came_too_early_does_not_count(walkers: Walkers) -> None:
    """Cleo's first 300 steps were there before the start."""
    day, cleo = walkers.day, walkers.cleo
    await day.until("2026-05-01T09:00:00Z")
    await walkers.steps(cleo, 700)

    assert await day.everyone_looks() == {"Cleo": {"own": ["stats:update steps 700", "xp:awarded +4 steps"]}}
    assert await cleo.receipts(**walkers.here, subject="challenge") == [
        "+ 400 steps of 2026-05-01 count in the challenge.",
        "- 300 steps of 2026-05-01 did not count, because it arrived before the challenge was live, or before you joined.",
    ]
    window = await cleo.stands(walkers.walk, 400)
    assert (window["me"]["rank"], window["gap"], [row["name"] for row in window["above"]]) == (2, 2600, ["Ann"])
    await walkers.ann.board(walkers.walk, Ann=3000, Cleo=400)


async def the_morning_after_quiet_hours(walkers: Walkers) -> None:
    """At 07:00 in New York Bob hears what the night held back; what is past by then he need not hear of any more."""
    day = walkers.day
    await day.until("2026-05-01T12:00:00Z")

    at_risk = "notification:new Your active streak of 4 days is still without today, which ends in a few hours."
    assert await day.everyone_looks() == {
        "Bob": {
            "own": [
                "notification:new Have a friend here.",
                "notification:new Walk 1,000 steps in a day.",
                "notification:new Be active 3 days in a row.",
                "notification:new You have reached level 2.",
                "notification:new Be active 7 days in a row.",
                "notification:new A freeze has saved your active streak of 10 days.",
                "notification:new Join a challenge.",
            ],
        },
        "Cleo": {"own": [at_risk]},  # it is evening in Tokyo
    }


async def a_walk_and_a_goal(walkers: Walkers) -> None:
    day, ann = walkers.day, walkers.ann
    await day.until("2026-05-01T16:00:00Z")
    walk = {"clientId": "evening", "name": "Evening walk", "startTime": "2026-05-01T15:45:00Z"}
    await ann.tell("walk:log", walk)
    assert await day.everyone_looks() == {
        "Ann": {"own": ["stats:update steps 3000"]},
        "Bob": {"friends": ["friend:activity Ann walkStarted Evening walk"]},
    }

    await walkers.steps(ann, 8200)
    assert await day.everyone_looks() == {
        "Ann": {
            "own": [
                "stats:update steps 8200",
                "goal:achieved Eight thousand",
                "notification:new You did it: Eight thousand.",
                "sync:progress",
                "xp:awarded +52 steps",
                "xp:awarded +50 daily goal",
                "streak:extended stepsGoal 1",
                "badge:earned getting-going",
                "notification:new Walk 5,000 steps in a day.",
            ],
            "May Walk": ["challenge:milestone share 75 Ann"],
        },
        "Bob": {
            "friends": [
                "friend:activity Ann goalAchieved Eight thousand",
                "friend:activity Ann badgeEarned getting-going",
            ],
            "May Walk": ["challenge:milestone share 75 Ann"],
        },
    }

    await day.until("2026-05-01T17:00:00Z")
    over = await ann.tell("walk:log", {**walk, "endTime": "2026-05-01T16:45:00Z", "distanceMeters": 4000}, on="watch")
    assert over["activity"]["metrics"] == {"distance": 4000, "duration": 3600, "calories": 140, "walks": 1}
    assert await day.everyone_looks() == {
        "Ann": {"own": ["stats:update steps 8200, distance 4000", "xp:awarded +24 walk"]}
    }


async def another_takes_the_lead(walkers: Walkers) -> None:
    day, bob = walkers.day, walkers.bob
    await day.until("2026-05-01T18:00:00Z")
    await walkers.steps(bob, 9000)

    news = ["challenge:milestone share 75 Bob", "challenge:milestone lead Bob"]
    assert await day.everyone_looks() == {
        "Ann": {"friends": ["friend:activity Bob badgeEarned getting-going"], "May Walk": news},
        "Bob": {
            "own": [
                "stats:update steps 9000",
                "xp:awarded +90 steps",
                "streak:extended active 11",
                "level:up 3",
                "notification:new You have reached level 3.",
                "badge:earned getting-going",
                "notification:new Walk 5,000 steps in a day.",
            ],
            "May Walk": news,
        },
    }
    overtaking = await bob.stands(walkers.walk, 9000)
    assert (overtaking["me"]["rank"], overtaking["above"]) == (1, [])
    assert walkers.ann.id in overtaking["overtook"]
    await walkers.ann.board(walkers.walk, Ann=8200, Bob=9000, Cleo=400)
    overtaken = await walkers.ann.stands(walkers.walk, 8200, rank=2)
    assert (overtaken["gap"], overtaken["overtakenBy"]) == (800, [bob.id])
    around = await walkers.ann.tell("challenge:leaderboard", {**walkers.here, "around": "me", "limit": 1})
    assert [(row["name"], row["rank"]) for row in around["rows"]] == [("Ann", 2)]


async def a_spectator_with_the_code(walkers: Walkers) -> None:
    day, dan = walkers.day, walkers.dan
    code = (await walkers.ann.session.call("GET", f"/challenges/{walkers.walk}"))["spectatorCode"]
    topic = {"topic": f"challenge:{walkers.walk}"}
    assert (await dan.refused("subscribe", {**topic, "code": "a guess"}))["code"] == "NOT_FOUND"
    shown = (await dan.tell("subscribe", {**topic, "code": code}))["state"]["leaderboard"]
    assert [(row["name"], row["score"]) for row in shown["rows"]] == [("Bob", 9000), ("Ann", 8200), ("Cleo", 400)]
    assert (await dan.refused("challenge:join", walkers.here))["code"] == "NOT_FOUND"

    await walkers.ann.tell("challenge:announce", {**walkers.here, "text": "Good night!"})
    said = {"May Walk": ["challenge:announcement Ann: Good night!"]}
    assert await day.everyone_looks() == {"Ann": said, "Bob": said, "Dan": said}
    await dan.tell("unsubscribe", topic)


async def back_from_offline(walkers: Walkers, position: dict[str, dict[str, object]]) -> None:
    """Cleo's streak broke at midnight. Her phone comes back with the steps that mend it, and they still count."""
    day, cleo = walkers.day, walkers.cleo
    await day.until("2026-05-01T23:00:00Z")
    assert await day.everyone_looks() == {}
    told = await cleo.opens("phone", resume=position)
    assert [topic["recovered"] for topic in told["topics"].values()] == [True, True]
    assert told["user"]["today"]["date"] == TOMORROW
    assert await cleo.looks() == {
        "own": [
            "streak:broken active 0",
            "notification:new Your active streak of 4 days is over. Start a new one!",  # at 07:00 in Tokyo
        ],
        "friends": [
            "friend:activity Ann walkStarted Evening walk",
            "friend:activity Ann goalAchieved Eight thousand",
            "friend:activity Ann badgeEarned getting-going",
        ],
        "May Walk": [
            "challenge:milestone share 75 Ann",
            "challenge:milestone share 75 Bob",
            "challenge:milestone lead Bob",
            "challenge:announcement Ann: Good night!",
        ],
    }

    await walkers.steps(cleo, 5000)

    news = ["challenge:milestone share 25 Cleo"]
    assert await day.everyone_looks() == {
        "Ann": {"friends": ["friend:activity Cleo badgeEarned getting-going"], "May Walk": news},
        "Bob": {"May Walk": news},
        "Cleo": {
            "own": [
                "xp:awarded +43 steps",
                "streak:extended active 5",
                "badge:earned getting-going",
                "notification:new Walk 5,000 steps in a day.",
            ],
            "May Walk": news,
        },
    }


async def the_end(walkers: Walkers) -> None:
    """While it settles, what was walked on the last day still counts: Cleo wins it there."""
    day = walkers.day
    await day.until("2026-05-02T06:00:00Z")
    soon = {"own": ["notification:new May Walk ends soon: what you do now still counts."]}
    assert await day.everyone_looks() == {"Ann": soon, "Cleo": soon}  # Bob sleeps

    await day.until("2026-05-02T06:35:00Z")
    settling = {"May Walk": ["challenge:updated settling"]}
    assert await day.everyone_looks() == {"Ann": settling, "Bob": settling, "Cleo": settling}
    assert walkers.bob.heard_of("challenge:updated")[-1]["challenge"]["settlesAt"] == "2026-05-02T06:45:00Z"
    page = await walkers.bob.tell("challenge:leaderboard", walkers.here)
    assert (page["provisional"], [row["name"] for row in page["rows"]]) == (True, ["Bob", "Ann", "Cleo"])

    await walkers.steps(walkers.cleo, 4500, TOMORROW)
    news = {"May Walk": ["challenge:milestone share 75 Cleo", "challenge:milestone lead Cleo"]}
    cleo = {"own": ["stats:update steps 4500", "xp:awarded +45 steps", "streak:extended active 6"], **news}
    assert await day.everyone_looks() == {"Ann": news, "Bob": news, "Cleo": cleo}


async def the_results(walkers: Walkers) -> None:
    day = walkers.day
    await day.until("2026-05-02T07:00:00Z")

    final = [
        "challenge:updated finished",
        "challenge:finished final: 1 Cleo 9200, 2 Bob 9000, 3 Ann 8200",
    ]
    podium = "notification:new Finish a challenge among the first three; earned again every time."
    finishing = "xp:awarded +50 Finishing the challenge earned 50 XP: May Walk"
    of_others = {
        name: [f"friend:activity {name} badgeEarned {badge}" for badge in ("finisher", "on-the-podium", *more)]
        + [f"friend:activity {name} challengeCompleted May Walk"]
        for name, more in {"Ann": [], "Bob": [], "Cleo": ["champion"]}.items()
    }
    seen = await day.everyone_looks()
    # who is told first is nobody's business
    assert sorted(seen["Ann"].pop("friends")) == sorted(of_others["Bob"] + of_others["Cleo"])
    assert seen == {
        "Ann": {
            "May Walk": final,
            "own": [
                finishing,
                "xp:awarded +200 Place 3 in the challenge earned 200 XP: May Walk",
                "level:up 3",
                "notification:new You have reached level 3.",
                "badge:earned finisher",
                "notification:new Finish a challenge.",
                "badge:earned on-the-podium",
                podium,
                "notification:new May Walk is over. You came 3rd.",
            ],
        },
        "Bob": {
            "May Walk": final,
            "own": [
                finishing,
                "xp:awarded +300 Place 2 in the challenge earned 300 XP: May Walk",
                "level:up 4",
                "badge:earned finisher",
                "badge:earned on-the-podium",
            ],
            "friends": of_others["Ann"],
        },
        "Cleo": {
            "May Walk": final,
            "own": [
                finishing,
                "xp:awarded +500 Place 1 in the challenge earned 500 XP: May Walk",
                "level:up 4",
                "notification:new You have reached level 4.",
                "badge:earned finisher",
                "notification:new Finish a challenge.",
                "badge:earned on-the-podium",
                podium,
                "badge:earned champion",
                "notification:new Win a challenge; earned again every time.",
                "notification:new May Walk is over. You have won it!",
            ],
            "friends": of_others["Ann"],
        },
    }


async def what_came_too_late(walkers: Walkers) -> None:
    day, ann = walkers.day, walkers.ann
    await walkers.steps(ann, 3000, TOMORROW)
    assert await day.everyone_looks() == {
        "Ann": {"own": ["stats:update steps 3000", "sync:progress", "xp:awarded +30 steps", "streak:extended active 4"]}
    }
    assert await ann.receipts(**walkers.here, subject="challenge") == [
        "- 3,000 steps of 2026-05-02 did not count, because it arrived after the results were final.",
        "+ 5,200 steps of 2026-05-01 count in the challenge.",
        "+ 3,000 steps of 2026-05-01 count in the challenge.",
    ]
    assert await ann.receipts(**walkers.here, subject="xp") == [
        "+ Finishing the challenge earned 50 XP.",
        "+ Place 3 in the challenge earned 200 XP.",
    ]

    await day.until("2026-05-02T12:00:00Z")

    told = [
        "You have reached level 4.",
        "Finish a challenge.",
        "Finish a challenge among the first three; earned again every time.",
        "May Walk is over. You came 2nd.",
    ]
    assert await day.everyone_looks() == {"Bob": {"own": [f"notification:new {said}" for said in told]}}
    results = await walkers.bob.session.call("GET", f"/challenges/{walkers.walk}/results")
    assert results["provisional"] is False
    assert [(row["rank"], row["name"], row["score"]) for row in results["rows"]] == [
        (1, "Cleo", 9200),
        (2, "Bob", 9000),
        (3, "Ann", 8200),
    ]
