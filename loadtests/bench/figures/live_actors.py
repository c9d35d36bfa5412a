"""100,000 live user actors in one node: bytes and CPU time each, from a journal in memory, beside a thread per actor.

The directory, the actors and their states are the real ones; a state holds a registration and three syncs. The peer is
`pykka.ThreadingActor` as Pykka ships it, with no state at all.
"""

from collections.abc import Iterator

from loadtests.bench.inside.child import measured
from loadtests.bench.result import Line, Said
from loadtests.bench.run import Run
from loadtests.bench.sample import sample

KIB = 1024


def measure(run: Run) -> Iterator[Said]:
    count, threads = run.size(100_000, 2_000), run.size(2_000, 100)
    ours = [measured(run.cores, "live_actors", count) for _ in run.repetitions]
    peers = [measured(run.cores, "threads", threads) for _ in run.repetitions]
    for key, what, scale, unit in (
        ("bytes", f"memory of one of {count:,} user actors", 1 / KIB, "KiB"),
        ("microseconds", "from the journal to the first reply, CPU", 1.0, "µs"),
    ):
        yield Line(
            "live actors",
            what,
            sample([each[key] * scale for each in ours], unit),
            sample([each[key] * scale for each in peers], unit),
            "pykka.ThreadingActor",
        )
