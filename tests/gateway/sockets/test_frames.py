"""Frames as bytes, compared with what the library makes of them."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from gateway.codec import Encoding
from gateway.sockets.frames import EMPTY_PING, ends_with_a_frame, framed, payload_of, whole_message

payloads = st.binary(max_size=300) | st.integers(65_000, 66_000).map(bytes)
frames = st.builds(
    lambda opcode, payload, fin: Frame(opcode, payload, fin).serialize(mask=True),
    st.sampled_from([Opcode.TEXT, Opcode.BINARY, Opcode.CONT]),
    payloads,
    st.booleans(),
)


@given(payloads, st.sampled_from(Encoding))
def test_what_we_send_is_what_the_library_would_send(payload: bytes, encoding: Encoding) -> None:
    opcode = Opcode.TEXT if encoding is Encoding.JSON else Opcode.BINARY

    assert framed(encoding, payload) == Frame(opcode, payload).serialize(mask=False)
    assert payload_of(framed(encoding, payload)) == payload


def test_our_ping_is_a_ping() -> None:
    assert Frame(Opcode.PING, b"").serialize(mask=False) == EMPTY_PING


@given(st.binary(max_size=65_000), st.sampled_from([Opcode.TEXT, Opcode.BINARY]))
def test_a_whole_message_is_recognised(payload: bytes, opcode: Opcode) -> None:
    assert whole_message(Frame(opcode, payload).serialize(mask=True)) == payload


@given(frames, st.data())
def test_a_part_of_a_frame_or_more_than_one_is_no_whole_message(frame: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(frame) - 1))

    assert whole_message(frame[:cut]) is None
    assert whole_message(frame + b"\x81") is None


def test_what_is_not_masked_or_not_a_message_is_left_to_the_library() -> None:
    for opcode in (Opcode.PING, Opcode.CLOSE, Opcode.CONT):
        assert whole_message(Frame(opcode, b"").serialize(mask=True)) is None
    assert whole_message(Frame(Opcode.TEXT, b"", fin=False).serialize(mask=True)) is None
    assert whole_message(Frame(Opcode.TEXT, b"x" * 10).serialize(mask=False)) is None


@given(st.lists(frames.filter(lambda frame: len(frame) < 60_000), min_size=1, max_size=5), st.data())
def test_the_end_of_a_frame_is_found(many: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(many)
    ends = [sum(map(len, many[: count + 1])) for count in range(len(many))]
    cut = data.draw(st.integers(0, len(stream)))

    assert ends_with_a_frame(stream)
    assert ends_with_a_frame(stream[:cut]) is (cut in ends)
