"""A run for the terminal: its figures, its promises, and what comes of it."""

from collections.abc import Sequence

from loadtests.figures import Result
from loadtests.promises import Judged, Outcome, Verdict

_MARKS = {Verdict.KEPT: "✓", Verdict.BROKEN: "✗", Verdict.NOT_SHOWN: "?", Verdict.UNSURE: "?"}


def render(result: Result, judged: Sequence[Judged], outcome: Outcome) -> str:
    lines = [f"{result.scenario}: {result.users} users, {result.seconds:.0f} s, {result.host}", ""]
    rows: list[tuple[str, ...]] = [("", "count", "failed", "p50 ms", "p95", "p99", "max")]
    rows += [
        (each.title, f"{each.count:,}", str(each.failures), *map(number, (each.p50, each.p95, each.p99, each.max)))
        for each in result.figures
    ]
    lines += _aligned(rows)
    lines += ["", *_aligned([(title, number(value)) for title, value in sorted(result.numbers.items())])]
    lag = "" if result.generator_lag is None else f", woke up {number(result.generator_lag)} ms late (p99)"
    lines += ["", f"generator: {result.generator_cpu:.0f} % of a core in its busiest 5 s{lag}"]
    lines += [f"note: {note}" for note in result.notes]
    lines += ["", *(line(each) for each in judged), "", f"{result.scenario}: {outcome}"]
    return "\n".join(lines)


def line(judged: Judged) -> str:
    """A promise and its verdict: `✓ kept     no push is skipped (offsets gaps: 0, at most 0)`."""
    promise = judged.promise
    measure = "" if promise.measure == "value" else f" {promise.measure}"
    unit = " ms" if promise.is_time else ""
    return (
        f"{_MARKS[judged.verdict]} {judged.verdict:<9} {promise.says}"
        f" ({promise.of}{measure}: {number(judged.measured)}{unit}, at most {number(promise.at_most)}{unit})"
    )


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.1f}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The first column to the left, the others to the right."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
