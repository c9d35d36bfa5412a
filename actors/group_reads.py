"""What a group answers to reads."""

from collections.abc import Callable

from actors.messages import Reply
from actors.ports import Presence
from rules import group as rules
from rules.group import views
from rules.ids import UserId


def answer(group: rules.Group, query: rules.Read, viewer: UserId, presence: Callable[[UserId], Presence]) -> Reply:
    match query:
        case rules.Get():
            return views.group_view(group, viewer)
        case rules.Members():
            return views.members_view(group, query, viewer, presence)
        case rules.Messages():
            return _messages(group, query)
        case rules.CheckIns():
            return views.check_ins_view(group, query)
        case rules.Participation():
            return views.participations_view(group, query)
        case rules.View():
            return views.view(group, viewer, presence)


def _messages(group: rules.Group, query: rules.Messages) -> Reply:
    """`stored`: first and last number of those that only the table has; whoever asks adds them."""
    page, stored = views.messages_view(group, query)
    return {**page} if stored is None else {**page, "stored": stored}
