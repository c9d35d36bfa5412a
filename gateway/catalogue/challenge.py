"""Challenges."""

from typing import Any

from actors.messages import Permission
from gateway.catalogue.entry import Entry
from rules import challenge, resources


def _of_challenge(
    name: str,
    command: type,
    may: Permission,
    summary: str,
    reply: Any = resources.Challenge,
    *,
    reads: bool = False,
    socket: bool = True,
    names_users: bool = False,
) -> Entry:
    """All go by way of their sender's own actor: who may see a challenge can depend on friends, groups and blocks."""
    return Entry(
        f"challenge:{name}",
        command,
        "challenge",
        may,
        summary,
        reply,
        reads,
        socket,
        by_way_of_user=True,
        names_users=names_users,
    )


ENTRIES = (
    Entry(
        "challenge:create",
        challenge.Create,
        "challenge",
        Permission.USER,
        "Plan a challenge, as its host.",
        resources.Challenge,
        creates=True,
        by_way_of_user=True,
    ),
    _of_challenge("update", challenge.Update, Permission.HOST, "Change a draft or open challenge."),
    _of_challenge("open", challenge.Open, Permission.HOST, "Let people in."),
    _of_challenge(
        "invite", challenge.Invite, Permission.PARTICIPANT, "Ask others to take part.", None, names_users=True
    ),
    _of_challenge("join", challenge.Join, Permission.VIEWER, "Take part."),
    _of_challenge("leave", challenge.Leave, Permission.PARTICIPANT, "Take part no longer."),
    _of_challenge("start", challenge.Start, Permission.HOST, "Go live now."),
    _of_challenge("pause", challenge.Pause, Permission.HOST, "Stop counting for a while."),
    _of_challenge("resume", challenge.Resume, Permission.HOST, "Count again."),
    _of_challenge("extend", challenge.Extend, Permission.HOST, "Let it end later."),
    _of_challenge("announce", challenge.Announce, Permission.ANNOUNCER, "Say something to all who watch.", None),
    _of_challenge(
        "disqualify", challenge.Disqualify, Permission.JUDGE, "Take a participant out of the ranking.", resources.Row
    ),
    _of_challenge("reinstate", challenge.Reinstate, Permission.JUDGE, "Undo a disqualification.", resources.Row),
    _of_challenge("finish", challenge.Finish, Permission.HOST, "End it; while it settles: make it final."),
    _of_challenge("cancel", challenge.Cancel, Permission.HOST, "Call it off."),
    _of_challenge("role", challenge.Role, Permission.HOST, "Name a co-host, judge or announcer.", names_users=True),
    _of_challenge(
        "leaderboard",
        challenge.Leaderboard,
        Permission.VIEWER,
        "A page of the standings.",
        resources.Leaderboard,
        reads=True,
    ),
    _of_challenge(
        "reviews",
        challenge.Reviews,
        Permission.JUDGE,
        "What counts and is marked for review.",
        resources.Reviews,
        reads=True,
    ),
    _of_challenge("get", challenge.Get, Permission.VIEWER, "A challenge.", reads=True, socket=False),
    _of_challenge(
        "view",
        challenge.View,
        Permission.USER,
        "The state behind a challenge's topic.",
        resources.ChallengeView,
        reads=True,
        socket=False,
    ),
    _of_challenge(
        "timeline",
        challenge.Timeline,
        Permission.VIEWER,
        "What happened in a challenge.",
        resources.Timeline,
        reads=True,
        socket=False,
    ),
    _of_challenge(
        "results",
        challenge.Results,
        Permission.VIEWER,
        "The whole standings, in large pages.",
        resources.Results,
        reads=True,
        socket=False,
    ),
)
