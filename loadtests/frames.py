"""What is in a frame of the server. Watchers of one topic get the same bytes, so one generator parses them once."""

from functools import lru_cache
from typing import Any

import msgpack
import orjson

from gateway.codec import Encoding

_REMEMBERED = 256  # messages; the watchers of one push hear it within the same few turns of the loop


@lru_cache(maxsize=_REMEMBERED)
def read(encoding: Encoding, payload: bytes) -> dict[str, Any]:
    """Shared between all who got these bytes: do not change it. Raises ValueError for what is no map."""
    frame = orjson.loads(payload) if encoding is Encoding.JSON else msgpack.unpackb(payload)
    if not isinstance(frame, dict):
        raise ValueError(f"a frame is a map, not {type(frame).__name__}")  # noqa: TRY004 - what arrives is a value
    return frame
