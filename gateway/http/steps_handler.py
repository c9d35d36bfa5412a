"""`POST /steps/sync`: one day as the command has it, or several as `{"steps": […]}`."""

import asyncio
import hashlib
from typing import Any

from gateway.http.call import Answer, Call, Handled
from gateway.http.queries import MAX_SYNCED_DAYS, RefusedDay
from gateway.schema import parse
from rules.refusal import Code, Refusal, invalid

SYNC = "steps:sync"


async def sync(call: Call) -> Handled:
    if not isinstance(call.body.get("steps"), list):
        reply = await call.send(SYNC, call.body, call.key)
        return reply if isinstance(reply, Refusal) else Answer(reply)
    days = _days(call)
    if isinstance(days, Refusal):
        return days
    replies = await asyncio.gather(*(call.send(SYNC, day, _key(call.key, at)) for at, day in enumerate(days)))
    activities: list[Any] = []
    refused: list[RefusedDay] = []
    refusals: list[Refusal] = []
    today: Any = None
    for index, (day, reply) in enumerate(zip(days, replies, strict=True)):
        if isinstance(reply, Refusal):
            error = {"code": reply.code.value, "message": reply.message, "details": dict(reply.details or {})}
            refused.append(RefusedDay(index=index, date=day["date"], error=error))
            refusals.append(reply)
        else:
            activities.append(reply["activity"])
            today = reply["today"]
    # without one success there is nothing to report but why
    return Answer({"activities": activities, "refused": refused, "today": today}) if activities else refusals[0]


def _days(call: Call) -> list[dict[str, Any]] | Refusal:
    """All of them well-formed, or none is sent on."""
    for name in call.body:
        if name != "steps":
            return invalid(name, "is not known beside a list of steps; put it into each day")
    days: list[dict[str, Any]] = call.body["steps"]
    if not 1 <= len(days) <= MAX_SYNCED_DAYS:
        return invalid("steps", f"must have 1 to {MAX_SYNCED_DAYS} days; send more in further requests")
    command = call.deps.catalogue[SYNC].command
    fields: list[dict[str, str]] = []
    for index, day in enumerate(days):
        if not isinstance(day, dict):
            return invalid(f"steps.{index}", "must be an object")
        bad = parse(command, day) if command else None
        if isinstance(bad, Refusal):
            fields += [{**each, "path": f"steps.{index}.{each['path']}"} for each in (bad.details or {})["fields"]]
    if fields:
        message = f"{fields[0]['path']}: {fields[0]['problem']}"
        return Refusal(Code.VALIDATION_FAILED, message, {"fields": fields})
    return days


def _key(key: str | None, index: int) -> str | None:
    """One key for each day, the same ones when the request is repeated."""
    return None if key is None else hashlib.sha256(f"{key}\0{index}".encode()).hexdigest()
