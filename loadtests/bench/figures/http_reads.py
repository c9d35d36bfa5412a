"""HTTP reads from live state: `GET /users/me/rewards` and a challenge's leaderboard, a thousand a second at fixed times.

50 kept-alive connections, each of another user; latency counts from when a request was due.
"""

import time
from collections.abc import Iterator

from loadtests.bench import seed
from loadtests.bench.crowd import Crowd
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.http_crowd import HttpCrowd, request
from loadtests.bench.players import live_challenge, sign_in
from loadtests.bench.result import Line, Said, at_most
from loadtests.bench.run import Run, per
from loadtests.bench.sample import percentile, sample

RATE = 1_000.0  # a second
SECONDS = 4.0
USERS = 50
WARM_UP = 1.0  # s


def measure(run: Run) -> Iterator[Said]:
    players = seed.players(USERS)
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, players, syncs=3))
    rate = RATE if not run.quick else 200.0
    with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd, HttpCrowd(server.port, USERS) as readers:
        crowd.enter([sign_in(player) for player in players])
        challenge = live_challenge(crowd, 0, joiners=range(USERS))
        for path in ("/users/me/rewards", f"/challenges/{challenge}/leaderboard"):
            requests = [request(f"/api/v1{path}", player.token) for player in players]
            half, most, cpu = [], [], []
            for _ in run.repetitions:
                used = server.cpu
                flow = readers.open_loop(rate, run.seconds(SECONDS) + WARM_UP, requests, skip=WARM_UP)
                time.sleep(0.02)
                cpu.append(per(server.cpu - used, flow.replies))
                half.append(percentile(flow.latencies, 0.5) * 1e3)
                most.append(percentile(flow.latencies, 0.95) * 1e3)
            name = path.rsplit("/", 1)[1]
            yield Line("HTTP reads", f"p50 of {name} at {rate:,.0f}/s", sample(half, "ms"))
            yield Line("HTTP reads", f"p95 of {name} at {rate:,.0f}/s", sample(most, "ms"), goal=at_most(20))
            yield Line("HTTP reads", f"server CPU per {name}", sample(cpu, "µs"))
    run.postgres.drop(url)
