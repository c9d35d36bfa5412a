from math import pi, sin
from random import Random

import pytest

from rules.route import measure
from tests.rules.routes import at, steady

METRES = 10_000


def gain_and_loss(height, *, noise=0.0, every=1.0, seed=1):
    random = Random(seed)
    track = measure([steady(METRES, 5, every=every, ele=lambda along: height(along) + random.gauss(0, noise))])
    return track.elevation_gain, track.elevation_loss


@pytest.mark.parametrize("noise", [0.3, 1, 3, 5])
@pytest.mark.parametrize("every", [1, 4, 10])
def test_a_noisy_plain_is_flat(noise, every):
    """Added up as they are, these elevations would climb for hundreds or thousands of metres."""
    gain, loss = gain_and_loss(lambda _: 300.0, noise=noise, every=every)
    assert gain <= 15
    assert loss <= 15


@pytest.mark.parametrize("noise", [0, 1, 3])
@pytest.mark.parametrize("every", [1, 10])
@pytest.mark.parametrize("slope", [0.02, 0.1, 0.3])
def test_a_steady_climb_counts_in_full(noise, every, slope):
    gain, loss = gain_and_loss(lambda along: 300 + slope * along, noise=noise, every=every)
    assert gain == pytest.approx(slope * METRES, rel=0.02, abs=5)
    assert loss <= 5


@pytest.mark.parametrize("noise", [0, 1, 3])
def test_hills_count_up_and_down(noise):
    """Ten hills of 40 m."""
    gain, loss = gain_and_loss(lambda along: 300 - 20 * sin(along / METRES * 20 * pi + pi / 2), noise=noise)
    assert gain == pytest.approx(400, rel=0.05)
    assert loss == pytest.approx(400, rel=0.05)


def test_a_lost_fix_is_no_mountain():
    """A device without a fix writes 0, or its last calibration was 200 m off."""

    def height(along):
        return 0.0 if along < 100 or 5000 < along < 5003 else 500.0 if along < 7000 else 700.0

    assert gain_and_loss(height) == (0, 0)


def test_a_lift_is_no_climb_but_steep_steps_are():
    lift = [at(0, 0, 100.0), at(5, 60, 200.0), at(10, 65, 200.0)]
    assert measure([lift]).elevation_gain == 0
    stairs = [at(metre / 2, metre, 100 + metre * 0.4) for metre in range(400)]
    assert measure([stairs]).elevation_gain == pytest.approx(160, rel=0.25)


def test_points_without_elevation_are_passed_over():
    walk = steady(1000, 5, ele=lambda along: 300 + along / 10)
    holes = [point if i % 3 else at(i * 5 / 3.6, i) for i, point in enumerate(walk)]
    assert measure([holes]).elevation_gain == pytest.approx(100, abs=6)


def test_many_short_segments_climb_as_one():
    """A watch that pauses by itself at every corner."""
    walk = steady(1000, 5, ele=lambda along: 300 + along / 10)
    parts = [walk[i : i + 20] for i in range(0, len(walk), 20)]
    assert measure(parts).elevation_gain == pytest.approx(95, abs=6)
