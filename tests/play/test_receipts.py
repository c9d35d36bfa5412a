"""What `receipt:explain` says to people who take part, leave, come back, and ask about every single thing."""

from typing import Any

import pytest

from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

STEPS = "steps:sync"
EARLY = "it arrived before the challenge was live, or before you joined"
IN_WINDOW = "not all of its time was between the challenge's start and end"


async def told(person: Person, **about: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await person.tell("receipt:explain", about))["receipts"]
    return found


async def run(person: Person, hour: str, kilometres: int) -> str:
    """Of an hour → its id."""
    times = {"startTime": f"{hour}:00:00Z", "endTime": f"{hour}:59:00Z"}
    logged = await person.tell("run:log", {**times, "distanceMeters": kilometres * 1000, "clientId": hour})
    return str(logged["activity"]["id"])


async def test_every_question_about_a_challenge_has_an_answer(database_url: str) -> None:
    async with a_day(database_url, "2026-05-01T08:00:00Z") as day:
        ann, bob = await day.arrives("Ann", "Europe/Berlin"), await day.arrives("Bob", "Pacific/Auckland")
        await ann.tell(STEPS, {"date": "2026-04-30", "steps": 4000})
        await ann.tell(STEPS, {"date": "2026-05-01", "steps": 3000})
        before = await run(ann, "2026-04-30T15", 5)
        terms = {"metric": "steps", "mode": "most", "fairness": "weighted", "visibility": "public"}
        times = {"startsAt": "2026-05-01T10:00:00Z", "endsAt": "2026-05-03T10:00:00Z"}
        cup = {"challengeId": await day.challenge(ann, name="Cup", **terms, **times)}
        for person in (ann, bob):
            await person.tell("challenge:join", cup)

        await before_it_starts(day, ann, cup, before)
        await while_it_is_live(day, ann, cup)
        await another_device(ann, cup)
        await who_left_and_came_back(day, ann, cup)
        await who_was_disqualified(ann, bob, cup)
        await strangers(day, cup)


async def before_it_starts(day: Day, ann: Person, cup: dict[str, str], run_before: str) -> None:
    """A day that the challenge has nothing to do with says so to who asks about it, and only to them."""
    await day.until("2026-05-01T12:00:00Z")
    outside = "- 4,000 steps of 2026-04-30 did not count, because the day is not one of the challenge's."
    weighed = (
        f"- A run of 5,000 metres of 2026-04-30 did not count as 6,250 steps (1.25 for each), because {IN_WINDOW}."
    )
    assert sorted(await ann.receipts(**cup, date="2026-04-30")) == [outside, weighed]
    assert await ann.receipts(**cup, activityId=run_before) == [weighed]
    assert await ann.receipts(**cup, subject="challenge") == [
        f"- 3,000 steps of 2026-05-01 did not count, because {EARLY}."
    ]
    assert await ann.receipts(**cup, date="2026-05-09") == []


async def while_it_is_live(day: Day, ann: Person, cup: dict[str, str]) -> None:
    await ann.tell(STEPS, {"date": "2026-05-01", "steps": 5000})
    counted = await run(ann, "2026-05-01T10", 10)
    (receipt,) = await told(ann, **cup, activityId=counted)
    assert receipt == {
        "id": receipt["id"],
        "at": "2026-05-01T12:00:00Z",
        "subject": "challenge",
        "amount": 12_500,
        "rule": "challenge.steps",
        "ruleVersion": "2026-1",
        "because": {
            "activityId": counted,
            **cup,
            "date": "2026-05-01",
            "timezone": "Europe/Berlin",
            "window": "2026-05-01/2026-05-03",
        },
        "counted": True,
        "text": "A run of 10,000 metres of 2026-05-01 counts as 12,500 steps (1.25 for each) in the challenge.",
    }


async def another_device(ann: Person, cup: dict[str, str]) -> None:
    """Of two devices the higher counts: the other is told why it does not, also in a challenge."""
    watch = await ann.tell(STEPS, {"date": "2026-05-01", "steps": 2000, "device": "watch"})
    assert await ann.receipts(**cup, activityId=watch["activity"]["id"]) == [
        "- 2,000 steps from watch were not added, because phone has 5,000 for the same day and only the highest device counts."
    ]


async def who_left_and_came_back(day: Day, ann: Person, cup: dict[str, str]) -> None:
    await ann.tell("challenge:leave", cup)
    await ann.loses("phone")  # which was to hear no more of the challenge
    await ann.opens("phone")
    after = "because you left the challenge after it."
    left = [
        f"- A run of 10,000 metres of 2026-05-01 did not count as 12,500 steps (1.25 for each), {after}",
        f"- 2,000 steps of 2026-05-01 did not count, {after}",
        f"- 3,000 steps of 2026-05-01 did not count, because {EARLY}.",
    ]
    assert await ann.receipts(**cup, subject="challenge") == left
    await day.until("2026-05-01T13:00:00Z")
    await ann.tell(STEPS, {"date": "2026-05-01", "steps": 6000})
    await ann.tell("challenge:join", cup)
    await day.until("2026-05-01T14:00:00Z")
    await ann.tell(STEPS, {"date": "2026-05-01", "steps": 6500})
    assert await ann.receipts(**cup, subject="challenge") == [
        "+ 500 steps of 2026-05-01 count in the challenge.",
        f"- 1,000 steps of 2026-05-01 did not count, because {EARLY}.",
        *left,
    ]
    board = await ann.tell("challenge:leaderboard", cup)
    assert {row["name"]: row["score"] for row in board["rows"]} == {"Ann": 500, "Bob": 0}


async def who_was_disqualified(ann: Person, bob: Person, cup: dict[str, str]) -> None:
    """Who is in Auckland sees the days of the challenge there."""
    await bob.tell(STEPS, {"date": "2026-05-02", "steps": 200})
    await ann.tell("challenge:disqualify", {**cup, "userId": bob.id, "reason": "a car"})
    disqualified, counted = await told(bob, **cup, subject="challenge")
    assert (disqualified["counted"], disqualified["rule"]) == (False, "challenge.disqualified")
    assert disqualified["text"] == "You have no rank in the challenge, because you were disqualified: a car"
    assert counted["because"]["window"] == "2026-05-01/2026-05-03"
    assert len(await told(bob, **cup, date="2026-05-02")) == 1


async def strangers(day: Day, cup: dict[str, str]) -> None:
    cy = await day.arrives("Cy")
    assert await cy.receipts(**cup) == []
