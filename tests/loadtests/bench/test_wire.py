import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.codec import Encoding
from gateway.sockets.frames import EMPTY_PING, framed, whole_message
from loadtests.bench import wire

PAYLOADS = st.lists(st.binary(max_size=300), max_size=6)


@given(st.binary(max_size=70_000 - 10_000))
def test_the_server_reads_what_the_generator_frames(payload):
    assert whole_message(wire.framed(payload)) == payload


@given(PAYLOADS, st.integers(min_value=0, max_value=400))
def test_whole_messages_are_split_off_wherever_the_bytes_end(payloads, cut):
    """The rest goes on with what is read next."""
    data = b"".join(framed(Encoding.JSON, payload) for payload in payloads)
    first, rest, _ = wire.split(data[:cut])
    then, nothing, _ = wire.split(rest + data[cut:])

    assert first + then == payloads
    assert nothing == b""


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_messages_of_every_length_are_read(size):
    payload = b"x" * size

    assert wire.split(framed(Encoding.JSON, payload)) == ([payload], b"", [])


def test_a_ping_is_no_message():
    """Its payload has to come back in the pong."""
    assert wire.split(b"\x89\x02hi" + EMPTY_PING + framed(Encoding.JSON, b"{}")) == ([b"{}"], b"", [b"hi", b""])


def test_a_reply_is_told_from_a_push():
    assert wire.is_reply(b'{"id":1,"ok":{}}')
    assert not wire.is_reply(b'{"topic":"user:1","offset":1,"type":"stats:update","data":{}}')


def test_a_refusal_ends_the_measurement():
    """What goes wrong fast would look good."""
    with pytest.raises(wire.Refused, match="BUSY"):
        wire.is_reply(b'{"id":1,"error":{"code":"BUSY"}}')
