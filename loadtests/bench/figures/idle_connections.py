"""A player who is there and does nothing: a socket that said hello, and the live actor of its user.

Each player has synced three times the day before, so that the actor holds what an ordinary one does. A repetition is a
server of its own, since memory that was used once says nothing about the next.
"""

import time
from collections.abc import Iterator

from loadtests.bench import seed
from loadtests.bench.crowd import Crowd
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.players import sign_in
from loadtests.bench.result import Line, Said, at_most
from loadtests.bench.run import Run, per
from loadtests.bench.sample import sample

KIB = 1024


def measure(run: Run) -> Iterator[Said]:
    count = run.size(10_000, 200)
    players = seed.players(count)
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, players, syncs=3))
    memory, cpu, rate = [], [], []
    for _ in run.repetitions:
        run.say(f"idle connections: {count:,} come in")
        with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd:
            before, cpu_before, begun = server.memory, server.cpu, time.monotonic()
            crowd.enter([sign_in(player) for player in players])
            rate.append(count / (time.monotonic() - begun))
            crowd.drain(0.5)
            memory.append((server.memory - before) / count / KIB)
            cpu.append(per(server.cpu - cpu_before, count))
    run.postgres.drop(url)
    yield Line(
        "idle connections",
        f"memory a connection and its user's actor, of {count:,}",
        sample(memory, "KiB"),
        goal=at_most(16),
    )
    yield Line("idle connections", "server CPU per connect and hello, actor loaded", sample(cpu, "µs"))
    yield Line("idle connections", "connects and hellos", sample(rate, "/s"))
