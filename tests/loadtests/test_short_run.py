"""One real run, small: Locust in its environment, a server of its own, a verdict."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP_WITHIN, RUN_WITHIN = 300, 120  # s
OF_TIME = ("p50", "p95", "p99", "max")

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def environment() -> None:
    done = subprocess.run(
        [ROOT / "script/setup", "load"], capture_output=True, text=True, timeout=SETUP_WITHIN, check=False
    )
    if done.returncode:
        pytest.skip(f"LOAD TESTS NOT RUN: Locust's environment cannot be installed here: {done.stderr.strip()[-300:]}")


@pytest.fixture(scope="module")
def run(environment, tmp_path_factory):
    """→ (what it printed, result.json, the folder of the report)."""
    reports = tmp_path_factory.mktemp("reports")
    done = subprocess.run(
        [ROOT / "script/loadtest", "steady", "--users", "20", "--minutes", "0.25"],
        env={**os.environ, "LOADTEST_SERVER_PYTHON": sys.executable, "LOADTEST_REPORTS": str(reports)},
        capture_output=True,
        text=True,
        timeout=RUN_WITHIN,
        check=False,
    )
    folders = list(reports.iterdir())
    assert len(folders) == 1, done.stdout + done.stderr
    return done, json.loads((folders[0] / "result.json").read_text()), folders[0]


def test_a_steady_day_keeps_every_promise_but_those_of_time(run):
    """Times are for a machine that has nothing else to do."""
    done, result, _ = run

    kept = {each["says"]: each["verdict"] for each in result["promises"] if each["measure"] not in OF_TIME}
    assert set(kept.values()) == {"kept"}, (kept, done.stdout)
    assert done.returncode == {"passed": 0, "broken": 1}.get(result["outcome"], 3)


def test_it_measures_all_that_it_promises(run):
    _, result, _ = run

    measured = {f"{each['kind']} {each['name']}": each["count"] for each in result["figures"]}
    wanted = ("connect hello", "connect resume", "reply steps:sync", "caused steps:sync", "push challenge:leaderboard")
    assert all(measured.get(title) for title in wanted), measured
    assert 2 <= result["users"] <= 20
    assert result["notes"] == []


def test_it_shows_where_it_is_and_what_comes_of_it(run):
    done, _, folder = run

    assert "generator" in done.stderr
    assert "✓ kept" in done.stdout
    assert str(folder / "report.html") in done.stdout
    assert {path.name for path in folder.iterdir()} == {"report.html", "locust.html", "result.json"}


def test_a_scenario_that_there_is_not_is_refused(environment):
    done = subprocess.run(
        [ROOT / "script/loadtest", "rush-hour"],
        env={**os.environ, "LOADTEST_SERVER_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=RUN_WITHIN,
        check=False,
    )

    assert done.returncode == 2
    assert "mass-start" in done.stderr
