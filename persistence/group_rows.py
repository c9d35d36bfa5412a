"""The read-table rows of a group."""

from typing import Any

from persistence.codec import dump
from persistence.tables import GROUP_MEMBERS, GROUP_MESSAGES, GROUP_PERIODS, GROUPS, Rows
from rules.group import Group
from rules.group.events import MessagePosted, PeriodBegan
from rules.group.periods import Period
from rules.group.views import group_view


def rows(group_id: str, group: Group, touched: frozenset[Any]) -> Rows:
    """Touched are `group` and `("member", user id)`; what is no more loses its row."""
    found = Rows()
    for key in touched:
        if key == "group":
            _group(group_id, group, found)
        else:
            _member(group_id, group, key[1], found)
    return found


def rows_of_event(group_id: str, event: Any) -> Rows | None:
    """Messages are more than the group keeps in memory, and periods that are over it does not keep at all."""
    found = Rows()
    match event:
        case MessagePosted():
            found.put(GROUP_MESSAGES, group_id, event.number, event.id, event.by, event.text, event.at)
        case PeriodBegan(before=Period() as over):
            found.put(GROUP_PERIODS, group_id, over.first, over.last, over.frequency, over.ends_at, event.members)
        case _:
            return None
    return found


def everything(group: Group) -> frozenset[Any]:
    people = {("member", user_id) for user_id in group.members.keys() | group.banned.keys()}
    return frozenset({"group", *people} if group.open else people)


def _group(group_id: str, group: Group, found: Rows) -> None:
    if not group.open:
        found.drop(GROUPS, group_id)
        return
    found.put(
        GROUPS,
        group_id,
        group.settings.name,
        group.settings.is_private,
        group.access_code,
        len(group.members),
        group.created_at,
        dump(group_view(group)),
    )


def _member(group_id: str, group: Group, user_id: str, found: Rows) -> None:
    member, ban = group.members.get(user_id), group.banned.get(user_id)
    if member is not None:
        found.put(GROUP_MEMBERS, group_id, user_id, member.name, member.role.value, "active", member.joined_at)
    elif ban is not None:
        found.put(GROUP_MEMBERS, group_id, user_id, ban.name, "member", "banned", ban.joined_at)
    else:
        found.drop(GROUP_MEMBERS, group_id, user_id)
