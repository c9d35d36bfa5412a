"""Every route of the API, in one table. The application, OpenAPI and /docs are made from it.

A route that changes live state, or reads it, names a command of the catalogue and gets everything else from there: who
may, the fields, the answer. The rest name a handler.
"""

from typing import Any

from actors.messages import Permission
from gateway.auth.requests import Guest, Login, Logout, Refresh, Refreshed, Register, SessionView, SignedIn
from gateway.http import activity_routes, admin_handlers, auth_handlers, read_handlers
from gateway.http import queries as q
from gateway.http.call import Handler
from gateway.http.route import PREFIX, Route, route
from rules import resources as r

__all__ = ["PREFIX", "ROUTES", "Route"]

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
    return route("POST", f"/auth/{name}", "Signing in", summary=summary, body=body, handler=handler, may=_OPEN, **more)


def _me(path: str) -> tuple[Route, ...]:
    get, put = read_handlers.me, read_handlers.update_me
    return (
        route("GET", path, "You", summary="Everything of your own that is live.", handler=get, answer=r.Me, etag=True),
        route(
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
    route("POST", "/auth/logout", "Signing in", summary="Sign out here.", body=Logout, handler=auth_handlers.logout),
    route("POST", "/auth/logout-all", "Signing in", summary="Sign out everywhere.", handler=auth_handlers.logout_all),
    route(
        "GET",
        "/auth/sessions",
        "Signing in",
        summary="The devices that are signed in.",
        handler=auth_handlers.sessions,
        answer=list[SessionView],
    ),
    route(
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
    route(
        "GET",
        "/users/me/preferences",
        "You",
        summary="Your preferences.",
        handler=read_handlers.preferences,
        answer=r.Preferences,
        etag=True,
    ),
    route(
        "PUT",
        "/users/me/preferences",
        "You",
        command="preferences:update",
        etag=True,
        current=read_handlers.preferences,
    ),
    route("GET", "/users/me/rewards", "You", command="user:rewards", etag=True),
    route(
        "GET",
        "/users/me/stats",
        "You",
        summary="Sums over your whole time here.",
        handler=read_handlers.lifetime_stats,
        answer=q.LifetimeStats,
    ),
    route("GET", "/users/{id}", "Others", command="user:profile", ids={"id": "userId"}, etag=True),
    route(
        "GET",
        "/users/{id}/badges",
        "Others",
        command="user:earned",
        ids={"id": "userId"},
        unwrap="badges",
        answer=list[r.EarnedBadge],
    ),
    *activity_routes.ROUTES,
    # --- challenges ---
    route(
        "GET",
        "/challenges",
        "Challenges",
        summary="Public challenges, those of friends and groups, and your own.",
        query=q.ChallengesQuery,
        handler=read_handlers.challenges,
        answer=list[r.Challenge],
        paged=True,
    ),
    route(
        "POST",
        "/challenges",
        "Challenges",
        command="challenge:create",
        status=201,
        location="/challenges/{id}",
        etag=True,
    ),
    route("GET", "/challenges/{id}", "Challenges", command="challenge:get", ids=_ID, etag=True),
    route(
        "PUT", "/challenges/{id}", "Challenges", command="challenge:update", ids=_ID, etag=True, current="challenge:get"
    ),
    *(
        route("POST", f"/challenges/{{id}}/{action}", "Challenges", command=f"challenge:{action}", ids=_ID)
        for action in _ACTIONS
    ),
    route(
        "GET",
        "/challenges/{id}/leaderboard",
        "Challenges",
        command="challenge:leaderboard",
        ids=_ID,
        query=q.LeaderboardQuery,
    ),
    route("GET", "/challenges/{id}/timeline", "Challenges", command="challenge:timeline", ids=_ID),
    route("GET", "/challenges/{id}/results", "Challenges", command="challenge:results", ids=_ID, query=q.ResultsQuery),
    route(
        "GET",
        "/challenges/{id}/results.csv",
        "Challenges",
        summary="The whole standings, for a spreadsheet.",
        handler=read_handlers.results_csv,
        media="text/csv",
    ),
    # --- receipts and badges ---
    route(
        "GET",
        "/receipts",
        "Rewards",
        summary="Why something counted, or did not.",
        query=q.ReceiptsQuery,
        handler=read_handlers.receipts,
        answer=r.Receipts,
    ),
    route("GET", "/badges", "Rewards", command="user:badges", unwrap="badges", answer=list[q.BadgeView], etag=True),
    # --- admin ---
    route(
        "GET",
        "/admin/clock",
        "Admin",
        summary="Game time, where it is driven.",
        may=_ADMIN,
        handler=admin_handlers.clock,
        answer=q.ClockView,
    ),
    route(
        "PUT",
        "/admin/clock",
        "Admin",
        summary="Move driven game time forward; everything due by then happens.",
        may=_ADMIN,
        body=q.SetClock,
        handler=admin_handlers.set_clock,
        answer=q.ClockView,
    ),
    route("GET", "/admin/actors", "Admin", summary="Live actors.", may=_ADMIN, handler=admin_handlers.actors),
    route(
        "GET",
        "/admin/dead-letters",
        "Admin",
        summary="Messages that no actor could handle, the newest first.",
        may=_ADMIN,
        query=q.LettersQuery,
        handler=admin_handlers.dead_letters,
    ),
)
