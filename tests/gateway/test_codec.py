"""Both encodings accept the same messages and refuse the same, within the limits."""

import json
from typing import Any

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.codec import MAX_DEPTH, MAX_ELEMENTS, MAX_INTEGER, MIN_INTEGER, Encoding, decode, encode
from rules.refusal import Code, Refusal

scalars = (
    st.none()
    | st.booleans()
    | st.integers(MIN_INTEGER, MAX_INTEGER)
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=8)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=30,
)
messages = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), values, max_size=5)


def in_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def in_msgpack(value: object) -> bytes | None:
    """None for an integer that even MessagePack has no form for."""
    try:
        return msgpack.packb(value)
    except OverflowError:
        return None


@given(messages)
@example({"a": 2**63})
@example({"a": -(2**63) - 1})
@example({"a": float(2**63)})
@example({"a": 2**64 - 1, "b": float("inf")})
@example({"a\0": 1})
def test_what_one_encoding_accepts_the_other_accepts_as_the_same_message(message: dict[str, Any]) -> None:
    from_json = decode(Encoding.JSON, in_json(message))
    packed = in_msgpack(message)
    if packed is None:
        assert isinstance(from_json, Refusal)
        return

    from_msgpack = decode(Encoding.MSGPACK, packed)

    if isinstance(from_json, Refusal):
        assert isinstance(from_msgpack, Refusal)
    else:
        assert from_json == from_msgpack == message


@given(messages, st.sampled_from(Encoding))
def test_a_message_that_is_accepted_survives_a_round_trip(message: dict[str, Any], encoding: Encoding) -> None:
    accepted = decode(Encoding.JSON, in_json(message))
    if not isinstance(accepted, Refusal):
        assert decode(encoding, encode(encoding, accepted)) == accepted


@given(st.binary(max_size=200), st.sampled_from(Encoding))
def test_rubbish_is_refused_and_never_an_exception(payload: bytes, encoding: Encoding) -> None:
    decoded = decode(encoding, payload)

    assert isinstance(decoded, dict) or decoded.code is Code.BAD_REQUEST


def nested(depth: int) -> dict[str, Any]:
    """A message of so many levels."""
    value: Any = 1
    for _ in range(depth - 1):
        value = [value]
    return {"a": value}


both = pytest.mark.parametrize("encoding", Encoding)


def written(encoding: Encoding, value: object) -> bytes:
    packed = in_json(value) if encoding is Encoding.JSON else in_msgpack(value)
    assert packed is not None
    return packed


@both
@pytest.mark.parametrize(
    ("message", "word"),
    [
        (nested(MAX_DEPTH + 1), "deep"),
        (nested(500), "deep"),
        ({"a": [0] * MAX_ELEMENTS}, "elements"),
        ({"a": {str(n): n for n in range(MAX_ELEMENTS)}}, "elements"),
        ({"a": ["b\0"]}, "NUL"),
        ({"a": {"\0": 1}}, "NUL"),
        ({"a": 2**63}, "64 bits"),
        ({"a": 2**64 - 1}, "64 bits"),
        ({"a": [float("nan")]}, ""),
        ({"a": float("-inf")}, ""),
        ([1], "map"),
        ("a", "map"),
        (7, "map"),
        (None, "map"),
        ([], "map"),
    ],
)
def test_a_message_over_a_limit_is_refused_with_the_reason(encoding: Encoding, message: object, word: str) -> None:
    refusal = decode(encoding, written(encoding, message))

    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.BAD_REQUEST
    assert word in refusal.message


@both
@pytest.mark.parametrize(
    "message",
    [
        {},
        nested(MAX_DEPTH),
        {"a": [0] * (MAX_ELEMENTS - 1)},
        {"a": MAX_INTEGER, "b": MIN_INTEGER},
        {"a": 1e300, "b": float(2**63), "c": -0.5},
        {"\u1234": "\U0001f3c3", "": ""},
    ],
)
def test_a_message_at_the_limits_is_accepted(encoding: Encoding, message: dict[str, Any]) -> None:
    assert decode(encoding, written(encoding, message)) == message


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b" ",
        b"{",
        b'{"a":1}{"b":2}',
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e999}',
        b'{"a":123456789012345678901234567890}',
        b'{"a":-9223372036854775809}',
        b'{"a":18446744073709551616}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xff"}',
        b'{"a":"\\u0000"}',
        b'{"a":"\x00"}',
        b'{1:"a"}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' + b"[" * 1020 + b"1e30" + b"]" * 1020 + b',"a":1e30}',
    ],
)
def test_json_that_is_not_a_message_is_refused(payload: bytes) -> None:
    assert isinstance(decode(Encoding.JSON, payload), Refusal)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x81",
        b"\x80\x80",
        b"\x80\x00",
        b"\xc1",
        b"\x81\xa1a\xc4\x01b",  # bin
        b"\x81\xa1a\xd4\x05b",  # fixext
        b"\x81\xa1a\xd6\xff\x00\x00\x00\x00",  # timestamp
        b"\x81\xa1a\xc7\x0c\xff" + b"\xff" * 12,  # a timestamp of impossible nanoseconds
        b"\x81\xa1a\xcf" + b"\xff" * 8,  # uint64
        b"\x81\xa1a\xca\x7f\xc0\x00\x00",  # NaN as float32
        b"\x81\xa1a\xa3\xed\xa0\x80",  # a lone surrogate
        b"\x81\xa1a\xa1\xff",
        b"\x81\x01\x01",  # keys: an integer,
        b"\x81\xc0\x01",  # nil,
        b"\x81\xc4\x01a\x01",  # bytes,
        b"\x81\x90\x01",  # a list
        b"\xdf\xff\xff\xff\xff",  # lengths that are not there
        b"\x81\xa1a\xdd\xff\xff\xff\xff",
        b"\x81\xa1a\xdb\xff\xff\xff\xff",
        b"\x91" * 100_000,
    ],
)
def test_msgpack_that_is_not_a_message_is_refused(payload: bytes) -> None:
    assert isinstance(decode(Encoding.MSGPACK, payload), Refusal)


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [(Encoding.JSON, b'{"a":1,"a":2}'), (Encoding.MSGPACK, b"\x82\xa1a\x01\xa1a\x02")],
)
def test_of_a_repeated_key_the_last_value_counts(encoding: Encoding, payload: bytes) -> None:
    assert decode(encoding, payload) == {"a": 2}


@both
def test_read_only_mappings_of_our_own_can_be_sent(encoding: Encoding) -> None:
    from types import MappingProxyType

    assert decode(encoding, encode(encoding, {"a": MappingProxyType({"b": (1, 2)})})) == {"a": {"b": [1, 2]}}


@both
def test_what_cannot_travel_is_a_bug(encoding: Encoding) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(encoding, {"a": object()})
