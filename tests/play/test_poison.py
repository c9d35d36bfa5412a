"""One actor, one failure: a poisoned challenge is rebuilt, then quarantined; everybody else plays on."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.client.http import Api
from tests.play.databases import database, locked
from tests.play.outside import live_challenge, metrics, scores, today
from tests.play.players import Bare, error, guest, ok, user_id
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

MAX_RESTARTS = 5  # in a minute; the next failure is the last
BUGGY = (str(Path(__file__).with_name("buggy_server.py")),)


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[RunningServer]:
    async with RunningServer(database_url) as server:
        yield server


async def test_an_impossible_event_poisons_its_challenge_alone(server: RunningServer, database_url: str) -> None:
    """As a bug would leave it: the challenge can't be loaded; who also walks there goes on everywhere else."""
    async with Api(server.url) as api:
        host, ann, bob = [await guest(api, name) for name in ("Host", "Ann", "Bob")]
        sick, well = (
            await live_challenge(host, ann, bob, name="Sick"),
            await live_challenge(host, ann, bob, name="Well"),
        )
        await server.terminate()
        await poison(database_url, sick)
        await server.start()

        async with Bare(server.socket_url) as one, Bare(server.socket_url) as two:
            await one.hello(ann)
            await two.hello(bob)
            for steps in range(100, 600, 100):
                for bare in (one, two):
                    synced = ok(await bare.ask("steps:sync", {"date": today(), "steps": steps}))
                    assert synced["today"]["steps"] == steps
                refusal = error(await one.ask("challenge:leaderboard", {"challengeId": sick}))
                assert refusal["code"] == "UNAVAILABLE"
                assert refusal["details"]["retryAfter"] > 0
                rows = ok(await two.ask("challenge:leaderboard", {"challengeId": well}))["rows"]
                assert {row["userId"]: row["score"] for row in rows} == {user_id(ann): steps, user_id(bob): steps}

        counted = await metrics(server)
        assert counted["gauntlet_quarantined"] == 1
        assert counted["gauntlet_quarantines_total challenge"] == 1
        assert counted["gauntlet_dead_letters_total"] == 10  # what the challenge should have heard
        async with database(database_url) as connection:
            letters = await connection.fetch("SELECT kind, id::text, type FROM dead_letters")
        assert {tuple(letter) for letter in letters} == {("challenge", sick, "DayCounted")}
        code, printed = await server.command("verify")
        assert code == 1
        assert f"challenge {sick}" in printed

        # an operator takes the event out, and starts again
        async with database(database_url) as connection:
            await connection.execute("DELETE FROM journal WHERE type = 'ChallengeResumed'")
        await server.restart()
        assert await scores(ann, sick) == {user_id(ann): 0, user_id(bob): 0}
        assert (await server.command("verify"))[0] == 0


async def test_poisoned_while_it_lives(server: RunningServer, database_url: str) -> None:
    """Somebody else's event where the challenge's next one belongs: it is noticed at the commit, and nothing is lost."""
    async with Api(server.url) as api:
        host, ann = await guest(api, "Host"), await guest(api, "Ann")
        sick, well = await live_challenge(host, name="Sick"), await live_challenge(host, ann, name="Well")
        await poison(database_url, sick)
        async with Bare(server.socket_url) as desk, Bare(server.socket_url) as phone:
            await desk.hello(host)
            await phone.hello(ann)
            for _ in range(3):
                refusal = error(await desk.ask("challenge:announce", {"challengeId": sick, "text": "hello"}))
                assert refusal["code"] == "UNAVAILABLE"
            for steps in (100, 200):
                ok(await phone.ask("steps:sync", {"date": today(), "steps": steps}))
            ok(await desk.ask("challenge:announce", {"challengeId": well, "text": "hello"}))

        assert await scores(ann, well) == {user_id(ann): 200}
        assert (await metrics(server))["gauntlet_quarantined"] == 1
        async with database(database_url) as connection:
            said = await connection.fetch("SELECT id::text FROM journal WHERE type = 'AnnouncementMade'")
        assert [row["id"] for row in said] == [well]


async def test_a_bug_fails_its_command_and_leaves_no_trace_until_it_has_failed_too_often(database_url: str) -> None:
    """INTERNAL to whoever asked, a fresh actor for the next; after five in a minute it is UNAVAILABLE to all."""
    async with RunningServer(database_url, program=BUGGY) as server, Api(server.url) as api:
        host, ann = await guest(api, "Host"), await guest(api, "Ann")
        sick, well = await live_challenge(host, ann, name="Sick"), await live_challenge(host, ann, name="Well")
        async with Bare(server.socket_url) as desk, Bare(server.socket_url) as phone:
            await desk.hello(host)
            await phone.hello(ann)
            for failure in range(1, MAX_RESTARTS + 1):
                refusal = error(
                    await desk.ask("challenge:announce", {"challengeId": sick, "text": "boom"}, f"k{failure}")
                )
                assert refusal["code"] == "INTERNAL"
                ok(await phone.ask("steps:sync", {"date": today(), "steps": failure}))
                rows = ok(await desk.ask("challenge:leaderboard", {"challengeId": sick}))["rows"]
                assert [(row["userId"], row["score"]) for row in rows] == [(user_id(ann), failure)]
            assert (
                error(await desk.ask("challenge:announce", {"challengeId": sick, "text": "boom"}))["code"] == "INTERNAL"
            )
            assert error(await desk.ask("challenge:leaderboard", {"challengeId": sick}))["code"] == "UNAVAILABLE"

            ok(await phone.ask("steps:sync", {"date": today(), "steps": 50}))
            ok(await desk.ask("challenge:announce", {"challengeId": well, "text": "calm"}))

        assert await scores(ann, well) == {user_id(ann): 50}
        counted = await metrics(server)
        assert counted["gauntlet_restarts_total challenge"] == MAX_RESTARTS
        assert counted["gauntlet_quarantined"] == 1
        async with database(database_url) as connection:
            letters = await connection.fetch("SELECT type, message::text, error FROM dead_letters ORDER BY letter")
        assert [letter["type"] for letter in letters] == ["Announce", "DayCounted"]
        assert "boom" in letters[0]["error"]
        code, printed = await server.command("verify")  # what was done before each failure is whole
        assert code == 0, printed


@dataclass(frozen=True)
class Sickness:
    """How an actor of a kind is made, what breaks it and what does not, and how it looks from outside."""

    kind: str
    make: tuple[str, Mapping[str, Any]]
    breaks: tuple[str, Mapping[str, Any]]
    harmless: tuple[str, Mapping[str, Any]]
    letter: str  # the type of the command that led to quarantine


SICKNESSES = (
    Sickness(
        "group",
        ("group:create", {"name": "Circle", "isPrivate": False}),
        ("group:message", {"text": "boom"}),
        ("group:message", {"text": "calm"}),
        "Post",
    ),
    Sickness(
        "session",
        ("workout:plan", {"name": "Legs", "exercises": [{"exerciseId": "back-squat"}]}),
        ("set:complete", {"reps": 5, "notes": "boom"}),
        ("set:complete", {"reps": 5, "notes": "calm"}),
        "CompleteSet",
    ),
    Sickness(
        "post",
        ("post:create", {"text": "Hello", "visibility": "public"}),
        ("post:comment", {"text": "boom"}),
        ("post:comment", {"text": "calm"}),
        "Comment",
    ),
)


@pytest.mark.parametrize("sickness", SICKNESSES, ids=lambda sickness: sickness.kind)
async def test_a_bug_in_another_kind_of_actor_stays_with_the_one_it_struck(
    database_url: str, sickness: Sickness
) -> None:
    """Its commands are INTERNAL, then UNAVAILABLE; in between it is whole, and others of its kind never notice."""
    async with (
        RunningServer(database_url, program=BUGGY) as server,
        Api(server.url) as api,
        Bare(server.socket_url) as one,
        Bare(server.socket_url) as two,
    ):
        ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
        await one.hello(ann)
        await two.hello(bob)
        sick, well = await made(one, sickness), await made(two, sickness)
        for failure in range(1, MAX_RESTARTS + 1):
            assert error(await said(one, sick, sickness.breaks, f"k{failure}"))["code"] == "INTERNAL"
            ok(await said(one, sick, sickness.harmless))
            ok(await said(two, well, sickness.harmless))
            ok(await one.ask("steps:sync", {"date": today(), "steps": failure}))
        assert error(await said(one, sick, sickness.breaks, "last"))["code"] == "INTERNAL"
        for words in (sickness.breaks, sickness.harmless):
            assert error(await said(one, sick, words))["code"] == "UNAVAILABLE"
        hers, his = (
            await one.say("steps:sync", {"date": today(), "steps": 50}),
            await two.say(*of(well, sickness.harmless)),
        )
        ok(await one.reply(hers))
        ok(await two.reply(his))

        counted = await metrics(server)
        assert counted[f"gauntlet_restarts_total {sickness.kind}"] == MAX_RESTARTS
        assert counted[f"gauntlet_quarantines_total {sickness.kind}"] == counted["gauntlet_quarantined"] == 1
        async with database(database_url) as connection:
            letters = await connection.fetch("SELECT kind, id::text, type, error FROM dead_letters")
        assert [(letter["kind"], letter["id"], letter["type"]) for letter in letters] == [
            (sickness.kind, sick[f"{sickness.kind}Id"], sickness.letter)
        ]
        assert "boom" in letters[0]["error"]
        code, printed = await server.command("verify")
        assert code == 0, printed

        await server.restart()  # an operator has repaired it, and begins anew
        async with Bare(server.socket_url) as again:
            await again.hello(ann)
            ok(await said(again, sick, sickness.harmless))
        assert (await server.command("verify"))[0] == 0


async def test_while_a_struck_actor_is_rebuilt_the_others_answer(database_url: str) -> None:
    """However long that takes: here the database does not let go of its snapshot."""
    sickness = SICKNESSES[0]
    async with (
        RunningServer(database_url, program=BUGGY) as server,
        Api(server.url) as api,
        Bare(server.socket_url) as one,
        Bare(server.socket_url) as two,
    ):
        await one.hello(await guest(api, "Ann"))
        await two.hello(await guest(api, "Bob"))
        sick, well = await made(one, sickness), await made(two, sickness)
        async with locked(database_url, "snapshots") as hanging:
            assert error(await said(one, sick, sickness.breaks))["code"] == "INTERNAL"
            waiting = await one.say(*of(sick, sickness.harmless))
            await hanging()
            for number in range(50):
                ok(await said(two, well, sickness.harmless))
                ok(await one.ask("steps:sync", {"date": today(), "steps": number}))
            assert waiting not in [frame.get("id") for frame in one.frames]
        ok(await one.reply(waiting))


async def made(bare: Bare, sickness: Sickness) -> dict[str, Any]:
    """→ what names it in commands."""
    about = {f"{sickness.kind}Id": ok(await bare.ask(*sickness.make))["id"]}
    if sickness.kind == "session":
        ok(await bare.ask("workout:start", about))
    return about


def of(about: Mapping[str, Any], words: tuple[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    type, data = words
    return type, {**about, **data}


async def said(
    bare: Bare, about: Mapping[str, Any], words: tuple[str, Mapping[str, Any]], key: str | None = None
) -> dict[str, Any]:
    return await bare.ask(*of(about, words), key)


async def poison(database_url: str, challenge: str) -> None:
    """An event that can't have happened: a challenge that is live goes on as if after a pause."""
    async with database(database_url) as connection:
        added = await connection.execute(
            """INSERT INTO journal (kind, id, seq, type, version, payload)
            SELECT kind, id, max(seq) + 1, 'ChallengeResumed', 1, '{"at": "2026-01-01T00:00:00Z", "by": ""}'
            FROM journal WHERE id = $1 GROUP BY kind, id""",
            challenge,
        )
    assert added == "INSERT 0 1"
