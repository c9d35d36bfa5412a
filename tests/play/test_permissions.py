"""Who may do what over the socket: every command of the catalogue, tried by everyone.

What is expected comes from the permission that each entry declares. An entry without an example fails the walk, so a
new command has to come with one.
"""

from typing import Any, get_args
from uuid import uuid4

import pytest

from actors.messages import Permission
from gateway.catalogue import CATALOGUE, Entry
from tests.play.cast import PEOPLE, Cast, Phase, Visibility, everything_stored
from tests.play.examples import EXAMPLES, ONES_OWN
from tests.play.permissions import code_of, expected, nothing_leaked, walk
from tests.play.players import Bare, ok
from tests.play.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_command_has_an_example() -> None:
    assert EXAMPLES.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("visibility", get_args(Visibility))
@pytest.mark.parametrize(
    "entry",
    [entry for entry in CATALOGUE.values() if entry.to == "challenge" and not entry.creates and entry.socket],
    ids=lambda e: e.name,
)
async def test_commands_to_a_challenge_over_the_socket(
    cast: Cast, database: str, entry: Entry, visibility: Visibility
) -> None:
    example = EXAMPLES[entry.name]
    scene = await cast.scene(visibility, example.phase)

    async def ask(person: str) -> str:
        return code_of(await cast.say(person, entry.name, {"challengeId": scene.id, **example.data(cast)}))

    await walk(database, PEOPLE, lambda person: expected(entry, person, scene), ask)


async def test_commands_to_oneself_over_the_socket(cast: Cast) -> None:
    """Whoever is signed in may; nothing in them names anybody else."""
    own = [entry for entry in CATALOGUE.values() if (entry.to in ("self", "records") or entry.creates) and entry.socket]
    for entry in own:
        if entry.name in ONES_OWN:
            continue
        assert entry.may in (Permission.SELF, Permission.USER)
        assert entry.command is not None
        assert not {"user_id", "user_ids"} & set(entry.command.__dataclass_fields__)
        for person in PEOPLE:
            assert code_of(await cast.say(person, entry.name, EXAMPLES[entry.name].data(cast))) == "ok"


async def test_commands_that_are_not_for_sockets_are_unknown_there(cast: Cast) -> None:
    for entry in CATALOGUE.values():
        if not entry.socket:
            for person in PEOPLE:
                frame = await cast.say(person, entry.name, EXAMPLES[entry.name].data(cast))
                assert code_of(frame) == "UNKNOWN_COMMAND"


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
async def test_nobody_gets_anywhere_before_hello(cast: Cast, database: str, encoding: Any) -> None:
    scene = await cast.scene()
    before = await everything_stored(database)
    async with Bare(cast.server.socket_url, encoding=encoding) as bare:
        for entry in CATALOGUE.values():
            if entry.name not in ("hello", "ping"):
                data = {"challengeId": scene.id} if entry.to == "challenge" else {}
                frame = await bare.ask(entry.name, {**data, **EXAMPLES[entry.name].data(cast)})
                assert (entry.name, code_of(frame)) == (entry.name, "UNAUTHENTICATED")
        assert "serverTime" in ok(await bare.ask("ping", {}))
    assert await everything_stored(database) == before


async def test_a_garbage_token_ends_the_connection(cast: Cast) -> None:
    async with Bare(cast.server.socket_url) as bare:
        frame = await bare.ask("hello", {"token": await cast.token("garbage"), "device": "phone"})
        assert code_of(frame) == "UNAUTHENTICATED"
        assert await bare.closed() == 4501


async def test_a_connection_takes_tokens_of_its_own_user_only(cast: Cast) -> None:
    assert code_of(await cast.say("stranger", "token:refresh", {"token": await cast.token("stranger")})) == "ok"
    assert code_of(await cast.say("stranger", "token:refresh", {"token": await cast.token("host")})) == "FORBIDDEN"
    assert code_of(await cast.say("stranger", "token:refresh", {"token": await cast.token("garbage")})) == (
        "UNAUTHENTICATED"
    )
    assert (await cast.tell("stranger", "profile:update", {}))["username"] == cast.name("stranger")


@pytest.mark.parametrize("phase", ["draft", "live"])
@pytest.mark.parametrize("visibility", get_args(Visibility))
async def test_topics_are_watched_by_those_who_may_see_behind_them(
    cast: Cast, visibility: Visibility, phase: Phase
) -> None:
    scene = await cast.scene(visibility, phase)
    topic = f"challenge:{scene.id}"
    [code] = [(await cast.tell("host", "subscribe", {"topic": topic}))["state"]["challenge"]["spectatorCode"]]
    for person in PEOPLE:
        seen = code_of(await cast.say(person, "subscribe", {"topic": topic}))
        assert (person, seen) == (person, "ok" if scene.sees(person) else "NOT_FOUND")
        with_code = code_of(await cast.say(person, "subscribe", {"topic": topic, "code": code}))
        assert (person, with_code) == (person, seen if phase == "draft" else "ok")
        wrong = code_of(await cast.say(person, "subscribe", {"topic": topic, "code": code[::-1] + "x"}))
        assert (person, wrong) == (person, seen)
        await cast.tell(person, "unsubscribe", {"topic": topic})


async def test_nobody_watches_another_users_topic(cast: Cast) -> None:
    for person in PEOPLE:
        for other in PEOPLE:
            frame = await cast.say(person, "subscribe", {"topic": f"user:{cast.id(other)}"})
            assert (person, other, code_of(frame)) == (person, other, "ok" if person == other else "NOT_FOUND")
    for topic in (f"user:{uuid4()}", "user:", "user", "challenge:", "challenge:x", "group:x", "*", "live:", "user:*"):
        assert code_of(await cast.say("admin", "subscribe", {"topic": topic})) == "NOT_FOUND"


async def test_a_topic_resumed_in_hello_is_checked_again(cast: Cast) -> None:
    """Naming a topic in `resume` opens no door that `subscribe` keeps shut."""
    hidden, shown = await cast.scene("invite"), await cast.scene("public")
    at = {"epoch": "0", "offset": 0}
    topics = [f"challenge:{hidden.id}", f"challenge:{shown.id}", f"user:{cast.id('host')}", "live", "nonsense"]
    async with Bare(cast.server.socket_url) as bare:
        told = await bare.hello(cast.sessions["stranger"], resume=dict.fromkeys(topics, at))
    assert f"challenge:{shown.id}" in told["topics"]
    assert not {topics[0], topics[2], topics[4]} & told["topics"].keys()


async def test_whoever_may_no_longer_see_a_challenge_hears_no_more_of_it(cast: Cast) -> None:
    """A challenge that is closed to the public, and a judge of it who is none any more."""
    scene = await cast.scene("public", "open")
    about, topic = {"challengeId": scene.id}, {"topic": f"challenge:{scene.id}"}
    for person in ("stranger", "judge", "participant"):
        await cast.tell(person, "subscribe", topic)
    await cast.tell("host", "challenge:update", {**about, "visibility": "invite"})
    await cast.tell("host", "challenge:announce", {**about, "text": "among ourselves"})
    for person in ("judge", "participant"):
        assert (await cast.sockets[person].push("challenge:announcement"))["data"]["text"] == "among ourselves"
    await cast.tell("host", "challenge:role", {**about, "userId": cast.id("judge"), "role": None})
    await cast.tell("host", "challenge:announce", {**about, "text": "without the judge"})
    assert (await cast.sockets["participant"].push("challenge:announcement"))["data"]["text"] == "without the judge"
    for person, last in (("stranger", None), ("judge", "among ourselves")):
        await cast.tell(person, "ping", {})
        frames = [frame for frame in cast.sockets[person].frames if frame.get("topic") == topic["topic"]]
        announced = [frame["data"]["text"] for frame in frames if frame["type"] == "challenge:announcement"]
        assert (person, announced) == (person, [last] if last else [])
        assert frames[-1]["type"] == "server:unsubscribed"
        assert code_of(await cast.say(person, "subscribe", topic)) == "NOT_FOUND"


async def test_nothing_leaked(cast: Cast) -> None:
    """Over the whole walk: no e-mail address, no preference and no spectator code of another, and a clean log."""
    assert cast.codes
    await nothing_leaked(cast)


async def test_the_read_tables_are_what_the_journal_says(server: RunningServer) -> None:
    code, printed = await server.command("verify")
    assert code == 0, printed
