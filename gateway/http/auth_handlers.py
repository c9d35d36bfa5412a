"""Signing in and out over HTTP."""

from typing import Any

from gateway.auth.requests import Guest, Login, Refresh, Register
from gateway.http.call import Answer, Call, Handled
from rules.refusal import Refusal


async def register(call: Call) -> Handled:
    request: Register = call.body
    if call.unrecognised is not None:
        return call.unrecognised  # a guest whose token has run out must not end up with a second account
    return _counted(call, "register", await call.deps.auth.register(request, by=call.caller, key=call.key))


async def guest(call: Call) -> Handled:
    request: Guest = call.body
    return _counted(call, "guest", await call.deps.auth.guest(request))


async def login(call: Call) -> Handled:
    request: Login = call.body
    return _counted(call, "login", await call.deps.auth.login(request))


async def refresh(call: Call) -> Handled:
    request: Refresh = call.body
    return _counted(call, "refresh", await call.deps.auth.refresh(request))


async def logout(call: Call) -> Handled:
    await call.deps.auth.logout(call.by)
    return Answer({})


async def logout_all(call: Call) -> Handled:
    return Answer({"sessions": await call.deps.auth.logout_all(call.by)})


async def sessions(call: Call) -> Handled:
    return Answer(await call.deps.auth.sessions(call.by))


async def end_session(call: Call) -> Handled:
    refused = await call.deps.auth.end_session(call.by, call.ids["id"])
    return refused or Answer(None)


def _counted(call: Call, way: str, outcome: Any) -> Handled:
    refused = isinstance(outcome, Refusal)
    call.deps.metrics.sign_ins.labels(way, outcome.code.value if refused else "ok").inc()
    return outcome if refused else Answer(outcome)
