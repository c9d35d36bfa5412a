import json

import pytest

from loadtests.bench.result import Line, Verdict, at_least, at_most
from loadtests.bench.sample import sample


def line(ours, against=None, goal=None):
    floor = None if against is None else sample(against, "µs")
    return Line("fan-out", "CPU", sample(ours, "µs"), floor, "bare send()", goal)


@pytest.mark.parametrize(
    ("ours", "against", "goal", "verdict"),
    [
        ([6, 7, 9], [5, 6, 6], at_most(1.3, "ratio"), Verdict.MET),  # 7 to 6
        ([6, 8, 9], [5, 6, 6], at_most(1.3, "ratio"), Verdict.NOT_MET),
        ([16], None, at_most(16), Verdict.MET),
        ([16.1], None, at_most(16), Verdict.NOT_MET),
        ([20_000], None, at_least(20_000), Verdict.MET),
        ([19_999], [1], at_least(20_000), Verdict.NOT_MET),
        ([7], [6], None, Verdict.NONE),
    ],
)
def test_the_median_decides_whether_a_goal_is_met(ours, against, goal, verdict):
    assert line(ours, against, goal).verdict is verdict


def test_without_a_floor_a_goal_on_the_ratio_says_nothing():
    assert line([6], None, at_most(1.3, "ratio")).verdict is Verdict.NONE


def test_a_floor_of_zero_gives_no_ratio():
    assert line([6], [0], at_most(1.3, "ratio")).ratio is None


def test_machines_get_every_repetition():
    told = json.loads(json.dumps(line([6, 7, 9], [5, 6, 6], at_most(1.3, "ratio")).as_json()))

    assert told == {
        "figure": "fan-out",
        "what": "CPU",
        "unit": "µs",
        "ours": {"median": 7, "min": 6, "max": 9, "repetitions": [6, 7, 9]},
        "against": {"name": "bare send()", "median": 6, "min": 5, "max": 6, "repetitions": [5, 6, 6]},
        "ratio": pytest.approx(7 / 6),
        "goal": {"bound": "at most", "limit": 1.3, "of": "ratio"},
        "verdict": "met",
    }
