"""Whole WebSocket frames as bytes. A server's are unmasked, so one frame serves every connection (RFC 6455, 5.1)."""

import struct

from gateway.codec import Encoding, encode

try:
    from websockets.speedups import apply_mask
except ImportError:  # where the wheel came without its C part
    from websockets.utils import apply_mask

_FIN = 0x80
_OPCODE = {Encoding.JSON: _FIN | 0x1, Encoding.MSGPACK: _FIN | 0x2}
_MESSAGES = frozenset(_OPCODE.values())
_MASK = 0x80
_MANY = 100  # frames in one read

TEXT_FRAME = _OPCODE[Encoding.JSON]
"""The first byte of a whole text message."""

EMPTY_PING = bytes((_FIN | 0x9, 0))


def framed(encoding: Encoding, payload: bytes) -> bytes:
    """One unfragmented frame: text for JSON, binary for MessagePack."""
    size = len(payload)
    if size < 126:
        return bytes((_OPCODE[encoding], size)) + payload
    if size < 65536:
        return struct.pack("!BBH", _OPCODE[encoding], 126, size) + payload
    return struct.pack("!BBQ", _OPCODE[encoding], 127, size) + payload


def frame(encoding: Encoding, message: object) -> bytes:
    """`message` encoded and framed. Raises TypeError or ValueError for what the encoding can't hold: a bug of ours."""
    return framed(encoding, encode(encoding, message))


def payload_of(frame: bytes) -> bytes:
    """What `framed` put into it."""
    return frame[2 if frame[1] < 126 else 4 if frame[1] == 126 else 10 :]


def whole_message(data: bytes) -> bytes | None:
    """The payload, where a client's bytes are exactly one unfragmented text or binary frame of less than 64 KiB."""
    size = len(data)
    if size < 6 or data[0] not in _MESSAGES:
        return None
    told = data[1] - _MASK
    if 0 <= told < 126 and size == 6 + told:
        return bytes(apply_mask(data[6:], data[2:6]))
    if told == 126 and size > 8 and size == 8 + int.from_bytes(data[2:4]):
        return bytes(apply_mask(data[8:], data[4:8]))
    return None


def ends_with_a_frame(data: bytes) -> bool:
    """Whether bytes that begin with a client's frame also end with one. False where that is not worth finding out."""
    at = 0
    for _ in range(_MANY):
        if len(data) < at + 2:
            return False
        told = data[at + 1] & ~_MASK
        if told < 126:
            at += 6 + told
        elif told == 126:
            at += 8 + int.from_bytes(data[at + 2 : at + 4])
        else:
            return False
        if at == len(data):
            return True
    return False
