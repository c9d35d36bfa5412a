"""Who is there, as connections come and go: a short drop is none."""

from random import Random

import pytest

from actors.messages import Veil
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.wheel import Wheel
from tests.fakes import RecordingMember, TurnedClock

GRACE = 15


class World:
    def __init__(self) -> None:
        self.clock = TurnedClock()
        self.wheel = Wheel()
        self.told: list[tuple[str, bool]] = []
        self.hub = Hub(
            clock=self.clock,
            random=Random(1),
            wheel=self.wheel,
            metrics=SocketMetrics(),
            presence_grace=GRACE,
            present=lambda user_id, online: self.told.append((user_id, online)),
        )

    def pass_(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.wheel.turn(self.clock())

    def come(self, user_id: str = "ada") -> RecordingMember:
        member = RecordingMember(user_id, "s1")
        member.leave = self.hub.leave
        self.hub.admit(member)
        return member


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_connection_is_told_and_no_other(world: World) -> None:
    world.come()
    world.come()
    world.come("bob")

    assert world.told == [("ada", True), ("bob", True)]
    assert [world.hub.presence(user_id) for user_id in ("ada", "bob", "cat")] == ["online", "online", "offline"]


def test_somebody_is_gone_when_the_grace_after_their_last_connection_is_over(world: World) -> None:
    first, last = world.come(), world.come()
    world.hub.leave(first)
    world.pass_(10 * GRACE)
    assert world.hub.presence("ada") == "online"

    world.hub.leave(last)
    world.pass_(GRACE - 1)
    assert world.hub.presence("ada") == "away"
    assert world.told == [("ada", True)]

    world.pass_(2)
    assert world.hub.presence("ada") == "offline"
    assert world.told == [("ada", True), ("ada", False)]


def test_a_short_drop_is_never_told(world: World) -> None:
    for _ in range(3):
        world.hub.leave(world.come())
        world.pass_(GRACE - 1)
    world.come()
    world.pass_(10 * GRACE)

    assert world.told == [("ada", True)]
    assert world.hub.presence("ada") == "online"


def test_each_drop_has_the_whole_grace(world: World) -> None:
    world.hub.leave(world.come())
    world.pass_(GRACE - 1)
    world.hub.leave(world.come())
    world.pass_(GRACE - 1)

    assert world.hub.presence("ada") == "away"
    world.pass_(2)
    assert world.told == [("ada", True), ("ada", False)]


def test_who_comes_back_later_is_told_again(world: World) -> None:
    world.hub.leave(world.come())
    world.pass_(2 * GRACE)
    world.come()

    assert world.told == [("ada", True), ("ada", False), ("ada", True)]


def test_behind_a_veil_nobody_is_seen_until_it_falls_or_they_have_gone(world: World) -> None:
    world.hub.veil(Veil("ada", on=True))
    connection = world.come()
    assert world.hub.seen("ada") == "online", "nobody was there to be veiled"

    world.hub.veil(Veil("ada", on=True))
    assert (world.hub.seen("ada"), world.hub.presence("ada")) == ("offline", "online")
    world.hub.veil(Veil("ada", on=False))
    assert world.hub.seen("ada") == "online"

    world.hub.veil(Veil("ada", on=True))
    world.hub.leave(connection)
    assert world.hub.seen("ada") == "offline"
    world.pass_(2 * GRACE)
    world.come()
    assert world.hub.seen("ada") == "online", "their own actor says so anew"


def test_a_connection_that_never_said_who_it_is_leaves_nobody(world: World) -> None:
    world.hub.leave(RecordingMember("ada", "s1"))
    world.pass_(2 * GRACE)

    assert world.told == []
