"""One route of the table as an aiohttp handler: who is asking, how often, what with; then the answer in its envelope."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager, nullcontext
from typing import Any
from weakref import WeakValueDictionary

import structlog
from aiohttp import web

from actors.messages import Caller, Permission, Reply
from gateway.http import inputs
from gateway.http.call import Answer, Call, File, Handled
from gateway.http.envelope import etag, json_bytes, names, success
from gateway.http.ports import HttpDeps
from gateway.http.refusals import refused
from gateway.http.routes import PREFIX, Route
from gateway.http.windows import Allowance, Windows
from gateway.limits import Buckets, Counts, Rate
from gateway.schema import parse
from rules.refusal import Code, Refusal, invalid

log = structlog.get_logger()

UPLOADS, UPLOADS_OF_ONE = 32, 4  # long bodies in memory at once: of all together, and of one user
ANONYMOUS_SHARE = 10  # many players sit behind one address: it gets so many times a user's allowance
REQUEST_ID = web.RequestKey("request id", str)

NO_TOKEN = Refusal(Code.UNAUTHENTICATED, "sign in first, and send Authorization: Bearer <access token>")
ADMINS_ONLY = Refusal(Code.FORBIDDEN, "only admins may do that; ask one of them")
TOO_MANY_UPLOADS = Refusal(
    Code.BUSY, "routes are being read already, as many as there is room for; send this one again", {"retryAfter": 2}
)
NO_SUCH_ID = Refusal(Code.NOT_FOUND, "there is nothing with this id; ids are UUIDs")
CHANGED = Refusal(Code.PRECONDITION_FAILED, "it has changed since you read it; read it again, then send its new ETag")

_UNREAD = (inputs.TOO_SLOW, inputs.BROKEN_OFF)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)


class Gate:
    """How often accounts and addresses may come: shared by all routes."""

    def __init__(self, deps: HttpDeps) -> None:
        settings = deps.settings
        self._deps = deps
        self._windows = Windows()
        self._limits = {
            "user": settings.http_requests_user,
            "premium": settings.http_requests_premium,
            "admin": settings.http_requests_admin,
        }
        self._by_address = {
            "sign in": Buckets(_per_minute(settings.sign_ins_per_minute)),
            "registration": Buckets(_per_minute(settings.registrations_per_minute)),
        }
        self._uploads, self._uploads_of_one = Counts(UPLOADS), Counts(UPLOADS_OF_ONE)

    def allowance(self, caller: Caller | None, request: web.BaseRequest) -> Allowance:
        if caller is None:
            limit = self._limits["user"] * ANONYMOUS_SHARE
            return self._windows.take(f"address {self._address(request)}", limit, self._deps.monotonic())
        return self._windows.take(caller.user_id, self._limits[caller.role], self._deps.monotonic())

    def wait(self, limit: str, request: web.BaseRequest) -> float:
        """Seconds until its address may sign in or register again; 0 for now."""
        return self._by_address[limit].take(self._address(request), self._deps.monotonic())

    @contextmanager
    def upload(self, user_id: str) -> Iterator[bool]:
        """Whether there is room for one more long body, held as long as this lasts."""
        with ExitStack() as held:
            for counts, key in ((self._uploads_of_one, user_id), (self._uploads, "")):
                if not counts.hold(key):
                    yield False
                    return
                held.callback(counts.release, key)
            yield True

    def _address(self, request: web.BaseRequest) -> str:
        return inputs.address(request, self._deps.settings.trusted_proxies)


def _per_minute(count: int) -> Rate:
    return Rate(count / 60, count)


class Endpoint:
    def __init__(self, route: Route, deps: HttpDeps, gate: Gate) -> None:
        self._route = route
        self._deps = deps
        self._gate = gate
        entry = deps.catalogue[route.command] if route.command else None
        self._may = entry.may if entry else route.may
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, request: web.Request) -> web.Response:
        request_id = request[REQUEST_ID]
        who = await self._who(request)
        caller = who if isinstance(who, Caller) else None
        allowance = self._gate.allowance(caller, request)
        handled: Handled | None = self._turned_away(who, allowance, request)
        if handled is None:
            unrecognised = who if isinstance(who, Refusal) else None
            with self._gate.upload(caller.user_id) if caller and self._route.gpx else nullcontext(True) as room:
                call = await self._call(request, request_id, caller, unrecognised) if room else TOO_MANY_UPLOADS
                handled = call if isinstance(call, Refusal) else await self._handled(call, request)
        response = self._response(handled, request, request_id)
        response.headers.update(allowance.headers())
        return response

    # --- before the handler ---

    async def _who(self, request: web.Request) -> Caller | Refusal | None:
        token = inputs.bearer(request)
        if token is None:
            return None
        auth, device = self._deps.auth, inputs.device(request)
        if self._may is Permission.ADMIN:
            # a role that was taken away must not live on in a token
            return await auth.authenticate(token, device)
        return await auth.recognise(token, device)

    def _turned_away(
        self, who: Caller | Refusal | None, allowance: Allowance, request: web.BaseRequest
    ) -> Refusal | None:
        if not allowance.granted:
            return _too_often(allowance.reset)
        if self._route.limit is not None and (wait := self._gate.wait(self._route.limit, request)) > 0:
            return _too_often(max(1, round(wait)))
        if self._may is Permission.ANYONE:
            return None
        if who is None:
            return NO_TOKEN
        if isinstance(who, Refusal):
            return who
        return ADMINS_ONLY if self._may is Permission.ADMIN and who.role != "admin" else None

    async def _call(
        self, request: web.Request, request_id: str, caller: Caller | None, unrecognised: Refusal | None
    ) -> Call | Refusal:
        route = self._route
        ids = dict(request.match_info)
        if not all(_ID.match(each) for each in ids.values()):
            return NO_SUCH_ID
        query = inputs.query(route.query, request)
        if isinstance(query, Refusal):
            return query
        key = inputs.key(request) if route.method == "POST" else None
        if isinstance(key, Refusal):
            return key
        body: Any = {}
        if route.method in ("POST", "PUT"):
            body = await inputs.body(request, inputs.ROUTE if route.gpx else inputs.JSON)
            if isinstance(body, Refusal):
                return body
            if route.body is not None:
                body = parse(route.body, body)
                if isinstance(body, Refusal):
                    return body
            elif not (route.command or route.takes) and body:
                return invalid(next(iter(body)), "is not known here; send no body")
        return Call(
            deps=self._deps,
            request_id=request_id,
            caller=caller,
            unrecognised=unrecognised,
            ids={name: value.lower() for name, value in ids.items()},
            query=query,
            body=body,
            key=key,
        )

    # --- the handler ---

    async def _handled(self, call: Call, request: web.Request) -> Handled:
        wanted = request.headers.get("If-Match")
        if wanted is None or self._route.current is None:
            return await self._run(call)
        # one at a time for each thing that is changed, so that of two with the same ETag only one gets through
        name = f"{call.by.user_id if not call.ids else ''} {request.path}"
        async with AsyncExitStack() as stack:
            lock = self._locks.setdefault(name, asyncio.Lock())
            await stack.enter_async_context(lock)
            current = await self._current(call)
            if isinstance(current, Refusal):
                return current
            if not isinstance(current, Answer) or not names(wanted, etag(json_bytes(current.data))):
                return CHANGED
            return await self._run(call)

    async def _current(self, call: Call) -> Handled:
        current = self._route.current
        if isinstance(current, str):
            reply = await call.send(current, {self._route.ids[name]: value for name, value in call.ids.items()})
            return reply if isinstance(reply, Refusal) else Answer(reply)
        return await current(call) if current is not None else CHANGED

    async def _run(self, call: Call) -> Handled:
        if self._may is Permission.ADMIN:
            log.info(
                "admin call", method=self._route.method, route=self._route.path, user=call.by.user_id, ids=call.ids
            )
        if self._route.handler is not None:
            return await self._route.handler(call)
        return await self._command(call)

    async def _command(self, call: Call) -> Handled:
        route = self._route
        data = dict(call.body)
        if call.query is not None:
            fields = {name: getattr(call.query, name) for name in type(call.query).__dataclass_fields__}
            data.update({name: value for name, value in fields.items() if value is not None})
        for name, value in call.ids.items():
            field = route.ids[name]
            if field in data:
                return invalid(field, "comes from the address; leave it out of the body")
            data[field] = value
        reply: Reply = await call.send(route.command or "", data, call.key)
        if isinstance(reply, Refusal):
            return reply
        return Answer(reply[route.unwrap] if route.unwrap else reply)

    # --- after the handler ---

    def _response(self, handled: Handled, request: web.Request, request_id: str) -> web.Response:
        if isinstance(handled, Refusal):
            response = refused(self._deps, handled, request_id)
            if handled.code is Code.PAYLOAD_TOO_LARGE or handled in (*_UNREAD, TOO_MANY_UPLOADS):
                response.force_close()  # the rest of the body is still on its way
            return response
        if isinstance(handled, File):
            response = web.Response(body=handled.body, headers={"Content-Type": handled.content_type})
            if handled.name:
                response.headers["Content-Disposition"] = f'attachment; filename="{handled.name}"'
            return response
        return self._enveloped(handled, request, request_id)

    def _enveloped(self, answer: Answer, request: web.Request, request_id: str) -> web.Response:
        route = self._route
        if route.status == 204:
            return web.Response(status=204)
        data = json_bytes(answer.data)
        response = web.Response(status=route.status, content_type="application/json")
        if route.etag:
            tag = etag(data)
            response.headers["ETag"] = tag
            response.headers["Cache-Control"] = "private, no-cache"
            known = request.headers.get("If-None-Match")
            if route.method == "GET" and known is not None and names(known, tag):
                response.set_status(304)
                return response
        if route.location:
            response.headers["Location"] = PREFIX + route.location.format(**answer.data)
        response.body = success(data, self._deps.clock.now(), request_id, answer.pagination)
        return response


def _too_often(seconds: int) -> Refusal:
    return Refusal(Code.RATE_LIMITED, f"too many requests; try again in {seconds} seconds", {"retryAfter": seconds})
