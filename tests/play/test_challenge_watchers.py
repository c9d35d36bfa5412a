"""Who watches a challenge without taking part, and what ends it: a block, a friendship or membership that is over, other terms.

Hal  hosts everything          Pia  takes part            Fay  his friend
Val  knows nobody              Gus  in the group          Jan  a judge
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

TERMS = {"metric": "steps", "mode": "most", "startsAt": "2026-05-02T08:00:00Z", "endsAt": "2026-05-03T08:00:00Z"}


@pytest_asyncio.fixture
async def day(database_url: str) -> AsyncIterator[Day]:
    async with a_day(database_url, "2026-05-01T08:00:00Z") as day:
        yield day


async def challenge(day: Day, host: Person, **more: Any) -> str:
    return await day.challenge(host, name="Walk", **TERMS, **more)


async def watch(challenge: str, *people: Person) -> None:
    for person in people:
        await person.tell("subscribe", {"topic": f"challenge:{challenge}"})


async def still_watch(challenge: str, host: Person, *people: Person) -> set[str]:
    """The names of those who hear what the host says now. Who does not has been told that they hear no more."""
    await host.tell("challenge:announce", {"challengeId": challenge, "text": "Hello?"})
    watching = set()
    for person in people:
        last = set()
        for device in person.devices.values():
            await device.heard()
            last.add([each["type"] for each in device.frames if each.get("topic") == f"challenge:{challenge}"][-1])
        assert last in ({"challenge:announcement"}, {"server:unsubscribed"}), (person.name, last)
        if last == {"challenge:announcement"}:
            watching.add(person.name)
    return watching


async def test_a_block_ends_watching_both_ways(day: Day) -> None:
    hal, val, pia, jan = [await day.arrives(name) for name in ("Hal", "Val", "Pia", "Jan")]
    await val.opens("tablet", "msgpack")
    mine, theirs = await challenge(day, hal), await challenge(day, val)
    await hal.tell("challenge:role", {"challengeId": mine, "userId": jan.id, "role": "judge"})
    await pia.tell("challenge:join", {"challengeId": mine})
    await watch(mine, val, jan)
    await val.tell("subscribe", {"topic": f"challenge:{mine}"}, on="tablet")
    await watch(theirs, hal, pia)
    assert await still_watch(mine, hal, val, pia, jan) == {"Val", "Pia", "Jan"}

    for blocked in (val, pia, jan):
        await hal.tell("friend:block", {"userId": blocked.id})

    assert await still_watch(mine, hal, val, pia, jan) == {"Pia", "Jan"}  # who takes part, or has a role, goes on
    assert await still_watch(theirs, val, hal, pia) == {"Pia"}
    assert (await val.refused("subscribe", {"topic": f"challenge:{mine}"}))["code"] == "NOT_FOUND"
    assert (await pia.tell("challenge:leaderboard", {"challengeId": mine}))["me"]["rank"] == 1
    await hal.tell("challenge:announce", {"challengeId": mine, "text": "Who has left is gone"})
    await pia.tell("challenge:leave", {"challengeId": mine})
    assert (await pia.refused("challenge:join", {"challengeId": mine}))["code"] == "NOT_FOUND"


async def test_it_ends_with_the_friendship_or_membership_that_it_came_from(day: Day) -> None:
    hal, fay, gus, val = [await day.arrives(name) for name in ("Hal", "Fay", "Gus", "Val")]
    await day.befriend(hal, fay)
    group = await hal.tell("group:create", {"name": "Walkers"})
    await gus.tell("group:join", {"accessCode": group["accessCode"]})
    for_all = await challenge(day, hal)
    for_friends = await challenge(day, hal, visibility="friends")
    for_group = await challenge(day, hal, visibility="group", groupId=group["id"])
    invited = await challenge(day, hal, visibility="friends")
    await hal.tell("challenge:invite", {"challengeId": invited, "userIds": [fay.id]})
    await watch(for_all, fay, gus, val)
    await watch(for_friends, fay)
    await watch(invited, fay)
    await watch(for_group, gus)

    await fay.tell("friend:remove", {"userId": hal.id})
    await gus.tell("group:leave", {"groupId": group["id"]})

    assert await still_watch(for_friends, hal, fay) == set()
    assert await still_watch(for_group, hal, gus) == set()
    assert await still_watch(invited, hal, fay) == {"Fay"}
    assert await still_watch(for_all, hal, fay, gus, val) == {"Fay", "Gus", "Val"}


@pytest.mark.parametrize("first", ["public", "friends", "group"])
async def test_another_circle_takes_those_of_the_earlier_one_away(day: Day, first: str) -> None:
    hal, fay, gus, pia, jan, val = [await day.arrives(name) for name in ("Hal", "Fay", "Gus", "Pia", "Jan", "Val")]
    await day.befriend(hal, fay)
    group = await hal.tell("group:create", {"name": "Walkers"})
    await gus.tell("group:join", {"accessCode": group["accessCode"]})
    id = await challenge(day, hal, visibility=first, groupId=group["id"])
    people = {"public": [fay, gus, val], "friends": [fay], "group": [gus]}[first]
    await hal.tell("challenge:invite", {"challengeId": id, "userIds": [pia.id, jan.id]})
    await pia.tell("challenge:join", {"challengeId": id})
    await watch(id, jan, *people)
    assert len(await still_watch(id, hal, pia, jan, *people)) == 2 + len(people)

    await hal.tell("challenge:update", {"challengeId": id, "visibility": "invite"})

    assert await still_watch(id, hal, pia, jan, *people) == {"Pia", "Jan"}
