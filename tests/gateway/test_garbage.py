"""The long collections wait for a quiet moment, but not for ever."""

import pytest

from gateway.garbage import LONGEST, QUIET, WORTH_IT, Garbage

EVERY = 30.0  # s between looks


class Machine:
    def __init__(self) -> None:
        self.now = self.cpu = 0.0
        self.collections = 0
        self.garbage = Garbage(clock=lambda: self.now, cpu=lambda: self.cpu, collect=self.collect)

    def collect(self) -> None:
        self.collections += 1
        self.cpu += 0.4

    def goes_on(self, seconds: float, load: float) -> None:
        """`load` of a core, with a look every half minute."""
        for _ in range(round(seconds / EVERY)):
            self.now += EVERY
            self.cpu += load * EVERY
            self.garbage.look()


@pytest.fixture
def machine():
    return Machine()


def test_it_waits_until_people_have_gone(machine):
    machine.goes_on(1800, load=0.5)
    assert machine.collections == 0

    machine.goes_on(60, load=0.01)
    assert machine.collections == 1


def test_an_idle_server_has_nothing_new_to_find(machine):
    machine.goes_on(1800, load=0.5)
    machine.goes_on(600, load=0.001)
    assert machine.collections == 1


def test_a_little_work_adds_up(machine):
    load = QUIET / 2
    machine.goes_on(WORTH_IT / load + 2 * EVERY, load)
    assert machine.collections == 1


def test_one_that_is_never_quiet_gets_its_pause_all_the_same(machine):
    machine.goes_on(LONGEST - EVERY, load=0.9)
    assert machine.collections == 0

    machine.goes_on(2 * LONGEST, load=0.9)
    assert machine.collections == 2
