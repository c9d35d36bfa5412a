"""Coming, going, and being asked to."""

import hmac

from rules.group import commands
from rules.group.asking import Asking, Decision
from rules.group.events import (
    BansLifted,
    Event,
    GroupDeleted,
    MemberJoined,
    MemberLeft,
    MemberRemoved,
    Role,
    RoleGiven,
    UsersInvited,
)
from rules.group.powers import acting_on, giving, is_moderator, losing_admin
from rules.group.state import MOST_BANNED, MOST_INVITED, Group
from rules.ids import UserId
from rules.refusal import Code, Refusal

NO_SUCH = Refusal(Code.NOT_FOUND, "no such group: check the id, or ask a member for the access code")
NO_SUCH_CODE = Refusal(Code.NOT_FOUND, "no group has this access code: check it, or ask a member for the present one")
_ALREADY_IN = Refusal(Code.ALREADY_JOINED, "you are a member of this group already")
_BANNED = Refusal(Code.FORBIDDEN, "you were banned from this group: one of its admins can invite you again")
_YOURSELF = Refusal(Code.CONFLICT, "that is you: use group:leave", {"instead": "group:leave"})
_NO_SUCH_MEMBER = Refusal(Code.NOT_FOUND, "no such member: group:members lists them")
_ADMINS_INVITE = Refusal(Code.FORBIDDEN, "in this group admins and moderators invite: ask one", {"needs": "moderator"})


def join(group: Group, command: commands.Join, asking: Asking) -> Decision:
    by, known = asking.by, asking.sender
    if by in group.members:
        return _ALREADY_IN
    if command.access_code is not None:
        if not hmac.compare_digest(command.access_code.encode(), group.access_code.encode()):
            return NO_SUCH_CODE
    elif by not in group.banned and not group.is_open_to(by):
        return NO_SUCH
    if by in group.banned:
        return _BANNED
    if len(group.members) >= group.settings.max_members:
        text = f"the group has {group.settings.max_members} members, which is all it takes: ask an admin for more room"
        return Refusal(Code.CONFLICT, text, {"maxMembers": group.settings.max_members})
    return [MemberJoined(asking.at, by, known.name, known.username)]


def leave(group: Group, asking: Asking) -> Decision:
    if len(group.members) == 1:
        return [GroupDeleted(asking.at, asking.by)]
    return losing_admin(group, asking.by) or [MemberLeft(asking.at, asking.by)]


def invite(group: Group, command: commands.Invite, asking: Asking) -> Decision:
    """Who blocks the sender, or is blocked by them, is left out without a word: as if nobody had that id."""
    by, blocked = asking.by, asking.sender.blocked
    may_pardon = is_moderator(group, by)
    if group.settings.who_invites == "admins" and not may_pardon:
        return _ADMINS_INVITE
    asked = [
        user_id
        for user_id in dict.fromkeys(command.user_ids)
        if user_id not in group.members and user_id not in blocked and (may_pardon or user_id not in group.banned)
    ]
    if len(group.invited.keys() | set(asked)) > MOST_INVITED:
        text = f"{MOST_INVITED} invitations are open, which is all there can be: take some back with group:remove"
        return Refusal(Code.CONFLICT, text)
    events: list[Event] = []
    if pardoned := tuple(user_id for user_id in asked if user_id in group.banned):
        events.append(BansLifted(asking.at, by, pardoned))
    if asked:
        events.append(UsersInvited(asking.at, by, tuple(asked)))
    return events


def remove(group: Group, command: commands.Remove, asking: Asking) -> Decision:
    target = command.user_id
    if target == asking.by:
        return _YOURSELF
    if target not in group.members and target not in group.invited:
        return _NO_SUCH_MEMBER
    if command.ban and len(group.banned) >= MOST_BANNED:
        return Refusal(Code.CONFLICT, f"{MOST_BANNED} people are banned, which is all there can be: invite one again")
    refused = acting_on(group, asking.by, target)
    return refused or [MemberRemoved(asking.at, asking.by, target, command.ban)]


def give_role(group: Group, command: commands.Role, asking: Asking) -> Decision:
    target, role = command.user_id, Role(command.role)
    if target not in group.members:
        return _NO_SUCH_MEMBER
    if group.members[target].role is role:
        return []
    refused = acting_on(group, asking.by, target) or giving(group, asking.by, role) or losing_admin(group, target)
    return refused or [RoleGiven(asking.at, asking.by, target, role)]


def rename(group: Group, user_id: UserId, name: str, username: str) -> bool:
    """Is this member called otherwise than the group thinks?"""
    member = group.members.get(user_id)
    return member is not None and (member.name, member.username) != (name, username)
