"""Every route of the API, in one table. The application, OpenAPI and /docs are made from it.

A route that changes live state, or reads it, names a command of the catalogue and gets everything else from there: who
may, the fields, the answer. The rest name a handler.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from actors.messages import Permission
from gateway.auth.requests import Guest, Login, Logout, Refresh, Refreshed, Register, SessionView, SignedIn
from gateway.http import admin_handlers, auth_handlers, read_handlers, steps_handler
from gateway.http import queries as q
from gateway.http.call import Handler
from rules import resources as r

Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]
PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    method: Method
    path: str  # below PREFIX
    area: str
    summary: str = ""  # of the command, when it names one
    may: Permission = Permission.USER  # of the command, when it names one
    command: str | None = None
    handler: Handler | None = None
    ids: Mapping[str, str] = field(default_factory=dict)  # of the path → field of the command
    query: type | None = None
    body: type | None = None  # of a handler; a command brings its own
    takes: str | None = None  # a handler that takes a command's fields as its body
    answer: Any = None  # a resource, or list[…] of one; of the command, when it names one
    unwrap: str | None = None  # answer with this field of the command's reply
    status: int = 200
    location: str | None = None  # of what was created, with the fields of the answer
    paged: bool = False
    etag: bool = False
    current: "Handler | str | None" = None  # what If-Match is held against: a handler, or a reading command
    limit: Literal["sign in", "registration"] | None = None  # by address, beside the ordinary one
    media: str = "application/json"


def _route(method: Method, path: str, area: str, **more: Any) -> Route:
    return Route(method=method, path=path, area=area, **more)


_ID = {"id": "challengeId"}
_OPEN = Permission.ANYONE
_ADMIN = Permission.ADMIN

_ACTIONS = (
    "open",
    "join",
    "leave",
    "invite",
    "start",
    "pause",
    "resume",
    "extend",
    "announce",
    "disqualify",
    "reinstate",
    "finish",
    "cancel",
    "role",
)


def _auth(name: str, summary: str, body: type, handler: Handler, **more: Any) -> Route:
    return _route("POST", f"/auth/{name}", "Signing in", summary=summary, body=body, handler=handler, may=_OPEN, **more)


def _me(path: str) -> tuple[Route, ...]:
    get, put = read_handlers.me, read_handlers.update_me
    return (
        _route("GET", path, "You", summary="Everything of your own that is live.", handler=get, answer=r.Me, etag=True),
        _route(
            "PUT",
            path,
            "You",
            summary="Change your profile.",
            handler=put,
            takes="profile:update",
            answer=r.Me,
            etag=True,
            current=get,
        ),
    )


def _steps(name: str, summary: str, query: type, handler: Handler, answer: Any) -> Route:
    return _route("GET", f"/steps/{name}", "Activities", summary=summary, query=query, handler=handler, answer=answer)


ROUTES: tuple[Route, ...] = (
    # --- signing in ---
    _auth(
        "register",
        "A new account; with a guest's token, the guest's becomes a full one.",
        Register,
        auth_handlers.register,
        answer=SignedIn,
        status=201,
        limit="registration",
    ),
    _auth(
        "guest",
        "A playable account for a device, without a sign-up.",
        Guest,
        auth_handlers.guest,
        answer=SignedIn,
        limit="registration",
    ),
    _auth("login", "Sign in with a password or PIN.", Login, auth_handlers.login, answer=SignedIn, limit="sign in"),
    _auth(
        "refresh",
        "New tokens for a refresh token. Each is good once; using it again more than 10 s later ends the sign-in.",
        Refresh,
        auth_handlers.refresh,
        answer=Refreshed,
    ),
    _route("POST", "/auth/logout", "Signing in", summary="Sign out here.", body=Logout, handler=auth_handlers.logout),
    _route("POST", "/auth/logout-all", "Signing in", summary="Sign out everywhere.", handler=auth_handlers.logout_all),
    _route(
        "GET",
        "/auth/sessions",
        "Signing in",
        summary="The devices that are signed in.",
        handler=auth_handlers.sessions,
        answer=list[SessionView],
    ),
    _route(
        "DELETE",
        "/auth/sessions/{id}",
        "Signing in",
        summary="Sign a device out.",
        handler=auth_handlers.end_session,
        status=204,
    ),
    # --- users ---
    *_me("/users/me"),
    *_me("/users/profile"),
    _route(
        "GET",
        "/users/me/preferences",
        "You",
        summary="Your preferences.",
        handler=read_handlers.preferences,
        answer=r.Preferences,
        etag=True,
    ),
    _route(
        "PUT",
        "/users/me/preferences",
        "You",
        command="preferences:update",
        etag=True,
        current=read_handlers.preferences,
    ),
    _route("GET", "/users/me/rewards", "You", command="user:rewards", etag=True),
    _route(
        "GET",
        "/users/me/stats",
        "You",
        summary="Sums over your whole time here.",
        handler=read_handlers.lifetime_stats,
        answer=q.LifetimeStats,
    ),
    _route("GET", "/users/{id}", "Others", command="user:profile", ids={"id": "userId"}, etag=True),
    _route(
        "GET",
        "/users/{id}/badges",
        "Others",
        command="user:earned",
        ids={"id": "userId"},
        unwrap="badges",
        answer=list[r.EarnedBadge],
    ),
    # --- activities ---
    _route(
        "POST",
        "/steps/sync",
        "Activities",
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
    _route(
        "GET",
        "/activities",
        "Activities",
        summary="What you did, by day.",
        query=q.ActivitiesQuery,
        handler=read_handlers.activities,
        answer=list[r.Activity],
        paged=True,
    ),
    _route(
        "GET",
        "/activities/{id}",
        "Activities",
        summary="An activity of yours.",
        handler=read_handlers.activity,
        answer=r.Activity,
        etag=True,
    ),
    # --- challenges ---
    _route(
        "GET",
        "/challenges",
        "Challenges",
        summary="Public challenges, those of friends and groups, and your own.",
        query=q.ChallengesQuery,
        handler=read_handlers.challenges,
        answer=list[r.Challenge],
        paged=True,
    ),
    _route(
        "POST",
        "/challenges",
        "Challenges",
        command="challenge:create",
        status=201,
        location="/challenges/{id}",
        etag=True,
    ),
    _route("GET", "/challenges/{id}", "Challenges", command="challenge:get", ids=_ID, etag=True),
    _route(
        "PUT", "/challenges/{id}", "Challenges", command="challenge:update", ids=_ID, etag=True, current="challenge:get"
    ),
    *(
        _route("POST", f"/challenges/{{id}}/{action}", "Challenges", command=f"challenge:{action}", ids=_ID)
        for action in _ACTIONS
    ),
    _route(
        "GET",
        "/challenges/{id}/leaderboard",
        "Challenges",
        command="challenge:leaderboard",
        ids=_ID,
        query=q.LeaderboardQuery,
    ),
    _route("GET", "/challenges/{id}/timeline", "Challenges", command="challenge:timeline", ids=_ID),
    _route("GET", "/challenges/{id}/results", "Challenges", command="challenge:results", ids=_ID, query=q.ResultsQuery),
    _route(
        "GET",
        "/challenges/{id}/results.csv",
        "Challenges",
        summary="The whole standings, for a spreadsheet.",
        handler=read_handlers.results_csv,
        media="text/csv",
    ),
    # --- receipts and badges ---
    _route(
        "GET",
        "/receipts",
        "Rewards",
        summary="Why something counted, or did not.",
        query=q.ReceiptsQuery,
        handler=read_handlers.receipts,
        answer=r.Receipts,
    ),
    _route("GET", "/badges", "Rewards", command="user:badges", unwrap="badges", answer=list[q.BadgeView], etag=True),
    # --- admin ---
    _route(
        "GET",
        "/admin/clock",
        "Admin",
        summary="Game time, where it is driven.",
        may=_ADMIN,
        handler=admin_handlers.clock,
        answer=q.ClockView,
    ),
    _route(
        "PUT",
        "/admin/clock",
        "Admin",
        summary="Move driven game time forward; everything due by then happens.",
        may=_ADMIN,
        body=q.SetClock,
        handler=admin_handlers.set_clock,
        answer=q.ClockView,
    ),
    _route("GET", "/admin/actors", "Admin", summary="Live actors.", may=_ADMIN, handler=admin_handlers.actors),
    _route(
        "GET",
        "/admin/dead-letters",
        "Admin",
        summary="Messages that no actor could handle, the newest first.",
        may=_ADMIN,
        query=q.LettersQuery,
        handler=admin_handlers.dead_letters,
    ),
)
