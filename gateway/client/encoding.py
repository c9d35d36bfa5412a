"""The two encodings of a frame, as a client needs them."""

from typing import Any, Literal

import msgpack
import orjson

Encoding = Literal["json", "msgpack"]


def subprotocol(encoding: Encoding) -> str:
    return f"gauntlet.v1+{encoding}"


def encode(frame: dict[str, Any], encoding: Encoding) -> bytes:
    """Raises TypeError for what the encoding cannot carry."""
    if encoding == "json":
        return orjson.dumps(frame)
    packed: bytes = msgpack.packb(frame, use_bin_type=True)
    return packed


def decode(payload: bytes, encoding: Encoding) -> dict[str, Any]:
    """Raises ValueError for a frame that is no map."""
    frame = orjson.loads(payload) if encoding == "json" else msgpack.unpackb(payload, raw=False)
    if not isinstance(frame, dict):
        raise ValueError(f"a frame is a map, not {type(frame).__name__}")  # noqa: TRY004 - what arrives is a value
    return frame
