"""What the user is told of in words: the inbox, what quiet hours hold back, and the reminders of the evening.

Other parts tell the user of something with `tell`, which stores it and, outside of quiet hours, pushes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Outcome, Push
from actors.user.part import Part, Turn
from rules.changes import (
    BadgeEarned,
    ChallengeCompleted,
    GoalAchieved,
    LevelReached,
    RelationChanged,
    StreakChanged,
)
from rules.notices import views
from rules.notices.commands import DeleteNotice, ListNotices, ReadAllNotices, ReadNotice
from rules.notices.decide import WORTH_SAYING, at_risk, is_past, notify, streak_data
from rules.notices.events import EveningCame, QuietHoursEnded
from rules.notices.texts import NoticeType, result
from rules.refusal import Refusal
from rules.tells.notice import NoticeTold
from rules.user import today_of

if TYPE_CHECKING:
    from actors.messages import Command, Due
    from actors.messages import Tell as ToldByOther
    from actors.user.actor import UserActor


def tell(
    actor: UserActor, turn: Turn, type: NoticeType, subject: str, data: dict[str, Any], *, period: str = ""
) -> None:
    """Tell the user once of `subject` (in `period`), unless they want to hear nothing of the kind.

    `data` is plain JSON, with what the text of `type` names in it.
    """
    if not actor.exists:  # an id that somebody made up
        return
    told = notify(actor.state, turn.at, type, subject, data, period=period)
    if told is None:
        return
    actor.apply(turn, [told])
    inbox = actor.state.inbox
    assert inbox is not None
    if told not in inbox.held:
        turn.outcome.effects.append(Push(actor.topic, "notification:new", views.notification(told)))


# --- commands ---


def _read(actor: UserActor, wanted: ReadNotice, command: Command) -> Outcome:
    told = {"notificationId": wanted.notification_id}
    return _changed(actor, command, "notification:read", told)


def _read_all(actor: UserActor, wanted: ReadAllNotices, command: Command) -> Outcome:  # noqa: ARG001
    return _changed(actor, command, "notification:read", {"all": True})


def _delete(actor: UserActor, wanted: DeleteNotice, command: Command) -> Outcome:
    told = {"notificationId": wanted.notification_id}
    return _changed(actor, command, "notification:deleted", told)


def _changed(actor: UserActor, command: Command, type: str, told: dict[str, Any]) -> Outcome:
    """All of the user's devices hear of it, once."""
    decision = actor.decide(command)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    if decision:
        outcome.effects.append(Push(actor.topic, type, {**told, "unread": views.unread(actor.state)}))
    outcome.reply = {}
    return outcome


def _list(actor: UserActor, wanted: ListNotices, command: Command) -> Outcome:  # noqa: ARG001
    """Which there are; what is in them is stored (`gateway/notices.py`)."""
    return Outcome(views.page(actor.state, wanted))


# --- reminders ---


def _quiet_over(actor: UserActor, due: Due) -> Outcome:
    """What was held back is pushed now, in the order in which it came, but for what was read or is past meanwhile."""
    inbox = actor.state.inbox
    held = [] if inbox is None else list(inbox.held)
    outcome = actor.record([QuietHoursEnded(due.at)], due.at, fired=due.name)
    if inbox is not None and not inbox.held:
        today = today_of(actor.state, due.at)
        outcome.effects += [
            Push(actor.topic, "notification:new", views.notification(notice))
            for notice in held
            if not is_past(actor.state, notice, due.at, today)
        ]
    return outcome


def _evening(actor: UserActor, due: Due) -> Outcome:
    """Not when it comes so late that the day is over, nor for a streak that today has qualified for meanwhile."""
    user, turn = actor.state, actor.begin(due.at, due.name)
    today = today_of(user, due.at)
    if today == user.today:
        for kind, view in at_risk(user, today):
            data = {**streak_data(kind, view.current), "date": today.isoformat()}
            tell(actor, turn, NoticeType.STREAK_AT_RISK, kind, data, period=today.isoformat())
    actor.apply(turn, [EveningCame(due.at, today)])
    return actor.end(turn)


# --- what is worth a word ---


def _told(actor: UserActor, told: NoticeTold, at: ToldByOther) -> Outcome:
    turn = actor.begin(at.at)
    tell(actor, turn, NoticeType(told.type), told.subject, told.data)
    return actor.end(turn)


def _badge(actor: UserActor, change: BadgeEarned, turn: Turn) -> None:
    badge = change.badge
    data = {"badgeId": badge.id, "name": badge.name, "description": badge.description, "times": change.times}
    tell(actor, turn, NoticeType.BADGE_EARNED, badge.id, data, period=str(change.times))


def _level(actor: UserActor, change: LevelReached, turn: Turn) -> None:
    tell(actor, turn, NoticeType.LEVEL_UP, str(change.level), {"level": change.level})


def _goal(actor: UserActor, change: GoalAchieved, turn: Turn) -> None:
    data = {"goalId": change.goal_id, "title": change.title}
    tell(actor, turn, NoticeType.GOAL_ACHIEVED, change.receipt_id, data)


def _streak(actor: UserActor, change: StreakChanged, turn: Turn) -> None:
    """A run that was lost or saved, if it was worth keeping and could be kept; once a day."""
    if change.group_id is not None and change.group_id not in actor.state.groups:
        return  # who has left can't check in any more
    view = change.view
    if change.what == "frozen":
        type, length = NoticeType.STREAK_FROZEN, view.current
    elif change.what == "broken" and view.runs and not view.current:  # else a late correction has cut it in two
        type, length = NoticeType.STREAK_BROKEN, view.runs[-1].length
    else:
        return
    if length >= WORTH_SAYING:
        today = today_of(actor.state, turn.at).isoformat()
        subject = change.kind if change.group_id is None else f"{change.kind}:{change.group_id}"
        tell(actor, turn, type, subject, streak_data(change.kind, length), period=today)


def _challenge(actor: UserActor, change: ChallengeCompleted, turn: Turn) -> None:
    data: dict[str, Any] = {"challengeId": change.challenge_id, "name": change.name, "result": result(change)}
    if change.rank is not None:
        data["rank"] = change.rank
    tell(actor, turn, NoticeType.CHALLENGE_FINISHED, change.challenge_id, data)


def _relation(actor: UserActor, change: RelationChanged, turn: Turn) -> None:
    """Asking again is told again, once a day."""
    if change.what == "received":
        type = NoticeType.FRIEND_REQUESTED
    elif change.what == "accepted":
        type = NoticeType.FRIEND_ACCEPTED
    else:
        return
    today = today_of(actor.state, turn.at).isoformat()
    tell(actor, turn, type, change.user_id, {"userId": change.user_id, "name": change.name}, period=today)


PART = Part(
    commands={ReadNotice: _read, ReadAllNotices: _read_all, DeleteNotice: _delete, ListNotices: _list},
    tells={NoticeTold: _told},
    dues={"quiet": _quiet_over, "evening": _evening},
    reactions={
        BadgeEarned: _badge,
        LevelReached: _level,
        GoalAchieved: _goal,
        StreakChanged: _streak,
        ChallengeCompleted: _challenge,
        RelationChanged: _relation,
    },
)
