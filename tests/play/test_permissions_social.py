"""Who may do what between people: posts and cheers tried by everyone, and what the blocked can tell from any answer.

host: the author, friends with participant; has blocked judge. stranger, announcer: know nobody.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import uuid4

import pytest
import pytest_asyncio

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from tests.play.cast import PEOPLE, Cast, everything_stored
from tests.play.permissions import acquainted, code_of, walk
from tests.play.scenes_social import EXAMPLES

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]

Shown = Literal["public", "friends", "private"]
SHOWN_TO: Mapping[Shown, frozenset[str]] = {
    "public": frozenset(PEOPLE) - {"judge"},
    "friends": frozenset({"host", "participant", "admin"}),
    "private": frozenset({"host", "admin"}),
}
OF_POSTS = [entry for entry in CATALOGUE.values() if entry.to == "post" and not entry.creates and entry.socket]
OF_FRIENDS = [entry for entry in CATALOGUE.values() if entry.to == "user" and entry.socket]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(cast: Cast) -> Cast:
    return await acquainted(cast)


def expected(entry: Entry, person: str, shown: Shown) -> str | None:
    """The code that a post turns this person away with; None when they get through."""
    if person not in SHOWN_TO[shown]:
        return "NOT_FOUND"
    return "FORBIDDEN" if entry.may is Permission.AUTHOR and person != "host" else None


@pytest.mark.parametrize("shown", SHOWN_TO)
@pytest.mark.parametrize("entry", OF_POSTS, ids=lambda e: e.name)
async def test_commands_to_a_post(cast: Cast, database: str, entry: Entry, shown: Shown) -> None:
    post = await cast.tell("host", "post:create", {"text": "I walked", "visibility": shown})
    data = {**EXAMPLES[entry.name](cast), "postId": post["id"]}

    async def ask(person: str) -> str:
        return code_of(await cast.say(person, entry.name, data))

    codes = await walk(database, PEOPLE, lambda person: expected(entry, person, shown), ask)
    assert set(codes.values()) == {"ok"}, codes


@pytest.mark.parametrize("entry", OF_FRIENDS, ids=lambda e: e.name)
async def test_nobody_is_befriended_or_blocked_who_is_not_there(cast: Cast, database: str, entry: Entry) -> None:
    before = await everything_stored(database)
    for person in PEOPLE:
        data = {"userId": str(uuid4())}
        assert (person, code_of(await cast.say(person, entry.name, data))) == (person, "NOT_FOUND")
    assert await everything_stored(database) == before


async def test_the_blocked_are_answered_as_if_nobody_had_blocked_them(cast: Cast) -> None:
    """Every answer that the judge gets from the host, who blocked them, is one that a silent announcer gives as well."""
    for story in (
        ("request", "request", "remove", "remove"),
        ("accept", "decline", "unblock"),
        ("block", "request", "unblock", "request", "remove"),
    ):
        answers: list[list[Any]] = []
        for other in ("host", "announcer"):
            heard = []
            for what in story:
                frame = await cast.say("judge", f"friend:{what}", {"userId": cast.id(other)})
                told = frame.get("ok") or frame["error"]
                heard.append({name: value for name, value in told.items() if name != "userId"})
            answers.append(heard)
        assert answers[0] == answers[1]
    [profile] = [await cast.ask("judge", "GET", f"/users/{cast.id('host')}")]
    assert profile.code == "NOT_FOUND"


@pytest.mark.parametrize("visibility", ["public", "invite"])
async def test_cheers_are_for_those_who_may_watch(cast: Cast, database: str, visibility: Any) -> None:
    scene = await cast.scene(visibility)
    before = await everything_stored(database)
    for person in PEOPLE:
        data = {"topic": f"challenge:{scene.id}", "userId": cast.id("participant"), "emoji": "👏"}
        code = code_of(await cast.say(person, "cheer:send", data))
        assert (person, code) == (person, "ok" if scene.sees(person) else "NOT_FOUND")
    assert await everything_stored(database) == before


async def test_nobody_cheers_where_nobody_plays(cast: Cast) -> None:
    scene = await cast.scene("public", "open")
    data = {"topic": f"challenge:{scene.id}", "userId": cast.id("participant"), "emoji": "👏"}
    assert code_of(await cast.say("stranger", "cheer:send", data)) == "WRONG_STATE"
    nowhere = {**data, "topic": f"session:{uuid4()}"}
    assert code_of(await cast.say("stranger", "cheer:send", nowhere)) == "NOT_FOUND"


async def test_nobody_was_told_what_is_private_of_others(cast: Cast) -> None:
    assert cast.secrets_heard() == {}
