"""The standings of a challenge with 100,000 participants: updates, ranks, and what a delta to watchers costs."""

from collections.abc import Iterator

from loadtests.bench.inside.child import measured
from loadtests.bench.result import Line, Said
from loadtests.bench.run import Run
from loadtests.bench.sample import sample


def measure(run: Run) -> Iterator[Said]:
    participants, rounds = run.size(100_000, 1_000), run.size(100_000, 1_000)
    found = [measured(run.cores, "leaderboard", participants, rounds) for _ in run.repetitions]
    for key, what in (
        ("update µs", "score updates"),
        ("rank µs", "rank lookups"),
        ("page µs", "pages of 11 around one"),
    ):
        yield Line("leaderboard", f"{what} among {participants:,}", sample([1e6 / each[key] for each in found], "/s"))
    yield Line("leaderboard", "built anew", sample([each["build ms"] for each in found], "ms"))
    for name, what in (("some", "1 of 100 changes in the top 100"), ("all", "100 changes, all in the top")):
        yield Line("leaderboard", f"a delta: {what}", sample([each[f"delta of {name} µs"] for each in found], "µs"))
        yield Line("leaderboard", "… its size", sample([each[f"delta of {name} bytes"] for each in found], "bytes"))
