"""Everything a client may say, in one table. Sockets, HTTP, the documents, the permission tests and clients read it.

A command's fields are its dataclass in `rules/`; here stand its name, whom it addresses and who may send it.
"""

from dataclasses import dataclass
from typing import Any

from actors.messages import Permission
from rules import challenge, resources
from rules.user import commands as user


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    command: type | None
    to: str  # connection, self (the caller's own actor), records, or a kind of actor, named by the command's `<kind>_id`
    may: Permission
    summary: str
    reply: Any = None  # the resource, or None for {}
    reads: bool = False  # changes nothing, so an idempotency key means nothing
    socket: bool = True  # False: for HTTP and our own use
    by_way_of_user: bool = False  # the caller's own actor has a say first
    creates: bool = False  # addresses a new actor of the kind


def _connection(name: str, summary: str) -> Entry:
    return Entry(name, None, "connection", Permission.USER, summary)


def _own(name: str, command: type, summary: str, reply: Any, *, reads: bool = False, socket: bool = True) -> Entry:
    return Entry(name, command, "self", Permission.SELF, summary, reply, reads, socket)


def _of_challenge(
    name: str,
    command: type,
    may: Permission,
    summary: str,
    reply: Any = resources.Challenge,
    *,
    reads: bool = False,
    socket: bool = True,
    by_way_of_user: bool = False,
) -> Entry:
    return Entry(f"challenge:{name}", command, "challenge", may, summary, reply, reads, socket, by_way_of_user)


_ENTRIES = (
    # connection
    Entry("hello", None, "connection", Permission.ANYONE, "Open the connection: who you are, and where you were."),
    _connection("ping", "Ask whether anyone is there; answered with a `pong`."),
    _connection("subscribe", "Watch a topic; replies with where it is and the state behind it."),
    _connection("unsubscribe", "Watch a topic no longer."),
    _connection("token:refresh", "A new access token for this connection."),
    # activity
    _own("steps:sync", user.SyncSteps, "A device's totals of a day so far.", resources.Synced),
    # challenge
    Entry(
        "challenge:create",
        challenge.Create,
        "challenge",
        Permission.USER,
        "Plan a challenge, as its host.",
        resources.Challenge,
        creates=True,
    ),
    _of_challenge("update", challenge.Update, Permission.HOST, "Change a draft or open challenge."),
    _of_challenge("open", challenge.Open, Permission.HOST, "Let people in."),
    _of_challenge("invite", challenge.Invite, Permission.PARTICIPANT, "Ask others to take part.", None),
    _of_challenge("join", challenge.Join, Permission.VIEWER, "Take part.", by_way_of_user=True),
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
    _of_challenge("role", challenge.Role, Permission.HOST, "Name a co-host, judge or announcer."),
    _of_challenge(
        "leaderboard",
        challenge.Leaderboard,
        Permission.VIEWER,
        "A page of the standings.",
        resources.Leaderboard,
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
    # self
    _own("profile:update", user.UpdateProfile, "Change your profile.", resources.Me),
    _own("preferences:update", user.UpdatePreferences, "Change your preferences.", resources.Preferences),
    Entry(
        "receipt:explain",
        user.Explain,
        "records",
        Permission.SELF,
        "Why something counted, or did not.",
        resources.Receipts,
        reads=True,
    ),
    _own("user:me", user.Me, "Everything of your own that is live.", resources.Me, reads=True, socket=False),
    _own("user:rewards", user.Rewards, "XP, level, badges, streaks.", resources.Rewards, reads=True, socket=False),
    _own("user:badges", user.Badges, "The badge catalogue with your progress.", None, reads=True, socket=False),
    Entry(
        "user:profile",
        user.Profile,
        "user",
        Permission.VIEWER,
        "What others may see of a user.",
        resources.PublicUser,
        reads=True,
        socket=False,
    ),
    Entry(
        "user:earned",
        user.EarnedBadges,
        "user",
        Permission.VIEWER,
        "The badges of a user.",
        None,
        reads=True,
        socket=False,
    ),
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}
