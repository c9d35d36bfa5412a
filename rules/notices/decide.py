"""What there is to tell a user, and what their commands to the inbox lead to."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rules import rewards as rewarding
from rules.activity.fact import Kind
from rules.asked import Asked
from rules.days import midnight_after
from rules.ids import derived
from rules.notices.commands import DeleteNotice, ReadAllNotices, ReadNotice
from rules.notices.events import AllNoticesRead, Event, NoticeDeleted, NoticeRead, Notified
from rules.notices.texts import SAID, NoticeType, texts
from rules.refusal import Code, Refusal
from rules.social.state import hidden_from
from rules.streaks import ACTIVE, STEPS_GOAL, StreakKind, StreakView
from rules.xp import unit_of

if TYPE_CHECKING:
    from rules.user.state import User

WORTH_SAYING = 3  # days that a streak has to have before one hears that it is at risk, saved or over
WARNED_BEFORE = timedelta(hours=4)  # … the end of the day

_NO_SUCH = Refusal(Code.NOT_FOUND, "no such notification: it was deleted, or is older than the 200 that are kept")


def notify(
    user: "User", now: datetime, type: NoticeType, subject: str, data: dict[str, Any], *, period: str = ""
) -> Notified | None:
    """Tell the user once of `subject` (in `period`). None where they have turned that off, or were told before."""
    if not user.preferences.notifications[SAID[type].group]:
        return None
    id = derived("notice", user.id, type.value, subject, period)
    if user.inbox is not None and user.inbox.has_said(id):
        return None
    number = user.inbox.total + 1 if user.inbox is not None else 1
    return Notified(now, number, id, type.value, *texts(type, data), data)


def is_past(user: "User", notice: Notified, now: datetime, today: date) -> bool:
    """Has what it speaks of come, been done or been taken back, or is it of somebody blocked? Then it is too late for it."""
    if notice.data.get("userId", notice.data.get("by")) in hidden_from(user):
        return True
    match notice.type:
        case NoticeType.FRIEND_REQUESTED:
            return user.social is None or notice.data["userId"] not in user.social.received
        case NoticeType.CHALLENGE_STARTS_SOON | NoticeType.CHALLENGE_ENDS_SOON:
            return datetime.fromisoformat(notice.data["at"]) <= now
        case NoticeType.STREAK_AT_RISK:
            still = any(kind == notice.data["kind"] for kind, _ in at_risk(user, today))
            return not still or date.fromisoformat(notice.data["date"]) < today
        case NoticeType.GROUP_INVITED:
            return notice.data["groupId"] in user.groups
        case NoticeType.CHECK_IN_DUE:
            group_id, until = notice.data["groupId"], datetime.fromisoformat(notice.data["until"])
            return until <= now or group_id not in user.groups or _checked_in(user, group_id, notice.at)
        case _:
            return False


def _checked_in(user: "User", group_id: str, since: datetime) -> bool:
    facts = (fact for day in user.days.values() for fact in day.facts if fact.kind is Kind.CHECK_IN)
    return any(fact.details["groupId"] == group_id and fact.starts_at >= since for fact in facts)


# --- commands ---


def read(user: "User", command: ReadNotice, asked: Asked) -> list[Event] | Refusal:
    inbox, id = user.inbox, command.notification_id
    number = inbox.number_of(id) if inbox is not None else None
    if inbox is None or number is None:
        return _NO_SUCH
    return [] if inbox.is_read(number) else [NoticeRead(asked.now, id)]


def read_all(user: "User", command: ReadAllNotices, asked: Asked) -> list[Event] | Refusal:  # noqa: ARG001 (as its siblings)
    return [AllNoticesRead(asked.now)] if user.inbox is not None and user.inbox.unread else []


def delete(user: "User", command: DeleteNotice, asked: Asked) -> list[Event] | Refusal:
    number = user.inbox.number_of(command.notification_id) if user.inbox is not None else None
    if number is None:
        return _NO_SUCH
    return [NoticeDeleted(asked.now, command.notification_id, number)]


DECIDE: Mapping[type, Callable[..., Any]] = {
    ReadNotice: read,
    ReadAllNotices: read_all,
    DeleteNotice: delete,
}


# --- streaks at risk ---


def at_risk(user: "User", today: date) -> list[tuple[str, StreakView]]:
    """The streaks by day that are worth a word and for which today has not qualified yet."""
    views = [
        (kind, rewarding.streak(user.rewards, kind, today))
        for kind in (ACTIVE, STEPS_GOAL)
        if kind in user.rewards.streaks
    ]
    return [
        (kind, view)
        for kind, view in views
        if view.current >= WORTH_SAYING and view.last_day != today and today not in view.frozen_days
    ]


def watch_evening(user: "User") -> None:
    """Something about streaks, the day or its end has changed: when is there to be warned?"""
    today = user.today
    if today is not None and at_risk(user, today):
        user.warns_at = midnight_after(today, user.timezone) - WARNED_BEFORE
    else:
        user.warns_at = None


def streak_data(kind: str, length: int) -> dict[str, Any]:
    return {"kind": kind, "streak": _STREAKS[StreakKind(kind)], "length": length, "unit": unit_of(kind)}


_STREAKS: Mapping[StreakKind, str] = {
    StreakKind.ACTIVE: "active streak",
    StreakKind.STEPS_GOAL: "streak of step goals",
    StreakKind.WORKOUT_WEEK: "workout streak",
    StreakKind.CHECK_IN: "check-in streak",
    StreakKind.PUFF_FREE: "puff-free streak",
}
