"""The oracle itself, on cases small enough to work out by hand; and the made-up export."""

from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from gateway.fitbit import read_hourly
from tests.play.fitbit_oracle import expect, read, streak
from tests.play.fitbit_sample import write

FIRST = date(2016, 4, 1)


def days(*numbers: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in numbers]


def test_a_freeze_earned_on_the_tenth_day_bridges_a_missed_one() -> None:
    found = streak(days(*range(10), 11, 12), FIRST + timedelta(days=13))

    assert (found.current, found.longest, found.runs, found.freezes) == (12, 12, [12], 0)
    assert found.frozen_days == days(10)


def test_two_missed_days_with_one_freeze_break_a_run() -> None:
    found = streak(days(*range(10), 12), FIRST + timedelta(days=13))

    assert (found.current, found.longest, found.runs, found.frozen_days) == (1, 10, [10, 1], [])


def test_today_breaks_nothing_and_yesterday_does() -> None:
    assert streak(days(0, 1), FIRST + timedelta(days=2)).current == 2
    assert streak(days(0, 1), FIRST + timedelta(days=3)).current == 0


def test_no_more_than_two_freezes_are_held() -> None:
    assert streak(days(*range(30)), FIRST + timedelta(days=30)).freezes == 2


def test_a_small_file_by_hand(tmp_path: Path) -> None:
    """a and b share 12,000 steps; c has 1,000; all three know one day."""
    file = tmp_path / "small.csv"
    file.write_text(
        "Id,ActivityHour,StepTotal\na,2016-4-12 8:00,12000\nb,2016-4-12 8:00,6000\nb,2016-4-12 9:00,6000\n"
        "c,2016-4-12 8:00,1000\nc,2016-4-12 9:00,0\n"
    )
    found = expect(file)

    assert [(row.rank, row.person, row.score) for row in found.most] == [
        (1, "a", 12000),
        (1, "b", 12000),
        (3, "c", 1000),
    ]
    assert [str(row.reached_at) for row in found.most[1:]] == ["2016-04-12 09:59:59", "2016-04-12 08:59:59"]
    # 120 for steps, 50 for the goal, twice 50 + 500
    assert (found.people["a"].xp, found.people["a"].level) == (1270, 5)
    # 10 for steps, twice 50 + 200
    assert (found.people["c"].xp, found.people["c"].level) == (510, 3)
    assert found.people["a"].badges["champion"] == 2
    assert found.people["c"].badges == {"out-the-door": 1, "game-on": 1, "finisher": 1, "on-the-podium": 2}


def test_the_made_up_export_has_the_shape_of_the_real_one(tmp_path: Path) -> None:
    file = tmp_path / "sample.csv"
    rows = write(file)
    hours = read(file)
    with file.open(newline="") as lines:
        same = {(row.person, row.hour): row.steps for row in read_hourly(lines)}

    assert len(hours) == 33
    assert rows == len(same) == pytest.approx(22_099, rel=0.03)
    assert {moment.date() for moments in hours.values() for moment in moments} == {
        date(2016, 4, 12) + timedelta(days=day) for day in range(31)
    }
    assert same == {
        (person, hour.replace(tzinfo=UTC)): steps
        for person, moments in hours.items()
        for hour, steps in moments.items()
    }
    assert len({row.rank for row in expect(file).most}) < 33
