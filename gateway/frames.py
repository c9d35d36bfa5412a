"""Whole WebSocket frames as bytes. A server's are unmasked, so one frame serves every connection (RFC 6455, 5.1)."""

import struct

from gateway.codec import Encoding, encode

_FIN = 0x80
_OPCODE = {Encoding.JSON: _FIN | 0x1, Encoding.MSGPACK: _FIN | 0x2}


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


EMPTY_PING = bytes((_FIN | 0x9, 0))
