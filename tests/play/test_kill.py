"""spec/guarantees.md 1: nothing acknowledged is lost, nothing counts twice, whatever is killed and whenever.

The server, PostgreSQL or both are killed with -9 at random moments while a crowd plays. KILL_SEED repeats a run's plan.
"""

import asyncio
import os
from pathlib import Path
from random import Random, SystemRandom

import pytest

from gateway.client.http import Api
from tests.play import ledger
from tests.play.crowd import DRIVEN, Crowd, prepare
from tests.play.databases import database, machine, no_commits
from tests.play.kills import KILL
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
        assert await ledger.replay_problems(server.socket_url, crowd, crowd.sessions, sample=20) == []
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
