"""What a request brings, checked: query parameters, body, headers. Refusals name the field."""

import asyncio
import re
from dataclasses import dataclass
from random import getrandbits
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from gateway.addresses import client_address
from gateway.codec import MAX_ELEMENTS, Encoding, decode
from gateway.schema import parse
from rules.refusal import Code, Refusal, invalid
from rules.route import gpx
from rules.route.points import MAX_POINTS

MAX_BODY = 1024 * 1024  # bytes
BODY_SECONDS = 20.0
LONG = 64 * 1024  # bytes; reading more JSON than a frame of a socket holds takes more than a moment

_KEY = re.compile(r"[\x21-\x7e]{1,64}\Z")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")
_DEVICE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,64}\Z")  # bytes that are no UTF-8 arrive as lone surrogates

BROKEN_OFF = Refusal(Code.BAD_REQUEST, "the body is malformed, or ended before all of it was there; send it again")
TOO_SLOW = Refusal(Code.BAD_REQUEST, f"the body did not arrive within {BODY_SECONDS:g} seconds; send it again")


def query(of: type | None, request: web.BaseRequest) -> Any | Refusal:
    """The query parameters as an instance of `of`; without a class, none are known. Repeated ones are refused."""
    try:
        pairs = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        return Refusal(Code.BAD_REQUEST, "the query is not well-formed; send fewer parameters, percent-encoded UTF-8")
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given:
            return invalid(name, "was given twice; give it once")
        if "\0" in value:
            return invalid(name, "holds a NUL character; leave it out")
        given[name] = value
    if of is not None:
        return parse(of, given)
    for name in given:
        return invalid(name, "is not known here; leave it out")
    return None


@dataclass(frozen=True, slots=True)
class Takes:
    """What a route takes as a body: a JSON object, or a file of one of these media types."""

    most: int = MAX_BODY  # bytes
    elements: int = MAX_ELEMENTS  # of JSON
    files: tuple[str, ...] = ()


JSON = Takes()
ROUTE = Takes(gpx.MAX_BYTES, 8 * MAX_POINTS, ("application/gpx+xml", "application/xml", "text/xml"))
"""A walk or run with its route. A point is an item with five entries."""


async def body(request: web.Request, takes: Takes = JSON) -> dict[str, Any] | bytes | Refusal:
    """The JSON object of the request, where an empty body is an empty object; or a file as it came."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return Refusal(Code.BAD_REQUEST, "compressed bodies are not taken; send it without Content-Encoding")
    if request.content_length is not None and request.content_length > takes.most:
        return _too_large(takes)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            payload = await request.clone(client_max_size=takes.most).read()
    except web.HTTPRequestEntityTooLarge:
        return _too_large(takes)
    except TimeoutError:
        return TOO_SLOW
    except (web.RequestPayloadError, ConnectionError):  # bad chunks, or the client has gone
        return BROKEN_OFF
    if request.content_type in takes.files:
        return payload
    if not payload:
        return {}
    if request.content_type != "application/json":
        or_file = f", or a GPX file, with {takes.files[0]}" if takes.files else ""
        return Refusal(Code.BAD_REQUEST, f"send the body as JSON, with Content-Type: application/json{or_file}")
    if len(payload) > LONG:
        return await asyncio.to_thread(decode, Encoding.JSON, payload, elements=takes.elements)
    return decode(Encoding.JSON, payload, elements=takes.elements)


def _too_large(takes: Takes) -> Refusal:
    text = f"the body is larger than {takes.most} bytes; send it in parts"
    return Refusal(Code.PAYLOAD_TOO_LARGE, text, {"limit": takes.most})


def key(request: web.BaseRequest) -> str | Refusal | None:
    given = request.headers.get("Idempotency-Key")
    if given is None or _KEY.match(given):
        return given
    return invalid("Idempotency-Key", "must have 1 to 64 printable ASCII characters")


def device(request: web.BaseRequest) -> str:
    """From `X-Device`, the same label that `hello` carries: which device's totals a sync replaces."""
    given = request.headers.get("X-Device", "")
    return given if _DEVICE.match(given) else "default"


def request_id(request: web.BaseRequest) -> str:
    """From `X-Request-Id`, or made: enough to find one request in the logs, and no secret."""
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.match(given) else f"{getrandbits(64):016x}"


def bearer(request: web.BaseRequest) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def address(request: web.BaseRequest, trusted_proxies: int) -> str:
    """Whose request it is, as far as limits are concerned."""
    forwarded = request.headers.getall("X-Forwarded-For", ())
    return client_address(request.remote or "", forwarded, trusted_proxies)
