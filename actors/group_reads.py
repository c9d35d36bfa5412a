"""What a group answers to reads."""

from collections.abc import Callable, Mapping
from typing import Any

from actors.messages import Reply
from actors.ports import Audience, Presence
from rules import group as rules
from rules.group import views
from rules.ids import UserId
from rules.known import Known


def presence_for(viewer: Known | None, audience: Audience) -> Callable[[UserId], Presence]:
    """Presence as one viewer may know it; nobody is there for those whom a block keeps apart."""
    blocked = frozenset() if viewer is None else viewer.blocked
    return lambda user_id: "offline" if user_id in blocked else audience.seen(user_id)


def answer(group: rules.Group, query: rules.Read, viewer: UserId, presence: Callable[[UserId], Presence]) -> Reply:
    match query:
        case rules.Get():
            return views.group_view(group, viewer)
        case rules.Members():
            return views.members_view(group, query, viewer, presence)
        case rules.Messages():
            return _with(*views.messages_view(group, query))
        case rules.CheckIns():
            return _check_ins(group, query)
        case rules.Participation():
            return _with(*views.participations_view(group, query))
        case rules.View():
            return views.view(group, viewer, presence)


def _check_ins(group: rules.Group, query: rules.CheckIns) -> Reply:
    page = views.check_ins_view(group, query)
    if page is None:
        return {"stored": query.period}
    return page


def _with(page: Mapping[str, Any], stored: object) -> Reply:
    """`stored`: what of the page only the table has; whoever asks adds it (`gateway/groups.py`)."""
    return page if stored is None else {**page, "stored": stored}
