"""Tracks that people recorded: gpxpy's test files (Apache-2.0), read where they are and never copied."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.fairplay import OK
from rules.refusal import Code, Refusal
from rules.route import measure
from rules.route.encoded import decode, encode
from rules.route.fairplay import judge_track
from rules.route.gpx import parse_gpx, to_gpx
from tests.rules.rule_sets import DEFAULT

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "gpx"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

# What gpxpy 1.6.2 says: points, length_2d(), and the uphill of get_uphill_downhill(), which smooths less than we do.
KORITA, LAKE, CAR = "korita-zbevnica.gpx", "cerknicko-jezero.gpx", "around-visnjan-with-car.gpx"
GPXPY = {KORITA: (871, 14913.75, 703.8), LAKE: (296, 4580.14, 223.5), CAR: (104, 2736.30, 49.7)}

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the recorded tracks are not here")


def segments(file):
    return parse_gpx((FOLDER / file).read_bytes()).segments


def judge(kind, file):
    track = measure(segments(file))
    return judge_track(kind, track, track.started_at, track.ended_at, NOW, DEFAULT)


@pytest.mark.parametrize("file", GPXPY)
def test_a_recorded_track_is_as_long_as_gpxpy_says(file):
    points, length, uphill = GPXPY[file]
    track = measure(segments(file))
    assert sum(map(len, segments(file))) == points
    assert track.distance == pytest.approx(length, rel=0.01)
    assert 0.6 * uphill < track.elevation_gain <= uphill
    assert sum(split.distance for split in track.splits) == pytest.approx(track.distance)


@pytest.mark.parametrize("file", GPXPY)
def test_keeping_a_recorded_track_changes_it_by_less_than_a_thousandth(file):
    track, kept = measure(segments(file)), measure(decode(encode(segments(file))))
    assert kept.distance == pytest.approx(track.distance, rel=0.001)
    assert kept.elevation_gain == pytest.approx(track.elevation_gain, rel=0.02)
    assert kept.moving_seconds == pytest.approx(track.moving_seconds, rel=0.01)
    assert measure(parse_gpx(to_gpx(segments(file), file)).segments).distance == pytest.approx(
        track.distance, rel=0.001
    )


@pytest.mark.parametrize("kind", ["walk", "run"])
def test_who_drives_around_visnjan_neither_walks_nor_runs(kind):
    told = judge(kind, CAR)
    assert isinstance(told, Refusal)
    assert told.code is Code.IMPLAUSIBLE_ACTIVITY
    assert told.details["limit"] == {"walk": 12, "run": 25}[kind]
    assert told.details["got"] == pytest.approx(75.8, abs=0.5)
    assert f"{told.details['got']:g} km/h" in told.message
    assert f"nobody {kind}s faster than" in told.message


@pytest.mark.parametrize("kind", ["walk", "run"])
def test_the_hike_to_korita_and_zbevnica_is_one(kind):
    assert judge(kind, KORITA) == OK


@pytest.mark.parametrize("kind", ["walk", "run"])
def test_on_the_way_around_the_lake_somebody_rode(kind):
    """The file's fifth track has a kilometre in 100 s, and was no more walked than the car's."""
    told = judge(kind, LAKE)
    assert isinstance(told, Refusal)
    assert told.details["got"] == pytest.approx(36, abs=0.5)
    walked = measure(segments(LAKE)[:1])
    assert judge_track(kind, walked, walked.started_at, walked.ended_at, NOW, DEFAULT) == OK
