"""One timer for everything."""

from gateway.sockets.wheel import Timed, Wheel


class Bell(Timed):
    """Rings when it is due, and notes when it was looked at."""

    def __init__(self, *again: float | None) -> None:
        super().__init__()
        self.again = list(again)
        self.looked: list[float] = []

    def due(self, now: float) -> float | None:
        self.looked.append(now)
        return self.again.pop(0) if self.again else None


class Broken(Timed):
    def due(self, now: float) -> float | None:
        raise RuntimeError("a bug behind a timer")


def test_nothing_is_looked_at_early_nor_much_too_late() -> None:
    wheel, bell = Wheel(granularity=0.25), Bell()
    wheel.at(10.1, bell)

    for quarter in range(60):
        wheel.turn(quarter / 4)

    assert len(bell.looked) == 1
    assert 10.1 <= bell.looked[0] <= 10.6


def test_it_is_looked_at_again_when_it_says() -> None:
    wheel, bell = Wheel(), Bell(20, 30, None)
    wheel.at(10, bell)

    for now in range(100):
        wheel.turn(now)

    assert bell.looked == [11, 21, 31]


def test_an_earlier_wish_replaces_a_later_one() -> None:
    wheel, bell = Wheel(), Bell()
    wheel.at(50, bell)
    wheel.at(10, bell)
    wheel.at(40, bell)

    for now in range(100):
        wheel.turn(now)

    assert bell.looked == [11]


def test_a_jump_of_the_clock_skips_nothing() -> None:
    wheel, bells = Wheel(), [Bell() for _ in range(5)]
    for when, bell in enumerate(bells):
        wheel.at(when * 1000, bell)

    wheel.turn(1_000_000)

    assert all(bell.looked for bell in bells)


def test_a_broken_timer_stops_no_other() -> None:
    wheel, bell = Wheel(), Bell()
    wheel.at(1, Broken())
    wheel.at(1, bell)

    wheel.turn(5)

    assert bell.looked == [5]
