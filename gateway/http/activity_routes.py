"""The routes of what users did: steps, walks, runs, and all of it together."""

from typing import Any, Literal

from gateway.http import outing_handlers, read_handlers, steps_handler
from gateway.http import queries as q
from gateway.http.call import Handler
from gateway.http.route import Route, route
from rules import resources as r

AREA = "Activities"


def _steps(name: str, summary: str, query: type, handler: Handler, answer: Any) -> Route:
    return route("GET", f"/steps/{name}", AREA, summary=summary, query=query, handler=handler, answer=answer)


def _outings(kind: Literal["walk", "run"]) -> tuple[Route, ...]:
    path = f"/{kind}s"
    handlers = outing_handlers.Outings(kind)
    return (
        route(
            "POST",
            path,
            AREA,
            summary=f"Log a {kind}: its fields as JSON, or a GPX file with the other fields in the query.",
            handler=handlers.log,
            takes=f"{kind}:log",
            query=q.GpxQuery,
            answer=r.Logged,
            status=201,
            location=f"{path}/{{activity[id]}}",
            gpx=True,
        ),
        route(
            "GET",
            path,
            AREA,
            summary=f"Your {kind}s, by day.",
            query=q.OutingsQuery,
            handler=handlers.page,
            answer=list[r.Activity],
            paged=True,
        ),
        route(
            "GET",
            f"{path}/{{id}}",
            AREA,
            summary=f"A {kind} of yours.",
            handler=handlers.one,
            answer=r.Activity,
            etag=True,
        ),
        route(
            "DELETE",
            f"{path}/{{id}}",
            AREA,
            summary=f"Take a {kind} back, with all that it added to.",
            handler=handlers.delete,
            status=204,
        ),
        route(
            "GET",
            f"{path}/{{id}}/route.gpx",
            AREA,
            summary=f"The route of a {kind} of yours, as a GPX file.",
            handler=handlers.gpx,
            media="application/gpx+xml",
        ),
    )


ROUTES: tuple[Route, ...] = (
    route(
        "POST",
        "/steps/sync",
        AREA,
        summary='A device\'s totals of a day so far; or of several days, as {"steps": […]}.',
        handler=steps_handler.sync,
        takes="steps:sync",
        answer=r.Synced | q.SyncedDays,
    ),
    _steps("daily", "A day's steps.", q.DayQuery, read_handlers.steps_daily, q.StepsDay),
    _steps("range", "The steps of a range of days.", q.RangeQuery, read_handlers.steps_range, q.StepsRange),
    _steps(
        "statistics",
        "Sums and averages of a calendar week, month or year.",
        q.PeriodQuery,
        read_handlers.steps_statistics,
        q.StepsStatistics,
    ),
    route(
        "GET",
        "/activities",
        AREA,
        summary="What you did, by day.",
        query=q.ActivitiesQuery,
        handler=read_handlers.activities,
        answer=list[r.Activity],
        paged=True,
    ),
    route(
        "GET",
        "/activities/{id}",
        AREA,
        summary="An activity of yours.",
        handler=read_handlers.activity,
        answer=r.Activity,
        etag=True,
    ),
    route(
        "DELETE",
        "/activities/{id}",
        AREA,
        command="activity:delete",
        ids={"id": "activityId"},
        status=204,
    ),
    *_outings("walk"),
    *_outings("run"),
)
