"""The shape of every answer: data or error, and what is said beside it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from gateway.http.call import Pagination
from rules.days import stamp
from rules.refusal import Refusal


def json_bytes(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain)


def success(data: bytes, now: datetime, request_id: str, pagination: Pagination | None = None) -> bytes:
    """`data` is JSON already: its bytes also made the ETag."""
    meta: dict[str, Any] = {"timestamp": stamp(now), "requestId": request_id}
    if pagination is not None:
        meta["pagination"] = pagination
    return b'{"success":true,"data":%b,"meta":%b}' % (data, json_bytes(meta))


def failure(refusal: Refusal, now: datetime, request_id: str) -> bytes:
    error: dict[str, Any] = {"code": refusal.code.value, "message": refusal.message}
    if refusal.details is not None:
        error["details"] = refusal.details
    return json_bytes({"success": False, "error": error, "meta": {"timestamp": stamp(now), "requestId": request_id}})


def etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def names(header: str, tag: str) -> bool:
    """Whether an If-Match or If-None-Match header names this ETag (RFC 9110 13.1; weak marks make no difference)."""
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in header.split(","))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"can't put {type(value).__name__} into an answer")
