from datetime import timedelta
from itertools import chain
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.route import Point
from rules.route.encoded import decode, encode
from tests.rules.routes import START, at, segments, steady


@given(segments)
def test_what_is_kept(route):
    """Millionths of a degree, milliseconds, decimetres, metres of accuracy."""
    kept = decode(encode(route))
    assert [len(segment) for segment in kept] == [len(segment) for segment in route]
    for before, after in zip(chain(*route), chain(*kept), strict=True):
        assert after.lat == pytest.approx(before.lat, abs=0.51e-6)
        assert after.lon == pytest.approx(before.lon, abs=0.51e-6)
        assert (after.at is None, after.ele is None, after.accuracy is None) == (
            before.at is None,
            before.ele is None,
            before.accuracy is None,
        )
        if before.at:
            assert timedelta(0) <= before.at - after.at < timedelta(milliseconds=1)
        assert after.ele == (before.ele and pytest.approx(before.ele, abs=0.051))
        assert after.accuracy == (before.accuracy and pytest.approx(before.accuracy, abs=0.51))


@given(segments)
def test_what_has_been_kept_once_stays_as_it_is(route):
    text = encode(route)
    assert encode(decode(text)) == text
    assert decode(encode(decode(text))) == decode(text)


def test_the_form_that_journals_hold():
    """Stored: it may never be read otherwise."""
    route = [
        [
            Point(46.0, -14.5, START, 300.0, 5.0),
            Point(46.00001, -14.499985, START + timedelta(seconds=1), 299.9, 5.0),
            Point(46.00002, -14.49998, START + timedelta(seconds=2), None, 4.0),
        ],
        [Point(0.0, 0.0)],
    ]
    text = "r1;h4z33CVV,gqg1bfL,hg-0xivnDx-BB,x7FCA,LBC;B,B,,,"
    assert encode(route) == text
    assert decode(text) == route


def test_a_phone_s_recording_is_small():
    random = Random(1)
    walk = [
        Point(p.lat, p.lon + random.gauss(0, 1e-5), p.at, p.ele, 4.0)
        for p in steady(5000, 5, ele=lambda _: 300 + random.gauss(0, 1))
    ]
    assert len(encode([walk])) < 8 * len(walk)


@pytest.mark.parametrize(
    "text", ["", "r2;", "r1;A", "r1;B,B,,,,", "r1;B,BB,,,", "r1;B,B,B,BB,", "r1;A,B,,,", "r1;g,B,,,", "r1;é,B,,,"]
)
def test_other_text_is_no_route(text):
    with pytest.raises(ValueError, match=r"route|argument"):
        decode(text)


@given(st.text("r1;,ABCgz_-é", max_size=60))
def test_reading_either_works_or_says_so(text):
    try:
        decode("r1;" + text)
    except ValueError as error:
        assert str(error)


def test_no_route_at_all():
    assert decode(encode([])) == []
    assert decode(encode([[at(0)]])) == [[Point(46.0, 14.0)]]
