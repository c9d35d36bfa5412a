"""A durable command: `steps:sync` → its reply, which leaves when everything it caused is on disk (fsync on).

500 players on sockets of their own, each sending the next when the last is answered; then, for latency, 5,000 a second
sent at fixed times. The floor is the same port, sockets and codec with one COPY a batch behind them: no actors, no rules.
"""

import sys
import time
from collections.abc import Iterator

from gateway.free_port import free_port
from loadtests.bench import seed
from loadtests.bench.crowd import Crowd, Flow
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.players import sign_in
from loadtests.bench.program import Program
from loadtests.bench.result import Line, Said, at_least, at_most
from loadtests.bench.run import Run, per
from loadtests.bench.sample import percentile, sample
from loadtests.bench.seed import Player
from loadtests.bench.syncing import Walkers
from loadtests.bench.wire import is_reply

SECONDS = 4.0
RATE = 5_000.0  # commands a second of the open loop
WARM_UP = 1.0  # s at the start of an open loop that don't count


def measure(run: Run) -> Iterator[Said]:
    count = run.size(500, 50)
    players = seed.players(count)
    url, floor_url = run.postgres.fresh(), run.postgres.fresh()
    run.postgres.run(seed.store(url, players))
    with (
        gauntlet(url, run.cores) as server,
        _floor(run, floor_url) as floor,
        Crowd(server.port) as crowd,
        Crowd(floor.port) as below,
    ):
        crowd.enter([sign_in(player) for player in players])
        below.enter([sign_in(Player(player.user_id, "", player.user_id)) for player in players])
        walkers, walkers_below = Walkers(count), Walkers(count)
        yield from _as_fast_as_possible(run, (server, crowd, walkers), (floor, below, walkers_below))
        yield from _at_a_rate(run, (server, crowd, walkers), (floor, below, walkers_below))
    run.postgres.drop(url)
    run.postgres.drop(floor_url)


_Side = tuple[Program, Crowd, Walkers]


def _as_fast_as_possible(run: Run, server: _Side, floor: _Side) -> Iterator[Said]:
    cpu: tuple[list[float], list[float]] = ([], [])
    database: tuple[list[float], list[float]] = ([], [])
    generator: tuple[list[float], list[float]] = ([], [])
    rate: tuple[list[float], list[float]] = ([], [])
    for repetition in range(-1, len(run.repetitions)):
        for number, side in enumerate((server, floor)):
            stored = run.postgres.cpu
            used, flow = _closed(side, run.seconds(SECONDS))
            if repetition >= 0:
                cpu[number].append(per(used, len(flow.latencies)))
                rate[number].append(flow.replies / flow.seconds)
                database[number].append(per(run.postgres.cpu - stored, len(flow.latencies)))
                generator[number].append(per(flow.busy * flow.seconds, len(flow.latencies)))
    name = "no actors, no rules"
    yield Line(
        "durable commands",
        "server CPU per steps:sync",
        sample(cpu[0], "µs"),
        sample(cpu[1], "µs"),
        name,
        at_most(2.5, "ratio"),
    )
    yield Line(
        "durable commands",
        f"steps:sync from {len(server[1])} connections",
        sample(rate[0], "/s"),
        sample(rate[1], "/s"),
        name,
        at_least(20_000),
    )
    for who, (ours, below) in (("PostgreSQL", database), ("generator", generator)):
        yield Line("durable commands", f"{who}'s CPU per steps:sync", sample(ours, "µs"), sample(below, "µs"), name)


def _at_a_rate(run: Run, server: _Side, floor: _Side) -> Iterator[Said]:
    rate = RATE if not run.quick else 200.0
    percentiles: dict[tuple[float, int], list[float]] = {}
    for _ in run.repetitions:
        for number, side in enumerate((server, floor)):
            flow = _open(side, rate, run.seconds(SECONDS) + WARM_UP)
            for share in (0.5, 0.99):
                percentiles.setdefault((share, number), []).append(percentile(flow.latencies, share) * 1e3)
    for share, goal in ((0.5, None), (0.99, at_most(10.0))):
        yield Line(
            "durable commands",
            f"p{share * 100:.0f} latency at {rate:,.0f}/s",
            sample(percentiles[share, 0], "ms"),
            sample(percentiles[share, 1], "ms"),
            "no actors, no rules",
            goal,
        )


def _closed(side: _Side, seconds: float) -> tuple[float, Flow]:
    program, crowd, walkers = side
    cpu = program.cpu
    flow = crowd.closed_loop(seconds, walkers.next_frame, is_reply)
    time.sleep(0.02)
    return program.cpu - cpu, flow


def _open(side: _Side, rate: float, seconds: float) -> Flow:
    _, crowd, walkers = side
    return crowd.open_loop(rate, seconds, walkers.next_frame, is_reply, skip=WARM_UP if seconds > WARM_UP else 0.0)


def _floor(run: Run, url: str) -> Program:
    port = free_port()
    return Program([sys.executable, "-m", "loadtests.bench.floors.durable", str(port), url], port=port, cores=run.cores)
