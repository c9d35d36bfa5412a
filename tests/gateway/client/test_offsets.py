"""Where a client stands in its topics."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.client.offsets import Offsets


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8), max_size=5))
def test_every_push_is_handled_once_in_whatever_order_and_however_often_it_comes(
    order: list[int], repeated: list[int]
) -> None:
    offsets = Offsets()
    offsets.subscribed("t", "e", 0, recovered=True)
    verdicts = [offsets.pushed("t", offset) for offset in [*order, *repeated]]

    assert verdicts.count("duplicate") == len(repeated) == offsets.counts.duplicates
    assert offsets.counts.gaps == offsets.counts.out_of_order
    assert offsets.resume() == {"t": {"epoch": "e", "offset": 8}}


def test_a_topic_without_an_epoch_cannot_be_resumed_until_it_is_told() -> None:
    offsets = Offsets()
    offsets.pushed("t", 5)
    assert offsets.resume() == {}

    assert offsets.subscribed("t", "e", 5, recovered=False)
    assert offsets.resume() == {"t": {"epoch": "e", "offset": 5}}
    assert offsets.counts.unrecovered == 0


def test_after_a_restart_a_topic_without_an_epoch_begins_anew() -> None:
    """Its offsets start from the beginning; what comes then is no duplicate."""
    offsets = Offsets()
    offsets.pushed("t", 5)

    assert not offsets.subscribed("t", "f", 0, recovered=False)
    assert offsets.pushed("t", 1) == "next"
    assert offsets.counts.unrecovered == 1


def test_what_a_resume_recovers_comes_after_our_own_position() -> None:
    offsets = Offsets()
    offsets.subscribed("t", "e", 3, recovered=True)
    assert offsets.subscribed("t", "e", 6, recovered=True)

    assert [offsets.pushed("t", offset) for offset in (4, 5, 6, 7)] == ["next"] * 4


def test_what_a_resume_does_not_recover_is_lost_and_the_server_s_position_counts() -> None:
    offsets = Offsets()
    offsets.subscribed("t", "e", 3, recovered=True)
    assert not offsets.subscribed("t", "f", 1, recovered=False)

    assert offsets.pushed("t", 2) == "next"
    assert offsets.counts.unrecovered == 1


def test_an_unsubscribed_topic_is_forgotten() -> None:
    offsets = Offsets()
    offsets.subscribed("t", "e", 3, recovered=True)
    offsets.unsubscribed("t")

    assert offsets.resume() == {}
    assert offsets.since("t") is None
