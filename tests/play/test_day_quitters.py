"""A day of people who want to puff less, from the evening before to the midnight after in three time zones.

Quin  Berlin, hosts the challenge, phone and watch; wants none at all      Uma  Rae has blocked her
Rae   Chicago, at most five a day; lets friends hear of hers               Vic  a stranger
Sol   Auckland, keeps his to himself; loses his connection
Tom   Berlin, Quin's friend, tracks nothing
"""

from dataclasses import dataclass
from typing import Any, Self

import pytest

from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

STARTS, ENDS = "2026-04-30T22:00:00Z", "2026-05-01T22:00:00Z"  # the first of May in Berlin
DAY = "2026-05-01"


@dataclass
class Quitters:
    day: Day
    quin: Person
    rae: Person
    sol: Person
    tom: Person
    uma: Person
    vic: Person
    least: str = ""

    @classmethod
    async def gather(cls, day: Day) -> Self:
        """Whoever tracks puffs begins with the next whole day: Quin and Rae with the first of May, Sol with the second."""
        quitters = cls(
            day,
            quin=await day.arrives("Quin", "Europe/Berlin"),
            rae=await day.arrives("Rae", "America/Chicago", encoding="msgpack"),
            sol=await day.arrives("Sol", "Pacific/Auckland"),
            tom=await day.arrives("Tom", "Europe/Berlin", encoding="msgpack"),
            uma=await day.arrives("Uma", "America/Chicago"),
            vic=await day.arrives("Vic"),
        )
        quin, rae, sol = quitters.quin, quitters.rae, quitters.sol
        await quin.opens("watch", "msgpack")
        for who in (quin, rae, sol):
            await who.tell("preferences:update", {"trackPuffs": True})
        await rae.tell("preferences:update", {"privacy": {"progress": "friends"}})
        for one, other in ((quin, rae), (rae, sol), (rae, quitters.uma), (quin, quitters.tom)):
            await day.befriend(one, other)
        await rae.tell("friend:block", {"userId": quitters.uma.id})
        goal = {"type": "daily", "metric": "puffs", "target": 5, "from": DAY, "title": "At most five"}
        await rae.tell("goal:create", goal)
        await day.all_read()
        return quitters

    @property
    def here(self) -> dict[str, str]:
        return {"challengeId": self.least}

    def all_see(self, *lines: str) -> dict[str, dict[str, list[str]]]:
        """What those who take part see of the challenge."""
        return {name: {"Least": [*lines]} for name in ("Quin", "Rae", "Sol", "Tom")}

    async def puffs(self, who: Person, name: str, at: str | None = None, *, on: str | None = None) -> dict[str, Any]:
        """→ the reply."""
        return await who.tell("puff:record", {"clientId": name} | ({} if at is None else {"at": at}), on=on)


async def test_a_day_of_quitters(database_url: str) -> None:
    async with a_day(database_url, "2026-04-30T18:00:00Z") as day:
        quitters = await Quitters.gather(day)
        await by_invitation(quitters)
        await it_starts(quitters)
        await a_puff_that_nobody_hears_of(quitters)
        await puffs_that_friends_hear_of(quitters)
        await one_that_was_none(quitters)
        await what_is_no_puff(quitters)
        await midnight_in_berlin(quitters)
        await a_late_puff_takes_the_day_back(quitters)
        await the_results(quitters)
        await midnights_elsewhere(quitters)
        assert await quitters.uma.looks() == await quitters.vic.looks() == {}


async def by_invitation(quitters: Quitters) -> None:
    day, quin = quitters.day, quitters.quin
    quitters.least = await day.challenge(
        quin,
        name="Least",
        metric="puffs",
        mode="least",
        target=4,
        visibility="invite",
        startsAt=STARTS,
        endsAt=ENDS,
    )
    guests = (quitters.rae, quitters.sol, quitters.tom)
    await quin.tell("challenge:invite", {**quitters.here, "userIds": [guest.id for guest in guests]})
    for nobody in (quitters.uma, quitters.vic):
        assert (await nobody.refused("challenge:join", quitters.here))["code"] == "NOT_FOUND"
    asked = {"own": ["challenge:invited Least by Quin", "notification:new You are invited to the challenge Least."]}
    assert await day.everyone_looks() == {"Rae": asked, "Sol": asked, "Tom": asked}

    for who in (quin, *guests):
        await who.tell("challenge:join", quitters.here)
    joined = [f"challenge:joined {name}, {at} in all" for at, name in enumerate(("Quin", "Rae", "Sol", "Tom"), start=1)]
    own = ["badge:earned game-on", "notification:new Join a challenge."]
    heard = {name: f"friend:activity {name} badgeEarned game-on" for name in ("Quin", "Rae", "Sol", "Tom")}
    assert await day.everyone_looks() == {
        "Quin": {"own": own, "friends": [heard["Rae"], heard["Tom"]], "Least": joined},
        "Rae": {"own": own, "friends": [heard["Quin"], heard["Sol"]], "Least": joined[1:]},
        "Sol": {"own": own, "friends": [heard["Rae"]], "Least": joined[2:]},
        "Tom": {"own": own, "friends": [heard["Quin"]], "Least": joined[3:]},
    }


async def it_starts(quitters: Quitters) -> None:
    day = quitters.day
    await day.until("2026-04-30T23:00:00Z")

    seen = await day.everyone_looks()

    assert {name: places.pop("own") for name, places in seen.items()} == {
        name: ["notification:new Least starts soon. Get ready!"] for name in ("Quin", "Rae", "Sol", "Tom")
    }
    assert seen == quitters.all_see("challenge:updated countdown", "challenge:updated live")


async def a_puff_that_nobody_hears_of(quitters: Quitters) -> None:
    """But for the standings, which all who take part see: it is the fewest that lead, and who has logged one."""
    day = quitters.day
    await day.until("2026-05-01T07:30:00Z")
    told = await quitters.puffs(quitters.sol, "s1")
    assert (told["activity"]["date"], told["today"]["puffs"]) == (DAY, 1)

    seen = await day.everyone_looks()

    assert seen["Sol"].pop("own") == ["stats:update puffs 1"]
    assert seen == quitters.all_see("challenge:milestone lead Sol")
    await quitters.tom.board(quitters.least, Sol=1)


async def puffs_that_friends_hear_of(quitters: Quitters) -> None:
    """One sent twice, from two devices, is one."""
    day, rae = quitters.day, quitters.rae
    await day.until("2026-05-01T13:00:00Z")
    await rae.opens("watch")
    for name, on in (("r1", "phone"), ("r2", "watch"), ("r2", "phone")):
        today = (await quitters.puffs(rae, name, on=on))["today"]
    assert today["puffs"] == 2

    heard = {"friends": ["friend:puff Rae 2026-05-01T13:00:00Z"] * 2}
    assert await day.everyone_looks() == {
        "Quin": heard,
        "Rae": {
            "own": [
                "stats:update puffs 1",
                "sync:progress",
                "stats:update puffs 2",
                "sync:progress",
                "stats:update puffs 2",  # of the second the phone is the device now, and that is all that changed
            ]
        },
        "Sol": heard,
    }
    await quitters.tom.board(quitters.least, Sol=1, Rae=2)
    behind = await rae.stands(quitters.least, 2)
    assert (behind["me"]["rank"], behind["gap"], [row["name"] for row in behind["above"]]) == (2, 1, ["Sol"])


async def one_that_was_none(quitters: Quitters) -> None:
    """A puff is deleted, and gone everywhere; Sol, who was offline, sees what there was in between."""
    day, rae, sol = quitters.day, quitters.rae, quitters.sol
    position = await sol.loses("phone")
    await day.until("2026-05-01T15:00:00Z")
    third = (await quitters.puffs(rae, "r3", "2026-05-01T14:30:00Z"))["activity"]
    await quitters.tom.board(quitters.least, Sol=1, Rae=3)
    told = await rae.tell("activity:delete", {"activityId": third["id"]})
    assert (told["activity"]["status"], told["activity"]["startTime"]) == ("removed", "2026-05-01T14:30:00Z")

    puff = {"friends": ["friend:puff Rae 2026-05-01T14:30:00Z"]}
    assert await day.everyone_looks() == {
        "Quin": puff,
        "Rae": {"own": ["stats:update puffs 3", "sync:progress", "stats:update puffs 2", "sync:progress"]},
    }
    await quitters.tom.board(quitters.least, Sol=1, Rae=2)
    assert await rae.receipts(**quitters.here, activityId=third["id"], subject="challenge") == [
        "- 1 puff of 2026-05-01 did not count, because it was taken back."
    ]
    told = await sol.opens("phone", "msgpack", resume=position)
    assert all(topic["recovered"] for topic in told["topics"].values())
    assert await day.everyone_looks() == {"Sol": puff}


async def what_is_no_puff(quitters: Quitters) -> None:
    """One that has not come yet, and one that is too long ago."""
    future = await quitters.rae.refused("puff:record", {"at": "2026-05-01T16:00:00Z"})
    assert future["code"] == "IMPLAUSIBLE_ACTIVITY"
    assert "has not come yet" in future["message"]
    old = await quitters.rae.refused("puff:record", {"at": "2026-04-16T16:00:00Z"})
    assert old["details"]["fields"] == [{"path": "at", "problem": "must be on 2026-04-17 or later (14 days back)"}]
    assert await quitters.day.everyone_looks() == {}


async def midnight_in_berlin(quitters: Quitters) -> None:
    """Quin has had a whole day without a puff. Tom, who does not track them, has not."""
    day = quitters.day
    await day.until("2026-05-01T22:05:00Z")

    seen = await day.everyone_looks()

    soon = "notification:new Least ends soon: what you do now still counts."
    free = ["xp:awarded +30 puff-free day", "streak:extended puffFree 1"]
    assert {name: places.pop("own") for name, places in seen.items()} == {
        "Quin": [soon, *free],
        "Rae": [soon],
        "Sol": [soon],
        "Tom": [soon],
    }
    assert seen == quitters.all_see("challenge:updated settling")


async def a_late_puff_takes_the_day_back(quitters: Quitters) -> None:
    """Quin's watch was offline. It was a mistake, though; and what Rae has after the end does not count."""
    day, quin, rae = quitters.day, quitters.quin, quitters.rae
    late = (await quitters.puffs(quin, "q1", "2026-05-01T19:00:00Z", on="watch"))["activity"]
    assert await day.everyone_looks() == {"Quin": {"own": ["xp:awarded -30 puff-free day", "streak:broken puffFree 0"]}}
    assert quin.heard_of("xp:awarded")[-1]["xp"] == 0
    await quitters.tom.board(quitters.least, Sol=1, Rae=2, Quin=1)
    shared = await quin.tell("challenge:leaderboard", quitters.here)
    assert [(row["rank"], row["name"]) for row in shared["rows"]] == [
        (1, "Sol"),
        (1, "Quin"),
        (3, "Rae"),
        (None, "Tom"),
    ]

    await quin.tell("activity:delete", {"activityId": late["id"]})
    assert await day.everyone_looks() == {
        "Quin": {"own": ["xp:awarded +30 puff-free day", "streak:extended puffFree 1"]}
    }
    await quitters.tom.board(quitters.least, Sol=1, Rae=2)

    await quitters.puffs(rae, "r4")
    puff = {"friends": ["friend:puff Rae 2026-05-01T22:05:00Z"]}
    assert await day.everyone_looks() == {
        "Quin": puff,
        "Rae": {"own": ["stats:update puffs 3", "sync:progress"]},
        "Sol": puff,
    }


async def the_results(quitters: Quitters) -> None:
    """Who has logged nothing has no rank, and no reward; all the others stayed below the limit."""
    day = quitters.day
    await day.until("2026-05-01T22:30:00Z")

    seen = await day.everyone_looks()

    final = "challenge:finished final: 1 Sol 1, 2 Rae 2"
    for places in seen.values():
        # of those without a rank, nobody is first
        assert (places["Least"][0], places["Least"][1].partition(", - ")[0]) == ("challenge:updated finished", final)
        del places["Least"]
    nothing = ["notification:new Least is over. You are not ranked in it."]
    podium = "notification:new Finish a challenge among the first three; earned again every time."

    def earned(place: int, xp: int, level: int, *more: str) -> list[str]:
        return [
            "xp:awarded +50 Finishing the challenge earned 50 XP: Least",
            "xp:awarded +100 Reaching the challenge's target earned 100 XP: Least",
            f"xp:awarded +{xp} Place {place} in the challenge earned {xp} XP: Least",
            f"level:up {level}",
            f"notification:new You have reached level {level}.",
            "badge:earned finisher",
            "notification:new Finish a challenge.",
            "badge:earned on-the-podium",
            podium,
            *more,
        ]

    def of_friend(name: str, *badges: str) -> list[str]:
        return [
            *(f"friend:activity {name} badgeEarned {badge}" for badge in badges),
            f"friend:activity {name} challengeCompleted Least",
        ]

    of_rae = of_friend("Rae", "finisher", "on-the-podium")
    champion = ["badge:earned champion", "notification:new Win a challenge; earned again every time."]
    assert seen == {
        "Quin": {"own": nothing, "friends": of_rae},
        "Rae": {
            "own": earned(2, 300, 3, "notification:new Least is over. You came 2nd."),
            "friends": of_friend("Sol", "finisher", "on-the-podium", "champion"),
        },
        "Sol": {
            "own": earned(1, 500, 4, *champion, "notification:new Least is over. You have won it!"),
            "friends": of_rae,
        },
        "Tom": {"own": nothing},
    }
    assert await quitters.tom.receipts(**quitters.here, subject="xp") == [
        "- Least earned no XP, because only ranked participants do."
    ]
    counted = "+ 1 puff of 2026-05-01 counts in the challenge."
    assert await quitters.rae.receipts(**quitters.here, subject="challenge") == [
        "- 1 puff of 2026-05-01 did not count, because not all of its time was between the challenge's start and end.",
        "- 1 puff of 2026-05-01 did not count, because it was taken back.",
        counted,
        counted,
    ]


async def midnights_elsewhere(quitters: Quitters) -> None:
    """Rae's goal is judged when her day is over. Sol's first whole day without a puff is the second of May."""
    day = quitters.day
    await day.until("2026-05-02T06:00:00Z")
    goal = "At most five"
    heard = {"friends": [f"friend:activity Rae goalAchieved {goal}"]}
    assert await day.everyone_looks() == {
        "Quin": heard,
        "Rae": {"own": [f"goal:achieved {goal}", f"notification:new You did it: {goal}.", "sync:progress"]},
        "Sol": heard,
    }

    await day.until("2026-05-02T12:30:00Z")
    assert await day.everyone_looks() == {
        "Sol": {"own": ["xp:awarded +30 puff-free day", "streak:extended puffFree 1"]}
    }
    free = {
        person.name: next(streak for streak in (await person.me())["streaks"] if streak["kind"] == "puffFree")
        for person in (quitters.quin, quitters.rae, quitters.sol, quitters.tom)
    }
    assert {name: (streak["current"], streak.get("lastDay")) for name, streak in free.items()} == {
        "Quin": (1, DAY),
        "Rae": (0, None),
        "Sol": (1, "2026-05-02"),
        "Tom": (0, None),
    }
    assert await quitters.quin.receipts(subject="xp", date=DAY) == ["+ 2026-05-01 without a puff earned 30 XP."]
