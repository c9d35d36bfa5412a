"""Walks and runs: logged as JSON or as a GPX file, listed, and taken back.

A long route is read, measured and written aside: it takes longer than everybody else should wait.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gateway.http.call import Answer, Call, File, Handled
from gateway.http.queries import ActivitiesQuery, GpxQuery, OutingsQuery
from gateway.http.read_handlers import activities_of
from gateway.parsed import Parsed
from gateway.schema import parse
from rules.activity.commands import LogRun, LogWalk
from rules.refusal import Code, Refusal, invalid
from rules.route.encoded import decode
from rules.route.gpx import parse_gpx, to_gpx
from rules.route.recorded import RecordedRoute

MANY = 100  # points; so many take a millisecond or two

COMMANDS: Mapping[str, type[LogWalk] | type[LogRun]] = {"walk": LogWalk, "run": LogRun}
NO_ROUTE = Refusal(Code.NOT_FOUND, "it was logged without a route: there is nothing to draw")


@dataclass(frozen=True, slots=True)
class Outings:
    """The handlers of one kind."""

    kind: Literal["walk", "run"]

    async def log(self, call: Call) -> Handled:
        query: GpxQuery = call.query
        data: Any = call.body
        if isinstance(data, bytes):
            data = await call.aside(self._of_file, data, query)
        elif (given := query.given()) != {}:
            return invalid(next(iter(given)), "belongs into the body, which is no GPX file")
        elif isinstance(data.get("route"), list) and len(data["route"]) > MANY:
            data = await call.aside(self._of_json, data)
        if isinstance(data, Refusal):
            return data
        reply = await call.send(f"{self.kind}:log", data, call.key)
        return reply if isinstance(reply, Refusal) else Answer(reply)

    async def page(self, call: Call) -> Handled:
        query: OutingsQuery = call.query
        return await activities_of(
            call,
            ActivitiesQuery(
                kind=self.kind,
                from_=query.from_,
                to=query.to,
                sort=query.sort,
                limit=query.limit,
                cursor=query.cursor,
            ),
        )

    async def one(self, call: Call) -> Handled:
        found = await call.deps.reads.activity(call.by.user_id, call.ids["id"])
        return Answer(found) if found and found["kind"] == self.kind else self._none()

    async def delete(self, call: Call) -> Handled:
        found = await self.one(call)
        if isinstance(found, Refusal):
            return found
        reply = await call.send("activity:delete", {"activityId": call.ids["id"]})
        return reply if isinstance(reply, Refusal) else Answer(reply)

    async def gpx(self, call: Call) -> Handled:
        found = await call.deps.reads.activity(call.by.user_id, call.ids["id"])
        if found is None or found["kind"] != self.kind:
            return self._none()
        route = await call.deps.reads.route(call.by.user_id, call.ids["id"])
        if route is None:
            return NO_ROUTE
        name = f"{self.kind}-{found['date']}"
        body = await call.aside(_written, route, found["details"].get("name", name))
        return File(body, "application/gpx+xml", f"{name}.gpx")

    def _none(self) -> Refusal:
        return Refusal(Code.NOT_FOUND, f"no such {self.kind}; GET /{self.kind}s lists yours")

    # --- aside ---

    def _of_json(self, data: dict[str, Any]) -> Parsed | Refusal:
        command = parse(COMMANDS[self.kind], data)
        if isinstance(command, Refusal):
            return command
        if command.route is not None:
            command.route.work_out()
        return Parsed(command, data)

    def _of_file(self, file: bytes, query: GpxQuery) -> Parsed | Refusal:
        """Without a client id, the file is its own: sent again, it is the same activity."""
        read = parse_gpx(file)
        if isinstance(read, Refusal):
            return read
        route = RecordedRoute(read.segments, sum(map(len, read.segments)))
        route.work_out()
        track = route.track
        if track is None or track.started_at is None or track.ended_at is None:
            return invalid("gpx", _UNTIMED)
        digest = hashlib.sha256(file).hexdigest()
        command = COMMANDS[self.kind](
            track.started_at,
            query.client_id or f"gpx {digest[:32]}",
            query.name or read.name,
            track.ended_at,
            None,
            route,
            query.notes,
            query.is_public,
        )
        return Parsed(command, {"gpx": digest, **query.given()})


_UNTIMED = (
    "has no times, so it is a plan and no recording: export the activity as it was recorded, "
    "or log it without its route, with startTime, endTime and distanceMeters"
)


def _written(route: str, name: str) -> bytes:
    return to_gpx(decode(route), name).encode()
