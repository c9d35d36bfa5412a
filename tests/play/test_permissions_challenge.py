"""Who sees a challenge for friends, or for a group: every command of it, tried by everyone.

host: friends with participant, in a group with announcer, has blocked judge. stranger, cohost: know nobody.
"""

from typing import Any, Literal

import pytest
import pytest_asyncio

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from tests.play.cast import LATER, PEOPLE, Cast, everything_stored
from tests.play.examples import EXAMPLES
from tests.play.permissions import acquainted, code_of

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

Circle = Literal["friends", "group", "public"]
SEEN_BY: dict[Circle, frozenset[str]] = {
    "friends": frozenset({"host", "participant", "admin"}),
    "group": frozenset({"host", "announcer", "admin"}),
    "public": frozenset(PEOPLE) - {"judge"},
}
ENTRIES = [
    entry
    for entry in CATALOGUE.values()
    if entry.to == "challenge" and not entry.creates and entry.socket and EXAMPLES[entry.name].phase != "draft"
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(cast: Cast) -> Cast:
    return await acquainted(cast)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def group(cast: Cast) -> str:
    made = await cast.tell("host", "group:create", {"name": "Walkers"})
    await cast.tell("announcer", "group:join", {"accessCode": made["accessCode"]})
    return str(made["id"])


async def challenge_of(cast: Cast, group: str, circle: Circle, phase: str = "live") -> str:
    draft: dict[str, Any] = {
        "name": "Among us",
        "metric": "steps",
        "mode": "most",
        "startsAt": "2026-05-02T08:00:00Z",
        "endsAt": LATER,
        "visibility": circle,
    }
    if circle == "group":
        draft["groupId"] = group
    about = {"challengeId": (await cast.tell("host", "challenge:create", draft))["id"]}
    await cast.tell("host", "challenge:open", about)
    if phase != "open":
        await cast.tell("host", "challenge:start", about)
    if phase == "paused":
        await cast.tell("host", "challenge:pause", about)
    return about["challengeId"]


@pytest.mark.parametrize("circle", SEEN_BY)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
async def test_every_command(cast: Cast, database: str, group: str, entry: Entry, circle: Circle) -> None:
    """Who may not see it is told that it is not there, and changes nothing; who sees it may what everyone may."""
    example = EXAMPLES[entry.name]
    id = await challenge_of(cast, group, circle, example.phase)
    data = {"challengeId": id, **example.data(cast)}
    before = await everything_stored(database)
    for person in PEOPLE:
        if person not in SEEN_BY[circle]:
            assert (person, code_of(await cast.say(person, entry.name, data))) == (person, "NOT_FOUND")
        elif entry.may is not Permission.VIEWER and person != "host":
            assert (person, code_of(await cast.say(person, entry.name, data))) == (person, "FORBIDDEN")
    assert await everything_stored(database) == before
    if entry.may is Permission.VIEWER:
        for person in sorted(SEEN_BY[circle] - {"admin"}):
            assert (person, code_of(await cast.say(person, entry.name, data))) == (person, "ok")


@pytest.mark.parametrize("circle", SEEN_BY)
async def test_its_topic_and_its_page(cast: Cast, group: str, circle: Circle) -> None:
    id = await challenge_of(cast, group, circle)
    for person in PEOPLE:
        seen = person in SEEN_BY[circle]
        told = code_of(await cast.say(person, "subscribe", {"topic": f"challenge:{id}"}))
        assert (person, told) == (person, "ok" if seen else "NOT_FOUND")
        await cast.tell(person, "unsubscribe", {"topic": f"challenge:{id}"})
        for part in ("", "/leaderboard", "/timeline", "/results", "/results.csv"):
            answered = await cast.ask(person, "GET", f"/challenges/{id}{part}")
            assert (person, part, answered.status) == (person, part, 200 if seen else 404)


@pytest.mark.parametrize("circle", SEEN_BY)
async def test_it_is_listed_for_those_who_see_it(cast: Cast, group: str, circle: Circle) -> None:
    id = await challenge_of(cast, group, circle)
    for person in sorted(set(PEOPLE) - {"admin"}):  # who sees all, and is shown what concerns them
        listed = await cast.ask(person, "GET", "/challenges", params={"state": "live", "limit": "100"})
        assert (person, id in [each["id"] for each in listed.data]) == (person, person in SEEN_BY[circle])


async def test_a_group_is_no_place_for_a_challenge_of_who_is_no_member(cast: Cast, group: str) -> None:
    draft = {"name": "Mine", "metric": "steps", "mode": "most", "startsAt": "2026-05-02T08:00:00Z", "endsAt": LATER}
    frame = await cast.say("stranger", "challenge:create", {**draft, "visibility": "group", "groupId": group})
    assert code_of(frame) == "VALIDATION_FAILED"


async def test_the_blocked_are_not_invited(cast: Cast, group: str) -> None:
    id = await challenge_of(cast, group, "public", "open")
    invited = {"challengeId": id, "userIds": [cast.id("judge")]}
    assert (await cast.tell("host", "challenge:invite", invited)) == {}
    assert code_of(await cast.say("judge", "challenge:join", {"challengeId": id})) == "NOT_FOUND"
