"""Headers that every answer carries, and who of other origins may read them."""

import re

from aiohttp import web

from gateway.http.ports import Settings

# pages come with their own; an API answer is never a page
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Device, X-Request-Id"
_EXPOSED_HEADERS = (
    "ETag, Location, Retry-After, X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy"
)


def put(response: web.StreamResponse, request: web.BaseRequest, settings: Settings, request_id: str) -> None:
    headers = response.headers
    headers["X-Request-Id"] = request_id
    headers["Server"] = "gauntlet"  # not which versions of what
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Content-Security-Policy", API_POLICY)
    headers.setdefault("Cache-Control", "no-store")
    if settings.mode == "production":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers["Vary"] = "Origin"
    if _allowed(request, settings):
        headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS


def preflight(request: web.Request, settings: Settings) -> web.Response:
    """The answer to a browser that asks before it sends. Without the headers it won't."""
    response = web.Response(status=204)
    if _allowed(request, settings):
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
        response.headers["Access-Control-Max-Age"] = "7200"
    return response


def _allowed(request: web.BaseRequest, settings: Settings) -> bool:
    """Listed as a host, a host and port, or a whole origin. Our own pages need no such header."""
    match = re.fullmatch(r"https?://([^/@?#]+)", request.headers.get("Origin", ""))
    if match is None:
        return False
    host = match[1]
    return bool({match[0], host, host.rpartition(":")[0] or host} & set(settings.origins))
