"""The aiohttp application: every route of the table, and what surrounds each request.

request id → who is asking → how often → query, body, key → handler → envelope
"""

import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import structlog
from aiohttp import hdrs, web
from prometheus_client import Counter, Histogram
from structlog.contextvars import bind_contextvars

from gateway.http import headers, inputs, outside
from gateway.http.endpoint import REQUEST_ID, Endpoint, Gate
from gateway.http.ports import HttpDeps
from gateway.http.refusals import refused
from gateway.http.routes import PREFIX, ROUTES, Route
from rules.refusal import Code, Refusal

log = structlog.get_logger("http")

NO_ROUTE = Refusal(Code.NOT_FOUND, "there is nothing at this address; /docs lists what there is")
AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer; try again in a few seconds", {"retryAfter": 3})
BROKEN = Refusal(Code.INTERNAL, "something broke on our side and was logged under this requestId; try again")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(deps: HttpDeps) -> web.Application:
    """For `web.AppRunner(app)`; connections speak `HttpProtocol`."""
    app = web.Application(middlewares=[_around(deps)], client_max_size=inputs.MAX_BODY)
    gate = Gate(deps)
    for path in dict.fromkeys(route.path for route in ROUTES):  # one resource each, so that 405 knows its methods
        resource = app.router.add_resource(PREFIX + path)
        for route in ROUTES:
            if route.path == path:
                _add(resource, route, Endpoint(route, deps, gate))
    outside.add(app, deps)
    return app


def _add(resource: web.Resource, route: Route, endpoint: Endpoint) -> None:
    resource.add_route(route.method, endpoint.answer)
    if route.method == "GET":
        resource.add_route("HEAD", endpoint.answer)


def _around(deps: HttpDeps) -> Any:
    """What holds for every answer: an id, an envelope for what goes wrong, headers, a metric."""

    @cache
    def counters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        metrics = deps.metrics
        return metrics.http_requests.labels(method, route, str(status)), metrics.http_seconds.labels(method, route)

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        request_id = request[REQUEST_ID] = inputs.request_id(request)
        bind_contextvars(request=request_id)  # of this request only: aiohttp gives each a context of its own
        response = await _answered(deps, request, handler, request_id)
        seconds = time.perf_counter() - started
        route = _route_name(request)
        # a metric per invention would have no end
        method = request.method if request.method in hdrs.METH_ALL else "other"
        if route.startswith(PREFIX):
            log.info("answered", method=method, route=route, status=response.status, ms=round(seconds * 1000, 1))
        headers.put(response, request, deps.settings, request_id)
        count, took = counters(method, route, response.status)
        count.inc()
        took.observe(seconds)
        return response

    return around


async def _answered(deps: HttpDeps, request: web.Request, handler: Handler, request_id: str) -> web.StreamResponse:
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return headers.preflight(request, deps.settings)
    try:
        return await handler(request)
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        refusal = Refusal(Code.BAD_REQUEST, f"{request.method} is not possible here; use {allowed}")
        response = refused(deps, refusal, request_id, 405)
        response.headers["Allow"] = allowed
        return response
    except web.HTTPNotFound:
        return refused(deps, NO_ROUTE, request_id)
    except web.HTTPException as error:  # what aiohttp itself refuses, such as an Expect it does not know
        return refused(deps, Refusal(Code.BAD_REQUEST, error.reason), request_id, error.status)
    except ConnectionError as error:
        log.warning("database away", error=type(error).__name__)
        return refused(deps, AWAY, request_id)
    except Exception:  # the edge of the server: a bug must cost this request only
        log.exception("request failed", method=request.method, route=_route_name(request))
        return refused(deps, BROKEN, request_id)


def _route_name(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"
