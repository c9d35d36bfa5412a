"""Friends, posts and cheers."""

from typing import Any

from actors.messages import Permission
from gateway.catalogue.entry import Entry
from rules import post, resources
from rules.social import commands as social


def _to_another(name: str, command: type, summary: str, *, new: bool = False) -> Entry:
    """By way of the sender's own actor, which answers what it can decide alone."""
    return Entry(
        f"friend:{name}",
        command,
        "user",
        Permission.USER,
        summary,
        resources.Relation,
        by_way_of_user=True,
        names_users=new,  # else there is something between the two already, or the sender's actor knows that there is not
    )


def _of_post(
    name: str,
    command: type,
    may: Permission,
    summary: str,
    reply: Any = resources.Post,
    *,
    reads: bool = False,
    socket: bool = True,
) -> Entry:
    return Entry(f"post:{name}", command, "post", may, summary, reply, reads, socket, by_way_of_user=True)


def _list(name: str, command: type, summary: str, reply: Any) -> Entry:
    return Entry(f"friend:{name}", command, "self", Permission.SELF, summary, reply, reads=True, stored=True)


ENTRIES = (
    _to_another("request", social.RequestFriend, "Ask to be friends; two who ask each other are.", new=True),
    _to_another("accept", social.AcceptFriend, "Be friends with one who asked."),
    _to_another("decline", social.DeclineFriend, "Say no to one who asked; they are not told."),
    _to_another("remove", social.RemoveFriend, "Be friends no longer, or take your own request back."),
    _to_another("block", social.BlockUser, "Be there no longer for each other, both ways.", new=True),
    _to_another("unblock", social.UnblockUser, "Take your block back."),
    _list("list", social.Friends, "Your friends, and whether they are there.", resources.Friends),
    _list("requests", social.FriendRequests, "Requests that wait for you, and yours.", resources.FriendRequests),
    Entry(
        "post:create",
        post.Create,
        "post",
        Permission.USER,
        "Write something for others to read.",
        resources.Post,
        by_way_of_user=True,
        creates=True,
    ),
    _of_post("edit", post.Edit, Permission.AUTHOR, "Change a post of yours."),
    _of_post("delete", post.Delete, Permission.AUTHOR, "Take a post of yours back.", None),
    _of_post("like", post.Like, Permission.VIEWER, "Say that you like a post."),
    _of_post("unlike", post.Unlike, Permission.VIEWER, "Take your like back."),
    _of_post("comment", post.Comment, Permission.VIEWER, "Say something about a post.", resources.Comment),
    _of_post("get", post.Get, Permission.VIEWER, "A post.", reads=True),
    _of_post(
        "comments",
        post.Comments,
        Permission.VIEWER,
        "What was said about a post.",
        resources.Comments,
        reads=True,
    ),
    Entry(
        "cheer:send",
        social.SendCheer,
        "topic",
        Permission.VIEWER,
        "A quick reaction to one who takes part in a live challenge or session.",
        by_way_of_user=True,
    ),
)
