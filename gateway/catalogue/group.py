"""Groups: their members, messages and check-ins."""

from typing import Any

from actors.messages import Permission
from gateway.catalogue.entry import Entry, own
from rules import group, resources


# all by way of the sender's own actor: the group learns whom they are from, and hears them in the order in which they were sent
def _of_group(
    name: str,
    command: type,
    may: Permission,
    summary: str,
    reply: Any = None,
    *,
    stored: bool = False,
    names_users: bool = False,
) -> Entry:
    return Entry(
        f"group:{name}",
        command,
        "group",
        may,
        summary,
        reply,
        by_way_of_user=True,
        stored=stored,
        names_users=names_users,
    )


def _read(
    name: str, command: type, may: Permission, summary: str, reply: Any, *, socket: bool = True, stored: bool = False
) -> Entry:
    return Entry(
        f"group:{name}",
        command,
        "group",
        may,
        summary,
        reply,
        reads=True,
        socket=socket,
        by_way_of_user=True,
        stored=stored,
    )


ENTRIES = (
    Entry(
        "group:create",
        group.Create,
        "group",
        Permission.USER,
        "Found a group, as its first admin.",
        resources.Group,
        by_way_of_user=True,
        creates=True,
    ),
    _of_group("update", group.Update, Permission.MODERATOR, "Change a group.", resources.Group),
    _of_group("delete", group.Delete, Permission.MODERATOR, "Close the group for good."),
    _of_group(
        "join",
        group.Join,
        Permission.USER,
        "Become a member, by access code or by id.",
        resources.Group,
        stored=True,
    ),
    _of_group("leave", group.Leave, Permission.MEMBER, "Be a member no longer."),
    _of_group("invite", group.Invite, Permission.MEMBER, "Ask others to join.", names_users=True),
    _of_group("remove", group.Remove, Permission.MODERATOR, "Take a member out, for now or for good."),
    _of_group(
        "role",
        group.Role,
        Permission.MODERATOR,
        "Name an admin or moderator, or make one a member again.",
        resources.Member,
    ),
    _of_group("message", group.Post, Permission.MEMBER, "Say something to all members.", resources.Posted),
    _of_group("typing", group.Typing, Permission.MEMBER, "You are writing, or no longer."),
    Entry(
        "checkin:submit",
        group.SubmitCheckIn,
        "group",
        Permission.MEMBER,
        "Say how you have been, once a period of the group.",
        resources.CheckedIn,
        by_way_of_user=True,
    ),
    own("checkin:update", group.CorrectCheckIn, "Correct a check-in within its period.", resources.Corrected),
    _read("get", group.Get, Permission.VIEWER, "A group.", resources.Group),
    _read("members", group.Members, Permission.MEMBER, "The members of a group.", resources.Members),
    _read("messages", group.Messages, Permission.MEMBER, "Its messages.", resources.Messages, stored=True),
    _read("checkins", group.CheckIns, Permission.MEMBER, "Who has checked in.", resources.CheckIns, stored=True),
    _read(
        "participation",
        group.Participation,
        Permission.MEMBER,
        "How many have checked in, and the averages of it.",
        resources.Participation,
        stored=True,
    ),
    _read(
        "view",
        group.View,
        Permission.MEMBER,
        "The state behind a group's topic.",
        resources.GroupView,
        socket=False,
    ),
)
