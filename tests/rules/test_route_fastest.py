import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.route.fastest import KILOMETRE, fastest_kilometre, kmh
from rules.route.line import lay_out
from tests.rules.routes import at, legs, steady


def fastest(*segments):
    return fastest_kilometre(lay_out(segments))


def test_the_fastest_kilometre_begins_anywhere():
    slow, fast = steady(1300, 5), steady(1200, 20, start=1300, begin=936)
    after = steady(1300, 5, start=2500, begin=936 + 216)
    found = fastest(slow + fast[1:] + after[1:])
    assert found.kmh == pytest.approx(20)
    assert 1299 <= found.start <= 1501
    assert found.metres == KILOMETRE


def test_it_may_begin_and_end_between_points():
    """600 m before, 500 m in 30 s, 600 m after: the best kilometre has all of the 500 and 500 of the slow rest."""
    found = fastest(legs([(600, 360), (500, 30), (600, 360)]))
    assert found.seconds == pytest.approx(330)


def test_pauses_count_also_between_segments():
    one, two = steady(700, 10), steady(700, 10, start=700, begin=252 + 600)
    assert fastest(one + two).seconds == pytest.approx(960)
    assert fastest(one, two).seconds == pytest.approx(960)


def test_of_less_than_a_kilometre_all_counts():
    found = fastest(steady(500, 36))
    assert (found.start, found.metres, found.seconds) == pytest.approx((0, 500, 50))
    assert found.kmh == pytest.approx(36)


def test_points_without_times_still_lie_on_the_way():
    found = fastest([at(0), at(400, 0), at(900), at(1400, 100), at(5000)])
    assert (found.start, found.seconds) == pytest.approx((400, 100))


def test_without_two_times_there_is_no_speed():
    assert fastest([at(0), at(2000)]) is None
    assert fastest([at(0, 0), at(2000)]) is None
    assert fastest() is None


def test_nothing_takes_no_time():
    assert fastest([at(0, 0), at(500, 0), at(1500, 0)]).kmh == kmh(1000, 1) == 3600


steps = st.lists(st.tuples(st.floats(0, 900), st.floats(0, 300)), min_size=2, max_size=25)


@given(steps)
def test_no_kilometre_is_faster(taken):
    """Held against every kilometre that begins or ends at a point, found by walking the whole line each time."""
    line = lay_out([legs(taken)])
    found = fastest_kilometre(line)
    along, seconds = line.along, line.seconds

    def passed(place, latest):
        """When the place was passed: for the last time as a start, for the first time as an end."""
        times = []
        for i in range(len(along) - 1):
            if along[i] <= place <= along[i + 1]:
                length = along[i + 1] - along[i]
                if length == 0:
                    times += [seconds[i], seconds[i + 1]]
                else:
                    times.append(seconds[i] + (place - along[i]) / length * (seconds[i + 1] - seconds[i]))
        return max(times) if latest else min(times)

    if along[-1] < KILOMETRE:
        assert (found.metres, found.seconds) == (along[-1], seconds[-1])
        return
    starts = [place for point in along for place in (point, point - KILOMETRE) if 0 <= place <= along[-1] - KILOMETRE]
    best = min(max(0.0, passed(start + KILOMETRE, False) - passed(start, True)) for start in starts)
    assert found.seconds == pytest.approx(best, abs=1e-3)
