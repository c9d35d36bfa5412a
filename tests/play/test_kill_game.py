"""Guarantee 1 over the whole game: what is acknowledged is there once, whatever is killed and whenever.

As `test_kill.py`, with everything that one can do at once, half of it without a key. KILL_SEED repeats a run's plan.
"""

import asyncio
import os
from pathlib import Path
from random import Random, SystemRandom

import pytest

from gateway.client.http import Api
from persistence.tables import TABLES
from tests.play import game_ledger, ledger
from tests.play.databases import database, machine, set_game_time
from tests.play.game import DRIVEN, NOON, Game
from tests.play.kills import KILL
from tests.play.players import Bare, ok
from tests.play.running import RunningServer

pytestmark = pytest.mark.serial

KILLS = (
    "server",
    "server",
    "server in a commit",
    "server in a commit",
    "postmaster",
    "whole database",
    "writing backend",
    "both",
)
LONGEST_CALM = 0.4  # s between recovery and the next kill
STOPS_WITHIN = 10  # s


async def test_everything_one_can_do_survives_kills_at_random_moments(home: Path) -> None:
    seed = int(os.environ.get("KILL_SEED") or SystemRandom().randrange(1_000_000))
    print(f"KILL_SEED={seed}")
    random = Random(seed)
    game = Game(random, players=6)
    async with machine(home) as (postgres, url), RunningServer(url, DRIVEN) as server, Api(server.url) as api:
        await prepare(game, server, api)
        async with game.playing():
            for kill in random.sample(KILLS, len(KILLS)):
                await game.more_answers(random.randrange(1, 200))
                await asyncio.sleep(random.uniform(0, LONGEST_CALM))  # a moment that no part of it has chosen
                await KILL[kill](postgres, url, server)
            await game.more_answers(200)
        lost = sum(said.lost for said in game.said)
        print(f"{len(KILLS)} kills, {len(game.said)} commands, {lost} lost without a key")
        assert game.problems == []
        assert {said.type for said in game.acknowledged} >= EVERYTHING

        assert await game_ledger.problems(url, game) == []
        assert await game_ledger.live_problems(server.socket_url, game) == []
        assert await ledger.replay_problems(server.socket_url, game, game.sessions, sample=20) == []
        assert await game_ledger.problems(url, game) == []  # the repeated commands changed nothing
        assert await server.terminate() == 0
        code, printed = await server.command("verify")
        assert code == 0, printed

        async with database(url) as connection:
            await connection.execute("DELETE FROM snapshots")
        await server.start()
        assert await game_ledger.live_problems(server.socket_url, game) == []  # from the journal alone
        assert "Traceback" not in server.log


async def test_a_stop_in_the_middle_of_everything_loses_nothing(home: Path) -> None:
    """SIGTERM under the same load: exit 0 in time, and the next server finds all that was acknowledged.

    By then there is something in every table, so that `verify` has to miss a row in each.
    """
    game = Game(Random(5), players=6)
    async with machine(home) as (_, url), RunningServer(url, DRIVEN) as server, Api(server.url) as api:
        await prepare(game, server, api)
        async with game.playing():
            for _ in range(2):
                await game.more_answers(400)
                server.ask_to_stop()
                async with asyncio.timeout(STOPS_WITHIN):
                    assert await server.ended() == 0
                await server.start()
            await game.more_answers(200)
        assert game.problems == []
        assert await game_ledger.problems(url, game) == []
        assert await game_ledger.live_problems(server.socket_url, game) == []
        async with Bare(server.socket_url) as bare:
            await bare.hello(game.people[0])
            ok(await bare.ask("walk:log", WALK))
        assert await server.terminate() == 0
        code, printed = await server.command("verify")
        assert code == 0, printed
        assert "Traceback" not in server.log

        async with database(url) as connection:
            for table in TABLES:
                one = f"DELETE FROM {table.name} WHERE ctid IN (SELECT ctid FROM {table.name} LIMIT 1)"
                assert await connection.execute(one) == "DELETE 1", table.name
        code, printed = await server.command("verify")
        assert code == 1
        assert [table.name for table in TABLES if f"\n{table.name} differs:" not in printed] == []


async def prepare(game: Game, server: RunningServer, api: Api) -> None:
    """The challenges begin two days before the day that they play on."""
    await game.gather(api)
    assert await server.terminate() == 0
    assert server.database_url is not None
    await set_game_time(server.database_url, NOON)
    await server.start()


WALK = {
    "startTime": "2026-05-06T10:00:00Z",
    "endTime": "2026-05-06T10:01:00Z",
    "route": [
        {"lat": 46.0, "lon": 14.5, "time": "2026-05-06T10:00:00Z"},
        {"lat": 46.0005, "lon": 14.5, "time": "2026-05-06T10:01:00Z"},
    ],
}
EVERYTHING = {
    *("steps:sync", "run:log", "puff:record", "activity:delete", "checkin:submit", "checkin:update"),
    *("workout:start", "exercise:select", "set:complete", "set:undo", "workout:complete"),
    *("group:message", "friend:request", "friend:accept", "friend:block", "friend:unblock"),
    *("post:create", "post:like", "post:unlike", "post:comment"),
    *("goal:create", "goal:update", "goal:milestone", "challenge:join", "challenge:leave", "challenge:announce"),
}
