"""From cold to the first answer: an actor that is not in memory, read from PostgreSQL, one at a time.

From a snapshot, and from a journal of a thousand syncs over ten days without one. (A live actor gets a snapshot every
200 events and when it passivates, so a thousand events without one is more than a server meets.)
"""

from collections.abc import Iterator

from loadtests.bench import seed
from loadtests.bench.inside.child import measured
from loadtests.bench.result import Line, Said
from loadtests.bench.run import Run
from loadtests.bench.sample import sample

USERS = 20
DAYS = 10


def measure(run: Run) -> Iterator[Said]:
    events, rounds = run.size(1_000, 50), run.size(10, 2)
    url = run.postgres.fresh()
    run.postgres.run(seed.store(url, seed.players(USERS), syncs=events, days=DAYS))
    for kind, what in (("journal", f"from {events:,} events"), ("snapshots", "from a snapshot of the same")):
        found = [measured(run.cores, "activation", url, rounds, kind) for _ in run.repetitions]
        for key, words in (("p50", "p50"), ("p99", "p99"), ("cpu", "server CPU")):
            yield Line("activation", f"{words}, {what}", sample([each[key] / 1e3 for each in found], "ms"))
    run.postgres.drop(url)
