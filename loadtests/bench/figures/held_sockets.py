"""15,000 signed-in sockets on one node, while a thousand commands a second go on over all of them."""

import resource
import time
from collections.abc import Iterator

from loadtests.bench import seed
from loadtests.bench.crowd import Crowd
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.players import sign_in
from loadtests.bench.result import Line, Said, Skipped, at_least
from loadtests.bench.run import Run
from loadtests.bench.sample import percentile, sample
from loadtests.bench.syncing import Walkers
from loadtests.bench.wire import is_reply

RATE = 1_000.0  # commands a second
SECONDS = 4.0
SPARE = 200  # files of a process that are no sockets of players
MIB = 1024 * 1024


def measure(run: Run) -> Iterator[Said]:
    count, files = run.size(15_000, 300), resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if count > files - SPARE:
        yield Skipped("held sockets", f"{count:,} sockets", f"a process may open {files:,} files here")
        return
    players = seed.players(count)
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, players, syncs=3))
    with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd:
        run.say(f"held sockets: {count:,} come in")
        crowd.enter([sign_in(player) for player in players])
        crowd.drain()
        walkers, half, most, cpu = Walkers(count), [], [], []
        rate = RATE if not run.quick else 200.0
        for repetition in range(-1, len(run.repetitions)):
            used, begun = server.cpu, time.monotonic()
            flow = crowd.open_loop(rate, run.seconds(SECONDS), walkers.next_frame, is_reply)
            time.sleep(0.02)
            if repetition >= 0:
                cpu.append((server.cpu - used) / (time.monotonic() - begun) * 100)
                half.append(percentile(flow.latencies, 0.5) * 1e3)
                most.append(percentile(flow.latencies, 0.99) * 1e3)
        held, memory = server.sockets(), server.memory
    run.postgres.drop(url)
    yield Line("held sockets", "sockets still there at the end", sample([held], ""), goal=at_least(count))
    yield Line("held sockets", f"p50 latency of steps:sync at {rate:,.0f}/s", sample(half, "ms"))
    yield Line("held sockets", f"p99 latency of steps:sync at {rate:,.0f}/s", sample(most, "ms"))
    yield Line("held sockets", "server CPU meanwhile", sample(cpu, "% of a core"))
    yield Line("held sockets", "server memory, all in all", sample([memory / MIB], "MiB"))
