"""The database goes away under a running server: it waits, refuses what it can't hold, and loses nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.client.http import Api
from persistence.embedded import EmbeddedPostgres
from tests.play.databases import database, machine, no_commits
from tests.play.outside import live_challenge, metrics, scores, status, today
from tests.play.players import Bare, error, guest, ok, user_id
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

BACKLOG = 5
SENT = 20


@pytest.fixture
async def world(home: Path) -> AsyncIterator[tuple[EmbeddedPostgres, str, RunningServer]]:
    async with machine(home) as (postgres, url), RunningServer(url, {"GAUNTLET_BACKLOG": str(BACKLOG)}) as server:
        yield postgres, url, server


async def test_an_outage_delays_what_it_took_and_refuses_the_rest(world: Any) -> None:
    """Staged commands are answered when the database is back; refused ones have changed nothing, and may be sent again."""
    postgres, url, server = world
    async with Api(server.url) as api:
        walker, watcher = await guest(api, "Ann"), await guest(api, "Bob")
        cup, cold = await live_challenge(watcher, walker), await live_challenge(watcher)
        await server.restart()
        async with Bare(server.socket_url) as ann, Bare(server.socket_url) as bob:
            await ann.hello(walker)
            await bob.hello(watcher)
            ok(await bob.ask("challenge:leaderboard", {"challengeId": cup}))
            pid = server.pid
            await postgres.stop()

            sent = [await sync(ann, n) for n in range(1, SENT + 1)]
            taken, refused = sent[:BACKLOG], [error(await ann.reply(id)) for id in sent[BACKLOG:]]
            assert {refusal["code"] for refusal in refused} == {"UNAVAILABLE"}
            assert all(refusal["details"]["retryAfter"] > 0 for refusal in refused)
            assert not [frame for frame in ann.frames if frame.get("id") in taken]

            # what is live and waits for nothing is shown; what would have to be loaded is not
            state = ok(await bob.ask("subscribe", {"topic": f"user:{user_id(watcher)}"}))["state"]
            assert state["displayName"] == "Bob"
            assert error(await bob.ask("challenge:leaderboard", {"challengeId": cold}))["code"] == "UNAVAILABLE"
            assert [await status(server, path) for path in ("/healthz", "/readyz")] == [200, 503]

            await postgres.start()
            assert [ok(await ann.reply(id))["today"]["steps"] for id in taken] == [1, 2, 3, 4, 5]
            for n in range(BACKLOG + 1, SENT + 1):
                assert ok(await ann.reply(await sync(ann, n)))["today"]["steps"] == n
            assert ok(await bob.ask("challenge:leaderboard", {"challengeId": cold}))["rows"] == []

        assert server.pid == pid
        assert await status(server, "/readyz") == 200
        assert await scores(watcher, cup) == {user_id(walker): SENT}
        assert (await metrics(server))["gauntlet_backlog"] == 0
        async with database(url) as connection:
            synced = "SELECT count(*), count(DISTINCT payload->>'steps') FROM journal WHERE type = 'StepsSynced'"
            assert tuple(await connection.fetchrow(synced)) == (SENT, SENT)
        assert (await server.command("verify"))[0] == 0


async def sync(bare: Bare, steps: int) -> int:
    """Said and heard, perhaps not answered → its id."""
    id = await bare.say("steps:sync", {"date": today(), "steps": steps}, f"k{steps}")
    await bare.heard()
    return id


async def test_while_a_commit_hangs_others_are_shown_what_is_live(world: Any) -> None:
    """And nobody is shown what is not durable yet."""
    _, url, server = world
    async with Api(server.url) as api, Bare(server.socket_url) as ann, Bare(server.socket_url) as bob:
        walker, watcher = await guest(api, "Ann"), await guest(api, "Bob")
        await ann.hello(walker)
        await bob.hello(watcher)
        cup, other = await live_challenge(watcher, walker), await live_challenge(watcher)

        async with no_commits(url) as hanging:
            waits = await sync(ann, 50)
            await hanging()
            page = ok(await bob.ask("challenge:leaderboard", {"challengeId": other}))
            touched = await bob.say("challenge:leaderboard", {"challengeId": cup})
            assert ok(await bob.ask("challenge:leaderboard", {"challengeId": other})) == page
            assert waits not in [frame.get("id") for frame in ann.frames]
            assert touched not in [frame.get("id") for frame in bob.frames]
        assert ok(await ann.reply(waits))["today"]["steps"] == 50
        assert [row["score"] for row in ok(await bob.reply(touched))["rows"]] == [50]
