"""A month of real walking through the front door: what the server says in the end is what the file says.

The expected numbers come from tests/play/fitbit_oracle.py, which shares no code with the server.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.play.fitbit_oracle import Expected, Row, Streak, expect
from tests.play.fitbit_sample import write

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "fitbit" / "hourlySteps_merged.csv"

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real export where it is there, one of the same shape where it is not."""
    if REAL.exists():
        return REAL
    path = tmp_path_factory.mktemp("export") / "hourlySteps.csv"
    write(path)
    return path


@pytest.fixture(scope="module")
def expected(export: Path) -> dict[str, Any]:
    return as_reported(expect(export))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the run that others repeat."""
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def first_run(export: Path, home: Path) -> dict[str, Any]:
    return replay(export, home)


def test_a_whole_month_comes_out_as_the_file_says(first_run: dict[str, Any], expected: dict[str, Any]) -> None:
    assert first_run["refused"] == []
    assert first_run["serverDeaths"] == 0
    assert comparable(first_run) == expected
    assert disorder(first_run) == [0, 0, 0]
    assert first_run["traffic"]["unrecovered"] == 0


def test_a_second_run_changes_nothing(first_run: dict[str, Any], export: Path, home: Path) -> None:
    """Everything lies before the server's clock, and is left out."""
    again = replay(export, home)

    assert again["skipped"] > 0
    assert again["challenges"] == first_run["challenges"]
    assert again["people"] == first_run["people"]


def test_sending_every_sync_again_changes_nothing(first_run: dict[str, Any], export: Path, home: Path) -> None:
    """The same keys get the first replies."""
    again = replay(export, home, "--resend")

    assert (again["skipped"], again["refused"]) == (0, [])
    assert again["challenges"] == first_run["challenges"]
    assert again["people"] == first_run["people"]


def test_five_times_killed_the_same_numbers_come_out(export: Path, expected: dict[str, Any], tmp_path: Path) -> None:
    """kill -9, five times on the way: clients reconnect and resume, and send again what was not answered."""
    days = sorted(Random(5).sample(range(1, 28), 5))

    def kill(day: int) -> None:
        if day in days:
            os.kill(int((tmp_path / "server.pid").read_text()), signal.SIGKILL)

    result = replay(export, tmp_path, each_day=kill)

    assert result["serverDeaths"] == 5
    assert result["traffic"]["connections"] >= 6 * len(expected["people"])
    assert result["refused"] == []
    assert comparable(result) == expected
    assert disorder(result) == [0, 0, 0]
    verify(tmp_path)


def test_an_interrupted_replay_goes_on_where_it_was(tmp_path: Path) -> None:
    """Ctrl-C in the middle, and the same command again."""
    export = tmp_path / "small.csv"
    write(export, people=4, days=6)

    with run(export, tmp_path) as process:
        for day, _ in enumerate(days_of(process)):
            if day == 3:
                process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    result = replay(export, tmp_path)

    assert result["skipped"] > 0
    assert comparable(result) == as_reported(expect(export))


# --- running it ---


def replay(export: Path, home: Path, *more: str, each_day: Callable[[int], None] | None = None) -> dict[str, Any]:
    """`gauntlet replay` as people run it; `each_day` is called when it has sent the first hour of day 0, 1, 2, …"""
    out = home / "out.json"
    with run(export, home, "--json", str(out), *more) as process:
        for day, _ in enumerate(days_of(process)):
            if each_day is not None:
                each_day(day)
        assert process.wait() == 0, (home / "said").read_text()
    return dict(json.loads(out.read_text()))


@contextmanager
def run(export: Path, home: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The replay as a process, ended at the end; what it complains of is in the file `said`."""
    command = [sys.executable, "-m", "gateway", "replay", str(export), "--home", str(home), *more]
    with (home / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def days_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """A line for each day, as it is begun; the rest of what is printed is passed over."""
    assert process.stdout is not None
    return (line for line in process.stdout if line.endswith(" syncs\n") and line.startswith("20"))


def verify(home: Path) -> None:
    """The read tables equal what the journal says."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "verify"],
        cwd=ROOT,
        env={**environment, "GAUNTLET_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- comparing ---


_NO_OTHERS: Mapping[str, tuple[int, int, None, list[str]]] = dict.fromkeys(
    ("workoutWeek", "puffFree"), (0, 0, None, [])
)


def as_reported(found: Expected) -> dict[str, Any]:
    """The oracle's numbers in the words of `comparable`."""
    return {
        "challenges": {"most": rows(found.most), "race": rows(found.race)},
        "people": {
            person: {
                "days": {str(day): steps for day, steps in numbers.days.items() if steps},
                "xp": numbers.xp,
                "level": numbers.level,
                "badges": numbers.badges,
                # of steps alone nothing else can come
                "streaks": {**_NO_OTHERS, **{kind: streak(one) for kind, one in numbers.streaks.items()}},
                "freezes": sum(one.freezes for one in numbers.streaks.values()),
            }
            for person, numbers in found.people.items()
        },
    }


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """What a replay reported, without ids; people who share a rank in the order of their names."""
    assert not any(board["provisional"] for board in result["challenges"].values())
    people = {}
    for person, numbers in result["people"].items():
        streaks = {
            kind: (one["current"], one["longest"], one.get("lastDay"), one["frozenDays"])
            for kind, one in numbers["streaks"].items()
        }
        people[person] = {
            **{name: numbers[name] for name in ("xp", "level", "badges", "freezes")},
            "days": {day: steps for day, steps in numbers["days"].items() if steps},
            "streaks": streaks,
        }
    boards = {
        mode: sorted((row["rank"], row["person"], row["score"], row["reachedAt"]) for row in board["rows"])
        for mode, board in result["challenges"].items()
    }
    return {"challenges": boards, "people": people}


def disorder(result: dict[str, Any]) -> list[int]:
    """Pushes that were skipped, repeated or out of order, by their offsets."""
    return [result["traffic"][name] for name in ("gaps", "duplicates", "outOfOrder")]


def rows(standings: list[Row]) -> list[tuple[int, str, int, str | None]]:
    return sorted(
        (row.rank, row.person, row.score, f"{row.reached_at.isoformat()}Z" if row.reached_at else None)
        for row in standings
    )


def streak(one: Streak) -> tuple[int, int, str | None, list[str]]:
    last = str(one.last_day) if one.last_day else None
    return one.current, one.longest, last, [str(day) for day in one.frozen_days]
