"""A refusal as an HTTP answer."""

from aiohttp import web

from gateway.http.envelope import failure
from gateway.http.ports import HttpDeps
from rules.refusal import STATUS, Code, Refusal


def refused(deps: HttpDeps, refusal: Refusal, request_id: str, status: int | None = None) -> web.Response:
    """Counted; with the headers that say when to come again, and how to sign in."""
    deps.metrics.http_refusals.labels(refusal.code.value).inc()
    response = web.Response(
        body=failure(refusal, deps.clock.now(), request_id),
        status=status or STATUS[refusal.code],
        content_type="application/json",
    )
    wait = (refusal.details or {}).get("retryAfter")
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if refusal.code is Code.UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
