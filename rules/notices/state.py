"""A user's inbox: the fold of its events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from rules.changes import Change, InboxChanged
from rules.notices.events import (
    AllNoticesRead,
    EveningCame,
    Event,
    NoticeDeleted,
    NoticeRead,
    Notified,
    QuietHoursEnded,
)
from rules.notices.quiet import quiet_until

if TYPE_CHECKING:
    from rules.ruleset import RuleSet
    from rules.user.state import User

MOST_KEPT = 200  # notices, the newest
MOST_GONE = 200  # ids by which a repetition of those is recognised that are not kept any more


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    number: int  # counts up; the newest has the highest
    type: str
    title: str
    message: str
    data: dict[str, Any]
    at: datetime
    read: bool = False


@dataclass(slots=True)
class Inbox:
    notices: dict[str, Notice] = field(default_factory=dict)  # oldest first
    gone: dict[str, None] = field(default_factory=dict)  # deleted, or too old: the longest ago first
    total: int = 0  # ever
    unread: int = 0
    held: list[str] = field(default_factory=list)  # notices that are pushed when the quiet hours end
    quiet_until: datetime | None = None  # set while any are held

    def has_said(self, id: str) -> bool:
        return id in self.notices or id in self.gone


def evolve(user: "User", event: Event, rules: "RuleSet") -> list[Change]:  # noqa: ARG001 (as its siblings)
    """Apply what happened, in place. Returns what it changed."""
    return _EVOLVE[type(event)](user, event)


def quiet_changed(user: "User", at: datetime) -> None:
    """Preferences or time zone are others now: what is held goes out at the end of the quiet hours as they are now."""
    inbox = user.inbox
    if inbox is not None and inbox.held:
        inbox.quiet_until = quiet_until(user.preferences.quiet_hours, user.timezone, at) or at


def _notified(user: "User", event: Notified) -> list[Change]:
    inbox = user.inbox
    if inbox is None:
        inbox = user.inbox = Inbox()
    inbox.total += 1
    inbox.unread += 1
    inbox.notices[event.id] = Notice(
        event.id, inbox.total, event.type, event.title, event.message, event.data, event.at
    )
    changed = [event.id]
    if len(inbox.notices) > MOST_KEPT:
        oldest = next(iter(inbox.notices))
        _forget(inbox, oldest)
        changed.append(oldest)
    until = quiet_until(user.preferences.quiet_hours, user.timezone, event.at)
    if until is not None:
        inbox.held.append(event.id)
        inbox.quiet_until = until
    return [InboxChanged(tuple(changed))]


def _read(user: "User", event: NoticeRead) -> list[Change]:
    inbox = user.inbox
    if inbox is None or event.id not in inbox.notices or inbox.notices[event.id].read:
        return []
    inbox.notices[event.id] = replace(inbox.notices[event.id], read=True)
    inbox.unread -= 1
    _let_go(inbox, event.id)
    return [InboxChanged((event.id,))]


def _all_read(user: "User", event: AllNoticesRead) -> list[Change]:  # noqa: ARG001 (as its siblings)
    inbox = user.inbox
    if inbox is None:
        return []
    changed = [id for id, notice in inbox.notices.items() if not notice.read]
    for id in changed:
        inbox.notices[id] = replace(inbox.notices[id], read=True)
    inbox.unread = 0
    inbox.held.clear()
    inbox.quiet_until = None
    return [InboxChanged(tuple(changed))]


def _deleted(user: "User", event: NoticeDeleted) -> list[Change]:
    inbox = user.inbox
    if inbox is None or event.id not in inbox.notices:
        return []
    _forget(inbox, event.id)
    return [InboxChanged((event.id,))]


def _quiet_ended(user: "User", event: QuietHoursEnded) -> list[Change]:
    inbox = user.inbox
    if inbox is not None:
        inbox.quiet_until = quiet_until(user.preferences.quiet_hours, user.timezone, event.at)
        if inbox.quiet_until is None:
            inbox.held.clear()
    return []


def _evening_came(user: "User", event: EveningCame) -> list[Change]:  # noqa: ARG001 (as its siblings)
    user.warns_at = None
    return []


def _forget(inbox: Inbox, id: str) -> None:
    if not inbox.notices.pop(id).read:
        inbox.unread -= 1
    inbox.gone[id] = None
    if len(inbox.gone) > MOST_GONE:
        del inbox.gone[next(iter(inbox.gone))]
    _let_go(inbox, id)


def _let_go(inbox: Inbox, id: str) -> None:
    """It was seen, or is gone: nothing of it has to be pushed any more."""
    if id in inbox.held:
        inbox.held.remove(id)
        if not inbox.held:
            inbox.quiet_until = None


_Evolve: TypeAlias = Callable[..., list[Change]]  # (user, event)

_EVOLVE: Mapping[type, _Evolve] = {
    Notified: _notified,
    NoticeRead: _read,
    AllNoticesRead: _all_read,
    NoticeDeleted: _deleted,
    QuietHoursEnded: _quiet_ended,
    EveningCame: _evening_came,
}
