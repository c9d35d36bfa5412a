"""Who may do what to whom: admins anything, moderators what concerns plain members, members what everyone may."""

from rules.group.events import Role
from rules.group.state import Group
from rules.ids import UserId
from rules.refusal import Code, Refusal

_TOO_HIGH = Refusal(Code.FORBIDDEN, "a moderator acts on plain members only: ask an admin", {"needs": "admin"})
_LAST_ADMIN = Refusal(
    Code.CONFLICT,
    "this is the last admin: make somebody else one first, with group:role",
    {"instead": "group:role"},
)


def is_moderator(group: Group, user_id: UserId) -> bool:
    """A moderator, or an admin."""
    member = group.members.get(user_id)
    return member is not None and member.role is not Role.MEMBER


def acting_on(group: Group, by: UserId, target: UserId) -> Refusal | None:
    """May `by`, an admin or moderator, do something to this person? Themselves: always."""
    member = group.members.get(target)
    if member is None or member.role is Role.MEMBER or target == by or group.members[by].role is Role.ADMIN:
        return None
    return _TOO_HIGH


def giving(group: Group, by: UserId, role: Role) -> Refusal | None:
    """May `by`, an admin or moderator, give somebody this role?"""
    return _TOO_HIGH if role is Role.ADMIN and group.members[by].role is not Role.ADMIN else None


def losing_admin(group: Group, user_id: UserId) -> Refusal | None:
    """A group with members always has an admin."""
    return _LAST_ADMIN if group.members[user_id].role is Role.ADMIN and group.admins == 1 else None
