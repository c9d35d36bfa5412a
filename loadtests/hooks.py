"""What happens around a run, in any way of running Locust: it is watched, judged and reported."""

import logging
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import locust.stats
from locust import events
from locust.env import Environment
from locust.html import get_html_report

from loadtests import report, run, table
from loadtests.buckets import bucket
from loadtests.figures import Point
from loadtests.promises import Promises
from loadtests.watch import Watch

REPORTS = "LOADTEST_REPORTS"  # the folder for reports; set by script/loadtest
_OURS = Path(__file__).parents[1] / ".loadtest" / "reports"

_watches: dict[int, Watch] = {}

# the place that Locust names for a finer resolution
locust.stats.bucket_response_time = bucket  # type: ignore[assignment]


@events.init.add_listener
def _on_init(**_: Any) -> None:
    # our table says the same, with the promises
    logging.getLogger("locust.stats_logger").disabled = True


@events.test_start.add_listener
def _on_test_start(environment: Environment, **_: Any) -> None:
    scenario = Path(environment.locustfile or "").stem.replace("_", "-")
    begun = run.begin(environment)
    _watches[id(environment)] = Watch(environment, begun, scenario, _progress)


@events.test_stop.add_listener
def _on_test_stop(environment: Environment, **_: Any) -> None:
    watch = _watches.pop(id(environment), None)
    if watch is None:
        return
    result = watch.end()
    promises = Promises.load()
    judged = promises.judge(result)
    outcome = promises.outcome(result, judged)
    environment.process_exit_code = outcome.exit_code
    folder = Path(os.environ.get(REPORTS, _OURS)) / f"{result.scenario}-{datetime.now():%Y%m%d-%H%M%S}"  # noqa: DTZ005 - the reader's time
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "locust.html").write_text(get_html_report(environment, show_download_link=False), encoding="utf-8")
    (folder / "report.html").write_text(report.page(result, judged, outcome), encoding="utf-8")
    (folder / "result.json").write_text(report.document(result, judged, outcome), encoding="utf-8")
    print(f"\n{table.render(result, judged, outcome)}\nreport: {folder / 'report.html'}", flush=True)


def _progress(point: Point) -> None:
    server = "" if point.server_cpu is None else f"  server {point.server_cpu:3.0f} %"
    print(
        f"{point.at:5.0f} s  {point.users:5} users  {point.commands:7,.0f} commands/s  p99 {table.number(point.reply_p99):>6} ms"
        f"  {point.pushes:8,.0f} timed pushes/s  p99 {table.number(point.push_p99):>6} ms"
        f"  generator {point.generator_cpu:3.0f} %{server}",
        file=sys.stderr,
        flush=True,
    )
