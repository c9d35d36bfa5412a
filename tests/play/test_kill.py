"""spec/guarantees.md 1: nothing acknowledged is lost, nothing counts twice, whatever is killed and whenever.

The server, PostgreSQL or both are killed with -9 at random moments while a crowd plays. KILL_SEED repeats a run's plan.
"""

import asyncio
import os
import signal
from pathlib import Path
from random import Random, SystemRandom

import psutil
import pytest

from gateway.client.http import Api
from persistence.embedded import EmbeddedPostgres
from tests.play import ledger
from tests.play.crowd import DRIVEN, Crowd, prepare
from tests.play.databases import database, machine, no_commits
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

KILLS = ("server", "server", "postmaster", "whole database", "writing backend", "both", "server in a commit") * 3
LONGEST_CALM = 0.4  # s between recovery and the next kill


async def test_killed_at_random_moments_it_loses_nothing_and_counts_nothing_twice(home: Path) -> None:
    """Whoever got an `ok` finds it in the state, the read tables and the totals; a key sent again counts once."""
    seed = int(os.environ.get("KILL_SEED") or SystemRandom().randrange(1_000_000))
    print(f"KILL_SEED={seed}")
    random = Random(seed)
    crowd = Crowd(random, players=10)
    async with machine(home) as (postgres, url), RunningServer(url, DRIVEN) as server, Api(server.url) as api:
        await prepare(crowd, server, api)
        async with crowd.playing():
            for kill in random.sample(KILLS, len(KILLS)):
                await crowd.more_answers(random.randrange(1, 100))
                await asyncio.sleep(random.uniform(0, LONGEST_CALM))  # a moment that no part of it has chosen
                await KILL[kill](postgres, url, server)
            await crowd.more_answers(100)
        assert crowd.problems == []
        assert len(crowd.acknowledged) == len(crowd.said)
        print(f"{len(KILLS)} kills, {len(crowd.said)} commands")

        assert await ledger.live_problems(api, crowd) == []
        assert await ledger.problems(url, crowd) == []
        assert await ledger.replay_problems(server.socket_url, crowd, sample=20) == []
        assert await ledger.problems(url, crowd) == []  # the repeated commands changed nothing
        assert await server.terminate() == 0
        code, printed = await server.command("verify")
        assert code == 0, printed

        async with database(url) as connection:
            await connection.execute("DELETE FROM snapshots")
        await server.start()
        assert await ledger.live_problems(api, crowd) == []  # from the journal alone
        assert "Traceback" not in server.log


async def test_the_check_finds_a_server_that_acknowledges_before_it_commits(home: Path) -> None:
    """The control run: killed while a commit hangs, such a server has promised what it did not keep."""
    crowd = Crowd(Random(1), players=4)
    unsafe = (str(Path(__file__).with_name("unsafe_server.py")),)
    async with (
        machine(home) as (_, url),
        RunningServer(url, DRIVEN, program=unsafe) as server,
        Api(server.url) as api,
    ):
        await prepare(crowd, server, api)
        async with crowd.playing():
            await crowd.more_answers(100)
            async with no_commits(url) as hanging:
                await hanging()
                await crowd.more_answers(50)  # as no honest server would give them
                server.kill9()
                await server.ended()
            await server.start()
            await crowd.more_answers(100)

        assert any(problem.startswith("lost: ") for problem in await ledger.problems(url, crowd))


# --- what is killed ---


async def kill_server(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    server.kill9()
    await server.ended()
    async with database(url):
        pass
    await server.start()


async def kill_postmaster(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)


async def kill_database(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    assert postgres.pid is not None
    postmaster = psutil.Process(postgres.pid)
    for process in (postmaster, *postmaster.children()):
        process.kill()


async def kill_writer(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    """PostgreSQL then throws out everybody and recovers."""
    async with database(url) as connection:
        pid = await connection.fetchval("SELECT pid FROM pg_locks WHERE locktype = 'advisory' LIMIT 1")
    if pid is not None:  # it may be about to come back
        os.kill(pid, signal.SIGKILL)


async def kill_both(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    await kill_database(postgres, url, server)
    await kill_server(postgres, url, server)


async def kill_in_a_commit(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    async with no_commits(url) as hanging:
        await hanging()
        server.kill9()
        await server.ended()
    await server.start()


KILL = {
    "server": kill_server,
    "postmaster": kill_postmaster,
    "whole database": kill_database,
    "writing backend": kill_writer,
    "both": kill_both,
    "server in a commit": kill_in_a_commit,
}
