"""A smoke run of the real thing: no times are asserted, only that the figures are there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.bench.figures import ALL

ROOT = Path(__file__).parents[3]


def bench(*arguments):
    command = [sys.executable, "-m", "loadtests.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.serial
def test_a_quick_run_measures_the_server_and_its_floor(tmp_path):
    report = tmp_path / "bench.json"
    done = bench("fan-out", "leaderboard", "--quick", "--json", str(report))

    assert done.returncode == 0, done.stderr
    assert "µs" in done.stdout
    told = json.loads(report.read_text())
    assert not told["skipped"]
    fan_out = told["lines"][0]
    assert fan_out["figure"] == "fan-out"
    assert fan_out["ratio"] > 0
    assert {line["figure"] for line in told["lines"]} == {"fan-out", "leaderboard"}


def test_a_figure_that_does_not_exist_is_an_error_that_names_those_that_do():
    done = bench("fanout")

    assert done.returncode == 2
    assert "no figure is called fanout" in done.stderr
    assert all(name in done.stderr for name in ALL)
