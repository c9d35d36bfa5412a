"""Topics, their history, and who is connected."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from actors.messages import Attend, Push
from gateway.close_codes import CloseCode
from gateway.codec import Encoding, decode
from gateway.sockets.frames import frame, payload_of
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.topics import as_msgpack
from gateway.sockets.wheel import Wheel
from tests.fakes import RecordingMember, TurnedClock

TOPIC = "challenge:1"


class World:
    def __init__(self, **limits: Any) -> None:
        self.clock = TurnedClock()
        self.wheel = Wheel()
        self.metrics = SocketMetrics()
        self.hub = Hub(clock=self.clock, random=Random(1), wheel=self.wheel, metrics=self.metrics, **limits)

    def pass_(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.wheel.turn(self.clock())

    def publish(self, count: int = 1, topic: str = TOPIC, *, ephemeral: bool = False) -> None:
        for number in range(count):
            self.hub.publish(Push(topic, "tick", {"n": number}, ephemeral))

    def member(self, user_id: str = "ada", session_id: str = "s1", **more: Any) -> RecordingMember:
        member = RecordingMember(user_id, session_id, **more)
        member.leave = self.hub.leave
        return member


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make() -> Callable[..., World]:
    return World


def offsets(frames: list[bytes] | None) -> list[int]:
    assert frames is not None
    messages = [decode(Encoding.JSON, payload_of(frame)) for frame in frames]
    return [message["offset"] for message in messages if isinstance(message, dict)]


def test_a_push_reaches_every_watcher_with_the_next_offset(world: World) -> None:
    watchers = [world.member(), world.member("bob", encoding=Encoding.MSGPACK)]
    for watcher in watchers:
        world.hub.subscribe(watcher, TOPIC)

    world.publish(2)

    expected = [
        {"topic": TOPIC, "offset": 1, "type": "tick", "data": {"n": 0}},
        {"topic": TOPIC, "offset": 2, "type": "tick", "data": {"n": 1}},
    ]
    assert [watcher.messages for watcher in watchers] == [expected, expected]
    assert (world.metrics.pushes, world.metrics.deliveries) == (2, 4)


def test_all_watchers_of_an_encoding_get_the_very_same_bytes(world: World) -> None:
    frames: list[bytes] = []
    for name in ("ada", "bob"):
        member = world.member(name)
        member.write = frames.append  # type: ignore[method-assign]
        world.hub.subscribe(member, TOPIC)

    world.publish()

    assert len(frames) == 2
    assert frames[0] is frames[1]


def test_an_ephemeral_push_passes_those_that_it_is_hidden_from(world: World) -> None:
    ada, bob, cat = world.member(), world.member("bob"), world.member("cat", encoding=Encoding.MSGPACK)
    for watcher in (ada, bob, cat):
        world.hub.subscribe(watcher, TOPIC)

    world.hub.publish(Push(TOPIC, "tick", {}, ephemeral=True, hidden_from=frozenset({"bob", "cat"})))

    assert [len(watcher.messages) for watcher in (ada, bob, cat)] == [1, 0, 0]


def test_an_ephemeral_push_has_no_offset_and_is_never_replayed(world: World) -> None:
    watcher = world.member()
    start = world.hub.subscribe(watcher, TOPIC)

    world.publish(ephemeral=True)

    assert watcher.messages == [{"topic": TOPIC, "type": "tick", "data": {"n": 0}}]
    assert world.hub.since(TOPIC, *start) == []


def test_who_unsubscribes_hears_no_more(world: World) -> None:
    watcher = world.member()
    world.hub.subscribe(watcher, TOPIC)
    world.hub.unsubscribe(watcher, TOPIC)
    world.hub.unsubscribe(watcher, TOPIC)

    world.publish()

    assert watcher.messages == []


def test_who_comes_back_gets_what_they_missed_in_order(world: World) -> None:
    watcher = world.member()
    start = world.hub.subscribe(watcher, TOPIC)
    world.publish(3)
    world.hub.unsubscribe(watcher, TOPIC)
    world.pass_(60)
    world.publish(2)

    assert world.hub.is_watched(TOPIC)  # those who may come back count
    assert offsets(world.hub.since(TOPIC, start.epoch, 3)) == [4, 5]
    assert offsets(world.hub.since(TOPIC, start.epoch, 0)) == [1, 2, 3, 4, 5]
    assert world.hub.since(TOPIC, start.epoch, 5) == []


def test_missed_pushes_come_in_the_encoding_of_who_missed_them(world: World) -> None:
    start = world.hub.subscribe(world.member(), TOPIC)
    world.publish()

    (missed,) = world.hub.since(TOPIC, *start, Encoding.MSGPACK) or ()

    assert decode(Encoding.MSGPACK, payload_of(missed)) == {
        "topic": TOPIC,
        "offset": 1,
        "type": "tick",
        "data": {"n": 0},
    }


def test_what_cannot_be_told_any_more_is_not_recovered(make: Callable[..., World]) -> None:
    world = make(history=3)
    start = world.hub.subscribe(world.member(), TOPIC)
    world.publish(5)

    assert offsets(world.hub.since(TOPIC, start.epoch, 2)) == [3, 4, 5]
    assert world.hub.since(TOPIC, start.epoch, 1) is None
    assert world.hub.since(TOPIC, start.epoch, 6) is None  # from the future
    assert world.hub.since(TOPIC, "another epoch", 5) is None
    assert world.hub.since("challenge:2", start.epoch, 0) is None


def test_pushes_grow_too_old_even_while_the_topic_is_watched(make: Callable[..., World]) -> None:
    world = make(history_seconds=300)
    start = world.hub.subscribe(world.member(), TOPIC)
    world.publish(2)
    world.pass_(200)
    world.publish(1)
    world.pass_(101)

    assert world.hub.since(TOPIC, start.epoch, 1) is None
    assert offsets(world.hub.since(TOPIC, start.epoch, 2)) == [3]

    world.pass_(1000)
    assert world.hub.since(TOPIC, start.epoch, 3) == []
    assert world.hub.subscribe(world.member("bob"), TOPIC) == (start.epoch, 3)


def test_large_pushes_are_kept_up_to_a_limit_in_bytes(make: Callable[..., World]) -> None:
    """However few they are: else one user could fill the memory with a workout of long notes."""
    world = make()
    epoch = world.hub.open(TOPIC).epoch
    for size in (*[1_000_000] * 6, 5_000_000, 10):
        world.hub.publish(Push(TOPIC, "note", {"text": "x" * size}))

    assert world.hub.since(TOPIC, epoch, 6) is None
    assert offsets(world.hub.since(TOPIC, epoch, 7)) == [8]
    for size in [1_000_000] * 6:
        world.hub.publish(Push(TOPIC, "note", {"text": "x" * size}))
    assert offsets(world.hub.since(TOPIC, epoch, 10)) == [11, 12, 13, 14]
    assert world.hub.since(TOPIC, epoch, 9) is None
    world.pass_(301)
    assert world.hub.since(TOPIC, epoch, 13) is None


def test_small_pushes_are_made_messagepack_once_and_large_ones_take_no_room(world: World) -> None:
    for size, same in ((10, True), (100_000, False)):
        push = frame(Encoding.JSON, {"text": "x" * size})
        assert as_msgpack(push) == frame(Encoding.MSGPACK, {"text": "x" * size})
        assert (as_msgpack(push) is as_msgpack(push)) is same


def test_a_topic_that_nobody_watches_ends_and_its_next_life_has_another_epoch(make: Callable[..., World]) -> None:
    world = make(history_seconds=300)
    watcher = world.member()
    start = world.hub.subscribe(watcher, TOPIC)
    world.publish(1)
    world.hub.unsubscribe(watcher, TOPIC)
    world.pass_(301)

    assert not world.hub.is_watched(TOPIC)
    assert world.metrics.topics == 0
    assert world.hub.since(TOPIC, *start) is None
    assert world.hub.subscribe(watcher, TOPIC).epoch != start.epoch


def test_topics_that_nobody_watches_are_bounded_and_the_longest_left_goes_first(make: Callable[..., World]) -> None:
    world = make(topics=2)
    watcher = world.member()
    for number in range(4):
        world.hub.subscribe(watcher, f"challenge:{number}")
    for number in range(3):
        world.hub.unsubscribe(watcher, f"challenge:{number}")
    world.hub.subscribe(watcher, "challenge:new")

    assert not world.hub.is_watched("challenge:0")
    assert all(world.hub.is_watched(f"challenge:{name}") for name in (2, 3, "new"))


def test_the_end_of_a_topics_earlier_life_harms_no_later_one(make: Callable[..., World]) -> None:
    world = make(topics=1, history_seconds=300)
    watcher = world.member()
    world.hub.open(TOPIC)
    world.pass_(100)
    world.hub.open("challenge:2")  # takes its place
    world.hub.subscribe(watcher, TOPIC)
    world.hub.unsubscribe(watcher, TOPIC)
    world.pass_(250)
    world.publish()

    assert world.hub.is_watched(TOPIC)
    world.pass_(100)
    assert not world.hub.is_watched(TOPIC)


def test_what_is_published_after_open_is_kept_for_who_subscribes_later(world: World) -> None:
    begun = world.hub.open(TOPIC)
    world.publish(2)

    assert offsets(world.hub.since(TOPIC, *begun)) == [1, 2]


def test_guessing_names_leaves_nothing_behind(world: World) -> None:
    world.hub.open("challenge:guessed")
    world.hub.discard("challenge:guessed")
    world.hub.discard("challenge:never opened")

    assert world.metrics.topics == 0


def test_discarding_harms_nobody_who_watches(world: World) -> None:
    watcher = world.member()
    world.hub.subscribe(watcher, TOPIC)
    world.hub.discard(TOPIC)

    world.publish()

    assert len(watcher.messages) == 1


def test_a_push_that_cannot_be_encoded_is_dropped_and_takes_no_offset(world: World) -> None:
    watcher = world.member()
    world.hub.subscribe(watcher, TOPIC)

    world.hub.publish(Push(TOPIC, "tick", {"bug": object()}))
    world.publish()

    assert [message["offset"] for message in watcher.messages] == [1]
    assert world.metrics.unsendable == 1


def test_data_that_changes_after_publishing_changes_no_push(world: World) -> None:
    start = world.hub.subscribe(world.member(), TOPIC)
    data = {"n": 1}
    world.hub.publish(Push(TOPIC, "tick", data))
    data["n"] = 2

    (missed,) = world.hub.since(TOPIC, *start, Encoding.MSGPACK) or ()
    message = decode(Encoding.MSGPACK, payload_of(missed))
    assert isinstance(message, dict)
    assert message["data"] == {"n": 1}


# --- users ---


def test_every_connection_of_a_user_is_told_to_attend(world: World) -> None:
    mine, other = [world.member(), world.member()], world.member("bob")
    for member in (*mine, other):
        world.hub.admit(member)

    world.hub.attend(Attend("ada", TOPIC))
    world.hub.attend(Attend("ada", TOPIC, on=False))
    world.hub.attend(Attend("nobody", TOPIC))

    assert [member.attends for member in mine] == [[(TOPIC, True), (TOPIC, False)]] * 2
    assert other.attends == []


def test_a_topic_can_be_closed_to_all_but_some(world: World) -> None:
    ada, bob = world.member("ada"), world.member("bob")
    for member in (ada, bob):
        world.hub.admit(member)
        world.hub.subscribe(member, TOPIC)

    world.hub.attend(Attend(None, TOPIC, on=False, keep=frozenset({"bob"})))
    world.hub.attend(Attend(None, "nobody:watches", on=False))

    assert ada.attends == [(TOPIC, False)]
    assert bob.attends == []


def test_the_eleventh_connection_of_a_user_closes_the_oldest(world: World) -> None:
    members = [world.member() for _ in range(12)]

    for member in members:
        world.hub.admit(member)

    assert [member.closed for member in members] == [CloseCode.REPLACED] * 2 + [None] * 10


def test_a_revoked_sign_in_is_told_and_closed_and_no_other(world: World) -> None:
    gone, stays, other = world.member(session_id="s1"), world.member(session_id="s2"), world.member("bob", "s1")
    for member in (gone, stays, other):
        world.hub.admit(member)

    world.hub.revoke("ada", "s1")

    assert gone.messages == [{"topic": "user:ada", "type": "session:revoked", "data": {}}]
    assert [member.closed for member in (gone, stays, other)] == [CloseCode.UNAUTHENTICATED, None, None]
    assert world.hub.presence("ada") == "online"


def test_a_disabled_account_is_closed_everywhere_and_told_not_to_come_back(world: World) -> None:
    members = [world.member(session_id="s1"), world.member(session_id="s2")]
    for member in members:
        world.hub.admit(member)

    world.hub.revoke("ada", disabled=True)

    assert [member.closed for member in members] == [CloseCode.DISABLED] * 2
    assert world.hub.presence("ada") != "online"
    assert not CloseCode.DISABLED.reconnect


def test_who_leaves_watches_nothing_and_may_leave_twice(world: World) -> None:
    member = world.member()
    world.hub.admit(member)
    world.hub.subscribe(member, TOPIC)
    member.topics.add(TOPIC)

    world.hub.leave(member)
    world.hub.leave(member)
    world.publish()

    assert member.messages == []
    assert not member.topics
    assert world.metrics.users == 0


def test_what_a_user_watches_is_what_any_of_their_connections_watches_or_has_asked_to(world: World) -> None:
    phone, tablet, other = world.member(session_id="s1"), world.member(session_id="s2"), world.member(user_id="bob")
    for member in (phone, tablet, other):
        world.hub.admit(member)
    phone.topics |= {"user:ada", "challenge:1"}
    tablet.topics |= {"user:ada"}
    tablet.subscribing = {"challenge:2"}
    other.topics |= {"challenge:3"}

    assert world.hub.watched_by("ada") == {"user:ada", "challenge:1", "challenge:2"}
    assert world.hub.watched_by("nobody") == set()
