"""The one table that people read."""

from collections.abc import Sequence

from loadtests.bench.result import Goal, Line, Said, Skipped
from loadtests.bench.sample import Sample

HEADS = ("figure", "what", "here", "min – max", "floor or peer", "ratio", "goal", "")


def render(said: Sequence[Said]) -> str:
    """All lines in columns; a figure's name stands at its first line only."""
    rows: list[tuple[str, ...]] = [HEADS]
    before = ""
    for each in said:
        name = "" if each.figure == before else each.figure
        before = each.figure
        rows.append(_skipped(name, each) if isinstance(each, Skipped) else _line(name, each))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS) - 1)]
    rows.insert(1, (*("─" * width for width in widths), ""))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip() for row in rows
    )


def _line(name: str, line: Line) -> tuple[str, ...]:
    against = "" if line.against is None else f"{number(line.against.median)} {line.against_name}"
    return (
        name,
        line.what,
        f"{number(line.ours.median)} {line.ours.unit}",
        _range(line.ours),
        against,
        "" if line.ratio is None else f"{line.ratio:.2f} ×",
        "" if line.goal is None else goal_text(line.goal, line.ours.unit),
        line.verdict.value,
    )


def _skipped(name: str, skipped: Skipped) -> tuple[str, ...]:
    return (name, skipped.what, "skipped", "", "", "", "", skipped.why)


def _range(sample: Sample) -> str:
    return "" if len(sample.values) == 1 else f"{number(sample.low)} – {number(sample.high)}"


def goal_text(goal: Goal, unit: str) -> str:
    sign = "≤" if goal.bound == "at most" else "≥"
    return f"{sign} {number(goal.limit)} {'×' if goal.of == 'ratio' else unit}"


def number(value: float) -> str:
    """Three figures that matter, thousands apart."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"
