"""From an event to everyone who watches: two players overtake each other in a challenge with 1,000 watchers.

The clock starts when the `steps:sync` that changes the lead is sent, and stops when each watcher has read the push; all
1,000 of every change count. The goal is held against `challenge:milestone` (a new leader), which leaves with the commit.
The leaderboard delta leaves with it here: only changes less than 100 ms after the last delta wait, so that a thousand of
them a second are ten pushes.
Changes come one at a time, some 300 ms apart: this is latency, not throughput.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from loadtests.bench import seed
from loadtests.bench.crowd import Crowd
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.players import live_challenge, sign_in
from loadtests.bench.result import Line, Said, at_most
from loadtests.bench.run import Run
from loadtests.bench.sample import percentile, sample
from loadtests.bench.syncing import sync_frame

CHANGES = 30  # of the lead, a repetition
LEAD = 100  # steps
APART = 0.15  # s between the delta of one change and the next change


def measure(run: Run) -> Iterator[Said]:
    watchers, changes = run.size(1_000, 50), run.size(CHANGES, 3)
    players = seed.players(watchers + 2)
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, players))
    lead: dict[float, list[float]] = {0.5: [], 0.99: []}
    delta: dict[float, list[float]] = {0.5: [], 0.99: []}
    with gauntlet(url, run.cores) as server, Crowd(server.port) as crowd:
        crowd.enter([sign_in(player) for player in players[:2]])
        challenge = live_challenge(crowd, 0, joiners=(0, 1))
        crowd.enter([sign_in(player, f"challenge:{challenge}") for player in players[2:]])
        race = _Race(crowd, watchers)
        race.go(3)
        for _ in run.repetitions:
            leads, deltas = race.go(changes)
            for share in (0.5, 0.99):
                lead[share].append(percentile(leads, share) * 1e3)
                delta[share].append(percentile(deltas, share) * 1e3)
    run.postgres.drop(url)
    name = "event to watchers"
    yield Line(name, f"p50, new leader, {watchers:,} watchers", sample(lead[0.5], "ms"))
    yield Line(name, f"p99, new leader, {watchers:,} watchers", sample(lead[0.99], "ms"), goal=at_most(20))
    yield Line(name, "p50, leaderboard delta", sample(delta[0.5], "ms"))
    yield Line(name, "p99, leaderboard delta", sample(delta[0.99], "ms"))


class _Race:
    """Sockets 0 and 1 take turns in front; the two and the watchers hear of it."""

    def __init__(self, crowd: Crowd, watchers: int) -> None:
        self._crowd, self._hearers = crowd, watchers + 2
        self._day = datetime.now(UTC).date().isoformat().encode()
        self._steps = 0
        self._turn = 0

    def go(self, changes: int) -> tuple[list[float], list[float]]:
        """→ seconds until each hearer of each change had the milestone, and the delta."""
        leads: list[float] = []
        deltas: list[float] = []
        for _ in range(changes):
            self._crowd.drain(APART)
            self._steps, self._turn = self._steps + LEAD, 1 - self._turn
            sent = time.monotonic()
            self._crowd.send(self._turn, sync_frame(self._day, self._steps))
            for moment, message in self._crowd.listen(2 * self._hearers, _is_either):
                (leads if b"milestone" in message[:120] else deltas).append(moment - sent)
        return leads, deltas


def _is_either(message: bytes) -> bool:
    return b'"challenge:milestone"' in message[:120] or b'"challenge:leaderboard"' in message[:120]
