"""A user's inbox: the fold of its events.

Every live user has one, so it is kept small: which notices there are, and which of them were read. What they say is in
their table, under their number (`notification:list` is answered from there); what quiet hours hold back is here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from rules.changes import Change
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
MOST_KNOWN = 400  # notices by which a repetition is recognised: the newest, whether they are kept or not

_UNREAD, _READ, _DELETED = "urd"
_DIGITS = 16  # of an id: among a user's own, that is enough to tell them apart


@dataclass(slots=True)
class Inbox:
    total: int = 0  # ever; the newest has this number
    known: str = ""  # the first digits of the newest ids, the oldest first
    marks: str = ""  # one for each that is kept, the oldest first
    held: list[Notified] = field(default_factory=list)  # what is pushed when the quiet hours end
    quiet_until: datetime | None = None  # set while any are held

    @property
    def unread(self) -> int:
        return self.marks.count(_UNREAD)

    def has_said(self, id: str) -> bool:
        return self._place(id) is not None

    def number_of(self, id: str) -> int | None:
        """None: it was deleted, is not kept any more, or never was."""
        place = self._place(id)
        if place is None:
            return None
        number = self.total - len(self.known) // _DIGITS + 1 + place
        at = self._at(number)
        return None if at < 0 or self.marks[at] == _DELETED else number

    def is_read(self, number: int) -> bool:
        """Of one that is kept."""
        return self.marks[self._at(number)] == _READ

    def kept(self) -> Iterator[tuple[int, bool]]:
        """(number, is it read?), the newest first."""
        for back, mark in enumerate(reversed(self.marks)):
            if mark != _DELETED:
                yield self.total - back, mark == _READ

    def add(self, id: str) -> None:
        self.total += 1
        self.known = (self.known + _digits(id))[-MOST_KNOWN * _DIGITS :]
        self.marks = (self.marks + _UNREAD)[-MOST_KEPT:]

    def mark(self, number: int, mark: str) -> None:
        at = self._at(number)
        self.marks = self.marks[:at] + mark + self.marks[at + 1 :]

    def _at(self, number: int) -> int:
        """Where its mark is; below 0: it is too old."""
        return len(self.marks) - 1 - (self.total - number)

    def _place(self, id: str) -> int | None:
        digits = _digits(id)
        at = self.known.find(digits)
        while at >= 0 and at % _DIGITS:  # across two of them
            at = self.known.find(digits, at + 1)
        return None if at < 0 else at // _DIGITS


def evolve(user: "User", event: Event, rules: "RuleSet") -> list[Change]:  # noqa: ARG001 (as its siblings)
    """Apply what happened, in place. It changes nothing that other parts look at."""
    _EVOLVE[type(event)](user, event)
    return []


def quiet_changed(user: "User", at: datetime) -> None:
    """Preferences or time zone are others now: what is held goes out at the end of the quiet hours as they are now."""
    inbox = user.inbox
    if inbox is not None and inbox.held:
        inbox.quiet_until = quiet_until(user.preferences.quiet_hours, user.timezone, at) or at


def _notified(user: "User", event: Notified) -> None:
    inbox = user.inbox
    if inbox is None:
        inbox = user.inbox = Inbox()
    inbox.add(event.id)
    _let_go(inbox, inbox.total - MOST_KEPT)
    until = quiet_until(user.preferences.quiet_hours, user.timezone, event.at)
    if until is not None:
        inbox.held.append(event)
        inbox.quiet_until = until


def _read(user: "User", event: NoticeRead) -> None:
    _marked(user, event.id, _READ)


def _all_read(user: "User", event: AllNoticesRead) -> None:  # noqa: ARG001 (as its siblings)
    inbox = user.inbox
    if inbox is not None:
        inbox.marks = inbox.marks.replace(_UNREAD, _READ)
        inbox.held.clear()
        inbox.quiet_until = None


def _deleted(user: "User", event: NoticeDeleted) -> None:
    _marked(user, event.id, _DELETED)


def _quiet_ended(user: "User", event: QuietHoursEnded) -> None:
    inbox = user.inbox
    if inbox is not None:
        inbox.quiet_until = quiet_until(user.preferences.quiet_hours, user.timezone, event.at)
        if inbox.quiet_until is None:
            inbox.held.clear()


def _evening_came(user: "User", event: EveningCame) -> None:  # noqa: ARG001 (as its siblings)
    user.warns_at = None


def _marked(user: "User", id: str, mark: str) -> None:
    number = user.inbox.number_of(id) if user.inbox is not None else None
    if user.inbox is not None and number is not None:
        user.inbox.mark(number, mark)
        _let_go(user.inbox, number)


def _let_go(inbox: Inbox, number: int) -> None:
    """It was seen, or is gone: nothing of it has to be pushed any more."""
    if any(notice.number == number for notice in inbox.held):
        inbox.held = [notice for notice in inbox.held if notice.number != number]
        if not inbox.held:
            inbox.quiet_until = None


def _digits(id: str) -> str:
    return id.replace("-", "")[:_DIGITS]


_Evolve: TypeAlias = Callable[..., None]  # (user, event)

_EVOLVE: Mapping[type, _Evolve] = {
    Notified: _notified,
    NoticeRead: _read,
    AllNoticesRead: _all_read,
    NoticeDeleted: _deleted,
    QuietHoursEnded: _quiet_ended,
    EveningCame: _evening_came,
}
