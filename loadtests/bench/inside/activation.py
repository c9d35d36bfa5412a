"""How long a cold actor takes to answer, from PostgreSQL: `activation URL ROUNDS journal|snapshots`.

The users of the database are woken one after the other by a read and let go again, so many rounds. With `snapshots` they
have one each, as passivation writes them; else all events are read. Prints {"p50", "p99", "cpu"}, in µs.
"""

import json
import sys
import time

import asyncpg
import uvloop

from actors.ports import Fenced, Recorded
from loadtests.bench.inside.world import RULES, World
from loadtests.bench.sample import percentile
from persistence.database import Writer, open_pool
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from rules.refusal import Refusal
from rules.user.commands import Profile


async def main(url: str, rounds: int, snapshots: bool) -> None:
    pool, writer = await open_pool(url), Writer(url)
    await writer.wait_for_turn(on_wait=_no_matter)
    journal = Journal(pool=pool, writer=writer, kinds=stored_kinds(RULES), recorded=Recorded, fenced=Fenced)
    world = World(journal, passivate_after=-1.0)
    ids = await _ids(url)
    await _wake(world, ids)
    if snapshots:
        await _let_go(world)
    latencies: list[float] = []
    cpu = time.process_time()
    for _ in range(rounds):
        if snapshots:
            await _let_go(world)
        else:
            world = World(journal, passivate_after=-1.0)  # a new one, for letting go writes snapshots
        latencies += await _wake(world, ids)
    used = (time.process_time() - cpu) / len(latencies)
    print(
        json.dumps(
            {
                "p50": percentile(latencies, 0.5) * 1e6,
                "p99": percentile(latencies, 0.99) * 1e6,
                "cpu": used * 1e6,
            }
        )
    )


def _no_matter(problem: object) -> None:
    pass


async def _ids(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [str(row["id"]) for row in await connection.fetch("SELECT id FROM users")]
    finally:
        await connection.close()


async def _wake(world: World, ids: list[str]) -> list[float]:
    latencies = []
    for user_id in ids:
        begun = time.perf_counter()
        reply = await world.ask(user_id, Profile(user_id))
        latencies.append(time.perf_counter() - begun)
        assert not isinstance(reply, Refusal), reply
    return latencies


async def _let_go(world: World) -> None:
    while world.directory.live("user"):
        world.directory.passivate_idle()
        await world.directory.settled()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "snapshots"))
