"""From the start of the process to ready (`/readyz` says yes): with nothing stored, and with 100,000 users.

PostgreSQL is running already: this is our own start, with the imports, the migrations and what is read before the port
opens. Each stored user has three syncs and a reminder for the end of the day.
"""

import time
from collections.abc import Iterator

from loadtests.bench import seed
from loadtests.bench.gauntlet import gauntlet
from loadtests.bench.result import Line, Said, at_most
from loadtests.bench.run import Run
from loadtests.bench.sample import sample


def measure(run: Run) -> Iterator[Said]:
    count = run.size(100_000, 1_000)
    yield Line("start", "to ready, nothing stored", sample(_nothing_stored(run), "s"), goal=at_most(3))
    run.say(f"start: {count:,} users are stored")
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, seed.players(count), syncs=3))
    stored = [_to_ready(run, url) for _ in run.repetitions]
    run.postgres.drop(url)
    yield Line("start", f"to ready, {count:,} users stored", sample(stored, "s"), goal=at_most(5))


def _nothing_stored(run: Run) -> list[float]:
    found = []
    for _ in run.repetitions:
        url = run.postgres.fresh()
        found.append(_to_ready(run, url))
        run.postgres.drop(url)
    return found


def _to_ready(run: Run, url: str) -> float:
    begun = time.monotonic()
    with gauntlet(url, run.cores):
        return time.monotonic() - begun
