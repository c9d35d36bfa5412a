from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fairplay import OK, Accepted
from rules.refusal import Code, Refusal
from rules.route import measure
from rules.route.fairplay import judge_track
from tests.rules.routes import START, at, legs, points, steady
from tests.rules.rule_sets import DEFAULT

OF_THE_ROUTE = -1e9


def judge(*segments, kind="walk", start=0.0, end=OF_THE_ROUTE, now=86_400.0, **more):
    """All times in seconds after START; None for an end that is not said."""
    track = measure(segments)
    ended = track.ended_at if end == OF_THE_ROUTE else end if end is None else START + timedelta(seconds=end)
    started, at_now = START + timedelta(seconds=start), START + timedelta(seconds=now)
    return judge_track(kind, track, started, ended, at_now, DEFAULT, **more)


def refused(told):
    assert isinstance(told, Refusal)
    assert told.code is Code.IMPLAUSIBLE_ACTIVITY
    return told.details["limit"], told.details["got"]


@pytest.mark.parametrize(
    ("kind", "kmh", "verdict"),
    [
        ("walk", 5, OK),
        ("walk", 9, OK),
        ("walk", 9.1, Accepted),
        ("walk", 12, Accepted),
        ("walk", 12.1, (12, 12.1)),
        ("run", 20, OK),
        ("run", 20.1, Accepted),
        ("run", 25, Accepted),
        ("run", 25.1, (25, 25.1)),
    ],
)
@pytest.mark.parametrize("metres", [500, 3000])
def test_speeds_of_walks_and_runs(kind, kmh, verdict, metres):
    """Over any kilometre of the route, or all of a shorter one; and as well where only the distance is known."""
    took = metres / kmh * 3.6
    with_route = judge(steady(metres, kmh), kind=kind)
    without = judge(kind=kind, end=took, distance=metres)
    without_times = judge([at(0), at(metres / 3), at(metres * 2 / 3), at(metres)], kind=kind, end=took)
    for told in (with_route, without, without_times):
        if isinstance(verdict, tuple):
            assert refused(told) == verdict
            assert f"{verdict[1]:g} km/h" in told.message
        elif verdict is Accepted:
            assert "fast for a" in told.review
        else:
            assert told == OK


def test_one_fast_kilometre_in_a_long_walk_is_enough():
    walk, ride = steady(4000, 5), steady(1000, 40, start=4000, begin=2880)
    rest = steady(4000, 5, start=5000, begin=2970)
    told = judge(walk + ride[1:] + rest[1:])
    assert refused(told) == (12, 40)
    assert told.message == (
        "the kilometre from km 4.0 on took 1 min 30 s: that is 40 km/h, and nobody walks faster than 12 km/h; "
        "leave out what was not on foot"
    )


def test_who_ran_is_told_to_log_a_run():
    run = steady(3000, 15)
    assert "log it as a run" in judge(run).message
    assert judge(run, kind="run") == OK


def test_a_sprint_within_a_kilometre_is_none_of_our_business():
    assert judge(legs([(400, 288), (200, 30), (400, 288), (400, 288)])) == OK


@pytest.mark.parametrize(("metres", "verdict"), [(999, OK), (1000, OK), (1001, (1000, 1001))])
def test_a_jump(metres, verdict):
    """Also without times, and for all the time that there was."""
    for told in (
        judge(legs([(100, 60), (metres, 3600), (100, 60)])),
        judge([at(0), at(metres)], end=3600),
    ):
        assert (told if verdict == OK else refused(told)) == verdict


def test_the_way_between_two_segments_is_no_jump():
    assert judge(steady(1000, 5), steady(1000, 5, start=9000, begin=3600)) == OK


def test_cutting_a_ride_into_segments_does_not_make_it_a_walk():
    ride = steady(5000, 50)
    parts = [ride[i : i + 30] for i in range(0, len(ride), 30)]
    assert refused(judge(*parts))[1] > 25


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (0, -1, "before its start"),
        (0, 86_400 + 300, None),
        (0, 86_400 + 301, "has not come yet"),
        (86_400 + 301, None, "has not come yet"),
        (86_400 + 300, None, None),
    ],
)
def test_start_and_end(start, end, said):
    told = judge(start=start, end=end)
    if said is None:
        assert isinstance(told, Accepted)
    else:
        assert isinstance(told, Refusal)
        assert said in told.message
        assert told.details.get("retryAfter") == (1 if "yet" in said else None)


@pytest.mark.parametrize(
    ("start", "end", "now", "said"),
    [
        (300, 3600, 9000, None),
        (301, 3600, 9000, "before its start"),
        (0, 420, 9000, None),
        (0, 419, 9000, "after its end"),
        (0, None, 420, None),
        (0, None, 419, "when it is only"),
    ],
)
def test_a_route_lies_between_start_and_end(start, end, now, said):
    """Clocks may differ by five minutes. The route takes 12."""
    told = judge(steady(1000, 5), start=start, end=end, now=now)
    if said is None:
        assert isinstance(told, Accepted)
    else:
        assert refused(told)
        assert said in told.message


def test_without_an_end_it_may_have_lasted_until_now_but_for_a_day_at_most():
    assert judge(end=None, distance=9_000, now=3600) == OK
    assert refused(judge(end=None, distance=13_000, now=3600)) == (12, 13)
    assert refused(judge(end=None, distance=300_000, now=10 * 86_400)) == (12, 12.5)


def test_a_distance_in_no_time_is_implausible_and_no_distance_never():
    assert refused(judge(end=0, distance=500)) == (12, 1800)
    assert judge(end=0) == OK


@pytest.mark.parametrize(
    ("route", "distance", "said"),
    [
        (2000, 2000, None),
        (2000, 2600, None),
        (2000, 2601, "2,601 m were said, the route has 2,000 m"),
        (2000, 1399, "1,399 m were said"),
        (100, 250, None),
    ],
)
def test_a_distance_that_is_not_the_route_s_is_marked_for_review(route, distance, said):
    told = judge(steady(route, 4), end=3600, distance=distance)
    assert isinstance(told, Accepted)
    assert told.review is None if said is None else said in told.review


def test_a_walk_of_over_a_day_is_marked_for_review():
    assert judge(end=86_400, now=10**6, distance=50_000) == OK
    assert judge(end=86_460, now=10**6, distance=50_000).review == "24 h 1 min are long for a walk"


@given(
    st.lists(points, max_size=8),
    st.sampled_from(["walk", "run"]),
    st.floats(-1e6, 1e6),
    st.none() | st.floats(-1e6, 1e6),
    st.none() | st.floats(0, 1e9),
)
def test_whatever_comes_is_judged(route, kind, start, end, distance):
    ordered = sorted((point for point in route if point.at), key=lambda point: point.at)
    told = judge(ordered, kind=kind, start=start, end=end, distance=distance)
    if isinstance(told, Refusal):
        assert set(told.details) >= {"limit", "got"}
        assert told.message
