"""WebSocket frames of a client, built ahead and read fast. Nothing here checks anything: the server is ours."""

import struct
from collections.abc import Callable
from typing import TypeAlias

import orjson

IsReply: TypeAlias = Callable[[bytes], bool]

TEXT, BINARY, PING, PONG = 0x81, 0x82, 0x89, 0x8A
_MASKED = 0x80
_NO_MASK = bytes(4)  # a key of zeros leaves the payload as it is, and costs the server the same


class Refused(Exception):
    """The server has said no."""


def framed(payload: bytes, opcode: int = TEXT) -> bytes:
    """One masked frame."""
    size = len(payload)
    if size < 126:
        return bytes((opcode, _MASKED | size)) + _NO_MASK + payload
    return struct.pack("!BBH", opcode, _MASKED | 126, size) + _NO_MASK + payload


def command(name: str, data: object, id: int = 1) -> bytes:
    """A command of Gauntlet's protocol as a frame."""
    return framed(orjson.dumps({"id": id, "type": name, "data": data}))


def handshake(path: str = "/ws", subprotocol: str | None = None) -> bytes:
    offered = f"Sec-WebSocket-Protocol: {subprotocol}\r\n" if subprotocol else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{offered}"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def split(data: bytes) -> tuple[list[bytes], bytes, list[bytes]]:
    """A server's bytes → (payloads of whole messages, the rest, payloads of pings: each wants a pong of the same)."""
    payloads: list[bytes] = []
    pings: list[bytes] = []
    at, end = 0, len(data)
    while end - at >= 2:
        size, body = data[at + 1], at + 2
        if size == 126:
            if end < at + 4:
                break
            size, body = int.from_bytes(data[at + 2 : at + 4]), at + 4
        elif size == 127:
            if end < at + 10:
                break
            size, body = int.from_bytes(data[at + 2 : at + 10]), at + 10
        if end < body + size:
            break
        if not data[at] & 0x08:  # no control frame
            payloads.append(data[body : body + size])
        elif data[at] == PING:
            pings.append(data[body : body + size])
        at = body + size
    return payloads, data[at:], pings


def is_reply(payload: bytes) -> bool:
    """A reply of Gauntlet, and not a push. Raises Refused where it is no `ok`: a benchmark is about what goes well."""
    if not payload.startswith(b'{"id":'):
        return False
    if b'"ok":' not in payload[:40]:
        raise Refused(payload[:300].decode(errors="replace"))
    return True
