"""The groups that a user is in: they hear what the user is called, and the user hears of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actors.messages import Address, Outcome, Push
from actors.user import challenges, notices
from actors.user.part import Part, Turn
from rules.activity.fact import Kind
from rules.activity.found import fact_of
from rules.changes import ProfileChanged
from rules.days import stamp
from rules.group.commands import CorrectCheckIn, Create, Join
from rules.group.membership import NO_SUCH_CODE
from rules.group.mine import MOST_GROUPS, GroupEntered, GroupExited, may_enter
from rules.notices.texts import NoticeType
from rules.refusal import Code, Refusal
from rules.tells.group import CheckInDue, GroupInvited, GroupJoined, GroupLeft, MemberIntroduced
from rules.user import today_of

if TYPE_CHECKING:
    from actors.messages import Command, Tell
    from actors.user.actor import UserActor

_IN_TOO_MANY = Refusal(Code.CONFLICT, f"you are in {MOST_GROUPS} groups, which is all one may: leave one first")
_NO_SUCH = Refusal(Code.NOT_FOUND, "you have no such check-in: check the id")


def _enter(actor: UserActor, wanted: Create | Join, command: Command) -> Outcome:  # noqa: ARG001
    """The group decides, unless this user is in too many. No group at all: one with an access code that is nobody's."""
    if command.onward is None:
        return Outcome(NO_SUCH_CODE)
    return Outcome(None if may_enter(actor.state, command.onward.id) else _IN_TOO_MANY)


def _correct(actor: UserActor, wanted: CorrectCheckIn, command: Command) -> Outcome:  # noqa: ARG001
    """It goes on to the group that it was for, with what is kept of it here."""
    fact = fact_of(actor.state, wanted.activity_id)
    if fact is None or fact.kind is not Kind.CHECK_IN:
        return Outcome(_NO_SUCH)
    return Outcome(forward=_group(fact.details["groupId"]), known=replace(actor.known(), fact=fact))


def _joined(actor: UserActor, told: GroupJoined, tell: Tell) -> Outcome:
    return actor.record([GroupEntered(tell.at, told.group_id)], tell.at)


def _left(actor: UserActor, told: GroupLeft, tell: Tell) -> Outcome:
    outcome = actor.record([GroupExited(tell.at, told.group_id)], tell.at)
    challenges.look_again(actor, outcome)
    return outcome


def _invited(actor: UserActor, told: GroupInvited, tell: Tell) -> Outcome:
    if not actor.exists:  # an id that somebody made up
        return Outcome()
    turn = actor.begin(tell.at)
    invited = {"groupId": told.group_id, "name": told.name, "by": told.by}
    turn.outcome.effects.append(Push(actor.topic, "group:invited", invited))
    today = today_of(actor.state, tell.at).isoformat()
    words = {**invited, "byName": told.by_name}
    notices.tell(actor, turn, NoticeType.GROUP_INVITED, told.group_id, words, period=today)
    return actor.end(turn)


def _check_in_due(actor: UserActor, told: CheckInDue, tell: Tell) -> Outcome:
    turn = actor.begin(tell.at)
    if told.until > tell.at:
        until = stamp(told.until)
        data = {"groupId": told.group_id, "name": told.name, "until": until}
        notices.tell(actor, turn, NoticeType.CHECK_IN_DUE, told.group_id, data, period=until)
    return actor.end(turn)


def _profile_changed(actor: UserActor, change: ProfileChanged, turn: Turn) -> None:
    user = actor.state
    if change.introduction and user.groups:
        introduced = MemberIntroduced(user.id, user.display_name, user.username)
        turn.outcome.tells += [(_group(group_id), introduced) for group_id in user.groups]


def _group(group_id: str) -> Address:
    return Address("group", group_id)


PART = Part(
    commands={Create: _enter, Join: _enter, CorrectCheckIn: _correct},
    tells={GroupJoined: _joined, GroupLeft: _left, GroupInvited: _invited, CheckInDue: _check_in_due},
    reactions={ProfileChanged: _profile_changed},
)
