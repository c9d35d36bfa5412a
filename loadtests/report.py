"""A run as a page: verdict, promises, charts, figures. One file that needs nothing from elsewhere."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape

from loadtests.charts import Line, chart
from loadtests.figures import Figure, Result
from loadtests.promises import Judged, Outcome, Verdict
from loadtests.table import number

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d5dae1; --good: #17703a; --bad: #b3261e;
  --unsure: #8a5a00; --a: #1f6feb; --b: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14171c; --faint: #38404b; --good: #5bd68a;
  --bad: #ff8a80; --unsure: #f0b454; --a: #6cb0ff; --b: #ff9a62; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--faint); }
th:first-child, td:first-child, .promises td { text-align: left; }
.promises td:nth-child(n+4) { white-space: nowrap; }
.scroll { overflow-x: auto; }
.kept, .passed { color: var(--good); } .broken { color: var(--bad); } .unsure { color: var(--unsure); }
.verdict { font-size: 1.25rem; font-weight: 600; }
figure { margin: 1.5rem 0; } figcaption span::before { content: "— "; font-weight: 700; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--ink); }
.grid { stroke: var(--faint); } .line { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
.line.l0 { stroke: var(--a); } .line.l1 { stroke: var(--b); } span.l0 { color: var(--a); } span.l1 { color: var(--b); }
.limit { stroke: var(--bad); stroke-dasharray: 5 4; }
"""
_CLASSES = {Verdict.KEPT: "kept", Verdict.BROKEN: "broken", Verdict.NOT_SHOWN: "unsure", Verdict.UNSURE: "unsure"}
_OUTCOMES = {Outcome.PASSED: "passed", Outcome.BROKEN: "broken"}


def page(result: Result, judged: Sequence[Judged], outcome: Outcome) -> str:
    title = escape(f"{result.scenario}: {outcome}")
    lag = "" if result.generator_lag is None else f"; it woke up {number(result.generator_lag)} ms late (p99)"
    notes = "".join(f"<p>{escape(note)}</p>" for note in result.notes)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{escape(result.scenario)}</h1>
<p class="verdict {_OUTCOMES.get(outcome, "unsure")}">{escape(outcome)}</p>
<p>{result.users} users, {result.seconds:.0f} s, {escape(result.host)}. The generator used {result.generator_cpu:.0f} % of a
core in its busiest 5 s{lag}. <a href="locust.html">Locust’s own report</a></p>{notes}
<h2>Promises</h2><div class="scroll"><table class="promises">{"".join(map(_promise, judged))}</table></div>
<h2>Over time</h2>{_charts(result, judged)}
<h2>Figures</h2><div class="scroll"><table><tr><th>what</th><th>count</th><th>failed</th><th>p50 ms</th><th>p95</th><th>p99</th>
<th>max</th></tr>{"".join(map(_figure, result.figures))}</table></div>
<h2>Numbers</h2><div class="scroll"><table>{"".join(map(_number, sorted(result.numbers.items())))}</table></div>
</body></html>
"""


def document(result: Result, judged: Sequence[Judged], outcome: Outcome) -> str:
    """The same for machines, as JSON."""
    promises = [{**asdict(each.promise), "measured": each.measured, "verdict": each.verdict} for each in judged]
    return json.dumps({"outcome": outcome.name.lower(), "promises": promises, **asdict(result)}, indent=1) + "\n"


def _promise(judged: Judged) -> str:
    promise = judged.promise
    unit = " ms" if promise.is_time else ""
    measure = "" if promise.measure == "value" else f" {promise.measure}"
    return (
        f'<tr><td class="{_CLASSES[judged.verdict]}">{judged.verdict}</td><td>{escape(promise.says)}</td>'
        f"<td><code>{escape(promise.of)}{measure}</code></td><td>{number(judged.measured)}{unit}</td>"
        f"<td>at most {number(promise.at_most)}{unit}</td></tr>"
    )


def _charts(result: Result, judged: Sequence[Judged]) -> str:
    points = result.points
    times = [point.at for point in points]
    limits = {each.promise.of: each.promise.at_most for each in judged if each.promise.is_time}
    charts = (
        chart("People", "online", times, [Line("users", [point.users for point in points])]),
        chart("Commands", "a second", times, [Line("answered", [point.commands for point in points])]),
        chart(
            "Pushes",
            "a second, at all watchers; those that bear a time",
            times,
            [Line("heard", [point.pushes for point in points])],
        ),
        chart(
            "Command → reply",
            "ms, p99",
            times,
            [Line("all commands", [point.reply_p99 for point in points])],
            limits.get("reply steps:sync"),
        ),
        chart("Event → push", "ms, p99", times, [Line("all timed pushes", [point.push_p99 for point in points])]),
        chart(
            "CPU",
            "% of a core",
            times,
            [
                Line("generator", [point.generator_cpu for point in points]),
                Line("server", [point.server_cpu for point in points]),
            ],
        ),
        chart("The server’s memory", "MiB", times, [Line("resident", [point.server_memory for point in points])]),
    )
    return "".join(charts)


def _figure(figure: Figure) -> str:
    cells = (
        figure.title,
        f"{figure.count:,}",
        str(figure.failures),
        *map(number, (figure.p50, figure.p95, figure.p99, figure.max)),
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _number(item: tuple[str, float]) -> str:
    return f"<tr><td>{escape(item[0])}</td><td>{number(item[1])}</td></tr>"
