"""A day of runs and walks with routes, in four challenges at once: by teams, weighted, all together, and one drops out.

Rosa  Lisbon, hosts them all, phone and watch       Val  a stranger who watches what is public
Sam   Denver, friend of Rosa and Tia                Wim  was Rosa's friend, and is blocked by her
Tia   Nairobi, their friend; walks, and loses her connection over night
Uwe   Berlin, knows nobody
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import pytest

from rules.days import stamp
from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

DAY = "2026-05-01"
STARTS = f"{DAY}T05:30:00Z"
DEGREE = 111_195  # metres of latitude


def outing(name: str, starts: str, *, minutes: int, metres: int, climb: int = 0) -> dict[str, Any]:
    """Straight north at an even pace and slope, a point every half minute."""
    begin, points = datetime.fromisoformat(starts), 2 * minutes
    return {
        "clientId": name,
        "name": name,
        "startTime": starts,
        "endTime": stamp(begin + timedelta(minutes=minutes)),
        "route": [
            {
                "lat": 38.7 + metres * at / points / DEGREE,
                "lon": -9.2,
                "ele": 100 + climb * at / points,
                "time": stamp(begin + timedelta(minutes=minutes) * at / points),
            }
            for at in range(points + 1)
        ],
    }


@dataclass
class Runners:
    day: Day
    rosa: Person
    sam: Person
    tia: Person
    uwe: Person
    val: Person
    wim: Person
    relay: str = ""
    fair: str = ""
    climb: str = ""
    last: str = ""

    @classmethod
    async def gather(cls, day: Day) -> Self:
        runners = cls(
            day,
            rosa=await day.arrives("Rosa", "Europe/Lisbon"),
            sam=await day.arrives("Sam", "America/Denver", encoding="msgpack"),
            tia=await day.arrives("Tia", "Africa/Nairobi"),
            uwe=await day.arrives("Uwe", "Europe/Berlin", encoding="msgpack"),
            val=await day.arrives("Val"),
            wim=await day.arrives("Wim", "Europe/Berlin"),
        )
        rosa, sam, tia = runners.rosa, runners.sam, runners.tia
        await rosa.opens("watch", "msgpack")
        for one, other in ((rosa, sam), (rosa, tia), (sam, tia), (rosa, runners.wim)):
            await day.befriend(one, other)
        await rosa.tell("friend:block", {"userId": runners.wim.id})
        return runners

    async def plan(self) -> None:
        """They end one after the other, so that it is known what comes first."""

        async def planned(name: str, ends: str, **terms: Any) -> str:
            ends_at = f"2026-05-02T{ends}:00Z"
            return await self.day.challenge(self.rosa, name=name, startsAt=STARTS, endsAt=ends_at, **terms)

        self.relay = await planned("Relay", "08:00", metric="distance", mode="teams", teams=["North", "South"])
        self.fair = await planned("Fair", "08:20", metric="steps", mode="most", fairness="weighted")
        self.climb = await planned(
            "Climb", "08:40", metric="elevationGain", mode="collective", target=250, visibility="friends"
        )
        self.last = await planned(
            "Last", "09:00", metric="duration", mode="elimination", eliminate={"every": "day", "lowest": 1}
        )

    async def scores(self, challenge: str) -> dict[str, float]:
        """As the leaderboard has them, in its order."""
        page = await self.rosa.tell("challenge:leaderboard", {"challengeId": challenge})
        return {row["name"]: row["score"] for row in page["rows"]}

    async def teams(self) -> dict[str, float]:
        page = await self.rosa.tell("challenge:leaderboard", {"challengeId": self.relay})
        return {team["name"]: team["score"] for team in page["teams"]}


async def test_a_day_of_runners(database_url: str) -> None:
    async with a_day(database_url, f"{DAY}T05:00:00Z") as day:
        runners = await Runners.gather(day)
        await runners.plan()
        await everybody_takes_their_place(runners)
        await it_starts(runners)
        dawn = await a_run_counts_everywhere(runners)
        await a_car_is_no_run(runners)
        await a_walk_in_the_hills(runners)
        position = await runners.tia.loses("phone")
        trail = await together_they_reach_the_target(runners)
        await steps_and_a_run_without_a_route(runners)
        await a_corrected_run(runners, dawn)
        await a_deleted_run(runners, trail)
        await one_drops_out_at_midnight(runners)
        await back_from_offline(runners, position)
        await the_results(runners)
        assert await runners.wim.looks() == {}


async def everybody_takes_their_place(runners: Runners) -> None:
    """Wim, whom the host has blocked, finds none of it; Uwe, who is nobody's friend, not that of friends."""
    day = runners.day
    teams = {name: id for id, name in day.names.items()}
    for who, team in ((runners.rosa, "North"), (runners.tia, "North"), (runners.sam, "South"), (runners.uwe, "South")):
        await who.tell("challenge:join", {"challengeId": runners.relay, "teamId": teams[team]})
        await who.tell("challenge:join", {"challengeId": runners.fair})
        await who.tell("challenge:join", {"challengeId": runners.last})
        if who is not runners.uwe:
            await who.tell("challenge:join", {"challengeId": runners.climb})
    for nobody, challenge in (
        (runners.uwe, runners.climb),
        (runners.val, runners.climb),
        (runners.wim, runners.relay),
        (runners.wim, runners.climb),
    ):
        assert (await nobody.refused("challenge:join", {"challengeId": challenge}))["code"] == "NOT_FOUND"
        assert (await nobody.refused("subscribe", {"topic": f"challenge:{challenge}"}))["code"] == "NOT_FOUND"
    watched = (await runners.val.tell("subscribe", {"topic": f"challenge:{runners.relay}"}))["state"]
    assert [(team["name"], team["members"]) for team in watched["leaderboard"]["teams"]] == [("North", 2), ("South", 2)]
    await day.all_read()


async def it_starts(runners: Runners) -> None:
    await runners.day.until(f"{DAY}T06:00:00Z")
    begins = ["challenge:updated countdown", "challenge:updated live"]
    three = dict.fromkeys(("Relay", "Fair", "Last"), begins)
    four = {**three, "Climb": begins}
    assert await runners.day.everyone_looks() == {
        "Rosa": four,
        "Sam": four,
        "Tia": four,
        "Uwe": three,
        "Val": {"Relay": begins},
    }


async def a_run_counts_everywhere(runners: Runners) -> str:
    """10 km in 50 minutes, 120 m up: metres for the team, 12,500 steps, a climb, and minutes → its id."""
    day, rosa = runners.day, runners.rosa
    await day.until(f"{DAY}T07:00:00Z")
    run = (await rosa.tell("run:log", outing("Dawn", f"{DAY}T06:00:00Z", minutes=50, metres=10_000, climb=120)))[
        "activity"
    ]
    assert run["metrics"] == {"distance": 10_000, "duration": 3000, "elevationGain": 120, "calories": 738, "runs": 1}
    assert (run["status"], run["details"]["paces"], run["details"]["pace"]) == ("counted", [300] * 10, 300)

    friends = ["friend:activity Rosa walkStarted Dawn", "friend:activity Rosa badgeEarned first-run"]
    places = {
        "Relay": ["challenge:milestone lead North"],
        "Fair": ["challenge:milestone lead Rosa"],
        "Last": ["challenge:milestone lead Rosa"],
    }
    share = ["challenge:milestone share 25 all"]
    assert await day.everyone_looks() == {
        "Rosa": {
            "own": [
                "stats:update distance 10000",
                "streak:extended active 1",
                "xp:awarded +100 run",
                "level:up 2",
                "notification:new You have reached level 2.",
                "badge:earned first-run",
                "notification:new Go for a run.",
            ],
            **places,
            "Climb": share,
        },
        "Sam": {"friends": friends, **places, "Climb": share},
        "Tia": {"friends": friends, **places, "Climb": share},
        "Uwe": places,
        "Val": {"Relay": places["Relay"]},
    }
    await runners.val.board(runners.relay, Rosa=10_000)
    await runners.uwe.board(runners.fair, Rosa=12_500)
    await runners.sam.board(runners.climb, Rosa=120)
    assert runners.sam.heard_of("challenge:leaderboard")[-1]["participants"] in (3, 4)
    return str(run["id"])


async def a_car_is_no_run(runners: Runners) -> None:
    """Nor a walk what is a run. Nobody hears of it."""
    fast = outing("Car", f"{DAY}T06:00:00Z", minutes=30, metres=20_000)
    refused = await runners.rosa.refused("run:log", fast)
    assert (refused["code"], refused["details"]) == ("IMPLAUSIBLE_ACTIVITY", {"limit": 25, "got": 40})
    assert "40 km/h, and nobody runs faster than 25 km/h; leave out what was not on foot" in refused["message"]
    quick = outing("Quick", f"{DAY}T06:00:00Z", minutes=30, metres=7000)
    refused = await runners.rosa.refused("walk:log", quick)
    assert "nobody walks faster than 12 km/h; log it as a run if you ran" in refused["message"]
    assert await runners.day.everyone_looks() == {}
    assert await runners.scores(runners.relay) == {"Rosa": 10_000, "Sam": 0, "Tia": 0, "Uwe": 0}


async def a_walk_in_the_hills(runners: Runners) -> None:
    day = runners.day
    await day.until(f"{DAY}T09:00:00Z")
    hills = outing("Hills", f"{DAY}T08:00:00Z", minutes=60, metres=5000, climb=60)
    gained = (await runners.tia.tell("walk:log", hills))["activity"]["metrics"]["elevationGain"]
    assert gained == pytest.approx(60, abs=1)

    lead, share = ["challenge:milestone lead Tia"], ["challenge:milestone share 50 all"]
    heard = {"friends": ["friend:activity Tia walkStarted Hills"], "Last": lead, "Climb": share}
    assert await day.everyone_looks() == {
        "Rosa": heard,
        "Sam": heard,
        "Tia": {
            "own": ["stats:update distance 5000", "streak:extended active 1", "xp:awarded +30 walk"],
            "Last": lead,
            "Climb": share,
        },
        "Uwe": {"Last": lead},
    }


async def together_they_reach_the_target(runners: Runners) -> str:
    """→ the id of Sam's run, which does it."""
    day = runners.day
    await day.until(f"{DAY}T14:00:00Z")
    trail = outing("Trail", f"{DAY}T12:00:00Z", minutes=60, metres=12_000, climb=90)
    run = (await runners.sam.tell("run:log", trail))["activity"]

    lead = {"Fair": ["challenge:milestone lead Sam"]}
    reached = {"Climb": ["challenge:milestone share 100 all", "challenge:milestone target all"]}
    assert await day.everyone_looks() == {
        "Rosa": {
            "friends": ["friend:activity Sam walkStarted Trail", "friend:activity Sam badgeEarned first-run"],
            **lead,
            **reached,
        },
        "Sam": {
            "own": [
                "stats:update distance 12000",
                "streak:extended active 1",
                "xp:awarded +120 run",
                "level:up 2",
                "notification:new You have reached level 2.",
                "badge:earned first-run",
                "notification:new Go for a run.",
            ],
            **lead,
            **reached,
        },
        "Uwe": lead,
    }
    assert await runners.teams() == {"North": 15_000, "South": 12_000}
    return str(run["id"])


async def steps_and_a_run_without_a_route(runners: Runners) -> None:
    """What a device counted weighs as it is, and brings its metres along."""
    day, uwe = runners.day, runners.uwe
    await day.until(f"{DAY}T15:00:00Z")
    await uwe.tell("steps:sync", {"date": DAY, "steps": 9000, "distanceMeters": 7000})
    lead = {"Relay": ["challenge:milestone lead South"]}
    assert await day.everyone_looks() == {
        "Rosa": lead,
        "Sam": lead,
        "Uwe": {
            "own": [
                "stats:update steps 9000, distance 7000",
                "xp:awarded +90 steps",
                "streak:extended active 1",
                "badge:earned out-the-door",
                "notification:new Walk 1,000 steps in a day.",
                "badge:earned getting-going",
                "notification:new Walk 5,000 steps in a day.",
            ],
            **lead,
        },
        "Val": lead,
    }

    await day.until(f"{DAY}T16:00:00Z")
    run = {"startTime": f"{DAY}T15:30:00Z", "endTime": f"{DAY}T15:45:00Z", "distanceMeters": 3000}
    await uwe.tell("run:log", run)
    assert await day.everyone_looks() == {
        "Uwe": {
            "own": [
                "stats:update steps 9000, distance 10000",
                "xp:awarded +30 run",
                "level:up 2",
                "notification:new You have reached level 2.",
                "badge:earned first-run",
                "notification:new Go for a run.",
            ]
        }
    }
    await runners.rosa.board(runners.fair, Rosa=12_500, Sam=15_000, Tia=6250, Uwe=12_750)
    assert await runners.teams() == {"South": 22_000, "North": 15_000}


async def a_corrected_run(runners: Runners, dawn: str) -> None:
    """Rosa's run was 6 km. It says so from her watch, and takes the rest back everywhere."""
    day, rosa = runners.day, runners.rosa
    await day.until(f"{DAY}T17:00:00Z")
    shorter = outing("Dawn", f"{DAY}T06:00:00Z", minutes=30, metres=6000, climb=70)
    corrected = (await rosa.tell("run:log", shorter, on="watch"))["activity"]
    assert (corrected["id"], len(corrected["details"]["paces"])) == (dawn, 6)

    assert await day.everyone_looks() == {"Rosa": {"own": ["stats:update distance 6000", "xp:awarded -40 run"]}}
    await runners.val.board(runners.relay, Rosa=6000, Sam=12_000, Tia=5000, Uwe=10_000)
    assert await runners.scores(runners.fair) == {"Sam": 15_000, "Uwe": 12_750, "Rosa": 7500, "Tia": 6250}
    assert await runners.scores(runners.last) == {"Tia": 3600, "Sam": 3600, "Rosa": 1800, "Uwe": 900}
    assert await rosa.receipts(activityId=dawn, subject="xp") == [
        "+ A run of 6,000 m earned 60 XP: 10 for every km, at most 500 a day from walks and runs together."
    ]
    assert await rosa.receipts(challengeId=runners.fair, subject="challenge") == [
        "+ A run of 6,000 metres of 2026-05-01 counts as 7,500 steps (1.25 for each) in the challenge.",
        "- A run of 10,000 metres of 2026-05-01 did not count as 12,500 steps (1.25 for each), because it was corrected later.",
    ]


async def a_deleted_run(runners: Runners, trail: str) -> None:
    """With Sam's run goes all that it brought; then he logs the real one."""
    day, sam = runners.day, runners.sam
    assert (await runners.rosa.refused("activity:delete", {"activityId": trail}))["code"] == "NOT_FOUND"
    await sam.tell("activity:delete", {"activityId": trail})

    news = {"Relay": ["challenge:milestone lead North"], "Fair": ["challenge:milestone lead Uwe"]}
    assert await day.everyone_looks() == {
        "Rosa": news,
        "Sam": {"own": ["stats:update", "streak:broken active 0", "xp:awarded -120 run"], **news},
        "Uwe": news,
        "Val": {"Relay": news["Relay"]},
    }
    rewards = (await sam.me())["rewards"]
    assert (rewards["xp"], rewards["level"]) == (0, 2)  # a level once reached is kept
    assert "first-run" not in {badge["id"] for badge in rewards["badges"]}
    for challenge in (runners.relay, runners.fair, runners.climb, runners.last):
        assert (await runners.scores(challenge))["Sam"] == 0
    assert await runners.teams() == {"North": 11_000, "South": 10_000}
    progress = (await sam.tell("challenge:leaderboard", {"challengeId": runners.climb}))["progress"]
    assert progress["total"] == pytest.approx(130, abs=1)
    assert await sam.receipts(challengeId=runners.relay, subject="challenge") == [
        "- 12,000 metres of 2026-05-01 did not count, because it was taken back."
    ]

    await sam.tell("run:log", outing("Real", f"{DAY}T16:00:00Z", minutes=20, metres=4000, climb=10))
    lead = {"Relay": ["challenge:milestone lead South"]}
    assert await day.everyone_looks() == {
        "Rosa": {
            "friends": ["friend:activity Sam walkStarted Real", "friend:activity Sam badgeEarned first-run"],
            **lead,
        },
        "Sam": {
            "own": [
                "stats:update distance 4000",
                "streak:extended active 1",
                "xp:awarded +40 run",
                "badge:earned first-run",
            ],
            **lead,
        },
        "Uwe": lead,
        "Val": lead,
    }


async def one_drops_out_at_midnight(runners: Runners) -> None:
    """The host's midnight, and the time that devices have to settle; the next round begins at 0."""
    day = runners.day
    await day.until(f"{DAY}T23:14:00Z")
    assert await day.everyone_looks() == {}
    await day.until(f"{DAY}T23:15:00Z")
    over = {"Last": ["challenge:round 1: out Uwe, 3 left", "challenge:updated live"]}
    assert await day.everyone_looks() == {"Rosa": over, "Sam": over, "Uwe": over}
    assert await runners.scores(runners.last) == {"Tia": 0, "Sam": 0, "Rosa": 0, "Uwe": 900}
    late = {"startTime": f"{DAY}T20:00:00Z", "endTime": f"{DAY}T21:00:00Z"}
    await runners.uwe.tell("walk:log", late)
    assert (
        "because you had dropped out." in (await runners.uwe.receipts(challengeId=runners.last, subject="challenge"))[0]
    )
    await day.all_read()


async def back_from_offline(runners: Runners, position: dict[str, dict[str, Any]]) -> None:
    """Tia sees the evening she missed, and walks the target home."""
    day, tia = runners.day, runners.tia
    await day.until("2026-05-02T04:00:00Z")
    told = await tia.opens("phone", "msgpack", resume=position)
    assert [topic["recovered"] for topic in told["topics"].values()] == [True] * 5
    lead = "challenge:milestone lead"
    assert await day.everyone_looks() == {
        "Tia": {
            "friends": [
                "friend:activity Sam walkStarted Trail",
                "friend:activity Sam badgeEarned first-run",
                "friend:activity Sam walkStarted Real",
                "friend:activity Sam badgeEarned first-run",
            ],
            "Relay": [f"{lead} South", f"{lead} North", f"{lead} South"],
            "Fair": [f"{lead} Sam", f"{lead} Uwe"],
            "Climb": ["challenge:milestone share 100 all", "challenge:milestone target all"],
            "Last": ["challenge:round 1: out Uwe, 3 left", "challenge:updated live"],
        }
    }

    await tia.tell("walk:log", outing("Early", "2026-05-02T03:00:00Z", minutes=30, metres=2500, climb=120))

    news = {
        "Last": [f"{lead} Tia"],
        "Climb": ["challenge:milestone share 100 all", "challenge:milestone target all"],
    }
    heard = {"friends": ["friend:activity Tia walkStarted Early"], **news}
    assert await day.everyone_looks() == {
        "Rosa": heard,
        "Sam": heard,
        "Tia": {"own": ["stats:update distance 2500", "streak:extended active 2", "xp:awarded +15 walk"], **news},
        "Uwe": {"Last": news["Last"]},
    }
    assert await runners.teams() == {"South": 14_000, "North": 13_500}


async def the_results(runners: Runners) -> None:
    """By teams, by oneself, together without a place, and in the order in which they dropped out."""

    async def ends(name: str, at: str) -> dict[str, dict[str, list[str]]]:
        """What each was told of the result: how it stands, the XP and the notice."""
        await runners.day.until(f"2026-05-02T{at}:00Z")
        seen = await runners.day.everyone_looks()
        return {
            person: {
                "board": [line for line in places[name] if line.startswith("challenge:finished")],
                "xp": [line.split(":")[1] for line in places.get("own", []) if line.startswith("xp:")],
                "told": [line for line in places.get("own", []) if f"{name} is over" in line],
            }
            for person, places in seen.items()
            if name in places
        }

    def xp(*parts: tuple[int, str]) -> list[str]:
        texts = {"finishing": "Finishing the challenge", "target": "Reaching the challenge's target"}
        return [f"awarded +{amount} {texts.get(what, what)} earned {amount} XP" for amount, what in parts]

    def told(name: str, result: str) -> list[str]:
        return [f"notification:new {name} is over. {result}"]

    def placed(place: int, amount: int) -> list[str]:
        return xp((50, "finishing"), (amount, f"Place {place} in the challenge"))

    board = ["challenge:finished final: 1 Uwe 10000, 2 Tia 7500, 3 Rosa 6000, 4 Sam 4000"]
    won = {"board": board, "xp": placed(1, 500), "told": told("Relay", "You have won it!")}
    second = {"board": board, "xp": placed(2, 300), "told": told("Relay", "You came 2nd.")}
    assert await ends("Relay", "08:16") == {
        "Rosa": second,
        "Sam": won,
        "Tia": second,
        "Uwe": won,
        "Val": {"board": board, "xp": [], "told": []},
    }
    teams = runners.val.heard_of("challenge:finished")[-1]["teams"]
    assert [(team["rank"], team["name"], team["score"]) for team in teams] == [
        (1, "South", 14_000),
        (2, "North", 13_500),
    ]

    board = ["challenge:finished final: 1 Uwe 12750, 2 Tia 9375, 3 Rosa 7500, 4 Sam 5000"]
    assert await ends("Fair", "08:36") == {
        "Rosa": {"board": board, "xp": placed(3, 200), "told": told("Fair", "You came 3rd.")},
        "Sam": {"board": board, "xp": xp((50, "finishing")), "told": told("Fair", "You came 4th.")},
        "Tia": {"board": board, "xp": placed(2, 300), "told": told("Fair", "You came 2nd.")},
        "Uwe": {"board": board, "xp": placed(1, 500), "told": told("Fair", "You have won it!")},
    }

    seen = await ends("Climb", "08:56")
    assert seen.keys() == {"Rosa", "Sam", "Tia"}
    for result in seen.values():
        assert result["xp"] == xp((50, "finishing"), (100, "target"))
        assert "reached" in result["told"][0]

    equals = sorted((runners.rosa, runners.sam), key=lambda runner: runner.id)  # in all but their ids
    shared = ", ".join(f"2 {runner.name} 0" for runner in equals)
    board = [f"challenge:finished final: 1 Tia 1800, {shared}, 4 Uwe 900"]
    no_place = "You have finished it, without a win."  # who did nothing in the last round stands on no podium
    assert await ends("Last", "09:16") == {
        "Rosa": {"board": board, "xp": xp((50, "finishing")), "told": told("Last", no_place)},
        "Sam": {"board": board, "xp": xp((50, "finishing")), "told": told("Last", no_place)},
        "Tia": {"board": board, "xp": placed(1, 500), "told": told("Last", "You have won it!")},
        "Uwe": {"board": board, "xp": xp((50, "finishing")), "told": told("Last", "You came 4th.")},
    }
