"""What others hear of a group's events: tells, pushes, and the rows of the read tables that change."""

from typing import Any

from actors.messages import Address, Attend, Outcome, Push
from rules.days import stamp
from rules.group.checking_in import visible
from rules.group.events import (
    AccessCodeChanged,
    BansLifted,
    CheckInCorrected,
    CheckInSubmitted,
    CheckInWithdrawn,
    Event,
    GroupCreated,
    GroupDeleted,
    GroupUpdated,
    MemberJoined,
    MemberLeft,
    MemberRemoved,
    MemberRenamed,
    MessagePosted,
    PeriodBegan,
    RoleGiven,
    UsersInvited,
)
from rules.group.state import Group
from rules.group.views import group_view, message_view, period_view
from rules.ids import UserId
from rules.tells.group import GroupInvited, GroupJoined, GroupLeft

# who watches has to be a member, so what they are pushed may hold the access code
_SETTINGS = (GroupUpdated, AccessCodeChanged)
_OF_A_MEMBER = (MemberJoined, MemberRenamed, MemberLeft, MemberRemoved, RoleGiven)


def topic(group: Group) -> str:
    return f"group:{group.id}"


def user(user_id: UserId) -> Address:
    return Address("user", user_id)


def touch(group: Group, event: Event, outcome: Outcome) -> None:
    """Mark the rows of the read tables that this event changes; `group` is as it was before."""
    touched = outcome.touched
    match event:
        case GroupCreated():
            touched |= {"group", ("member", event.by)}
        case GroupDeleted():
            touched.add("group")
            touched.update(("member", user_id) for user_id in group.banned)
        case BansLifted():
            touched.update(("member", user_id) for user_id in event.user_ids)
        case _ if isinstance(event, _SETTINGS):
            touched.add("group")
        case _ if isinstance(event, _OF_A_MEMBER):
            touched |= {"group", ("member", event.user_id)}


def tell_of(group: Group, event: Event, outcome: Outcome, *, before: int | None, member: bool) -> None:
    """Tell and push what follows from one event. `before`: the score that others knew of until now; `member`: were they one?"""
    match event:
        case GroupCreated():
            _enter(group, event.by, outcome)
        case GroupUpdated():
            _updated(group, outcome, "settingsChanged", group=group_view(group))
        case AccessCodeChanged():
            _updated(group, outcome, "accessCodeChanged", accessCode=group.access_code)
        case GroupDeleted():
            _updated(group, outcome, "deleted", by=event.by)
            outcome.effects.append(Attend(None, topic(group), on=False))
        case MemberJoined():
            _updated(group, outcome, "memberJoined", **_who(group, event.user_id), name=event.name)
            _enter(group, event.user_id, outcome)
        case MemberRenamed():
            _updated(group, outcome, "memberRenamed", userId=event.user_id, name=event.name)
        case MemberLeft():
            _go(group, event.user_id, outcome, "left")
            _updated(group, outcome, "memberLeft", **_who(group, event.user_id))
        case MemberRemoved() if member:
            _updated(group, outcome, "memberRemoved", **_who(group, event.user_id), by=event.by, banned=event.banned)
            _go(group, event.user_id, outcome, "banned" if event.banned else "removed")
        case RoleGiven():
            _updated(group, outcome, "roleChanged", userId=event.user_id, role=event.role.value, by=event.by)
        case UsersInvited():
            invited = GroupInvited(group.id, group.settings.name, event.by, group.members[event.by].name)
            outcome.tells.extend((user(user_id), invited) for user_id in event.user_ids)
        case MessagePosted():
            outcome.effects.append(Push(topic(group), "group:message", dict(message_view(group.messages[-1]))))
        case PeriodBegan():
            _updated(group, outcome, "periodBegan", period=period_view(group.period))
        case CheckInSubmitted() | CheckInCorrected() | CheckInWithdrawn():
            _checked_in(group, event.user_id, outcome, before)
        case _:
            pass


def _checked_in(group: Group, user_id: UserId, outcome: Outcome, before: int | None) -> None:
    """Others hear of a score that they may know, when it is another than they knew of."""
    found = group.check_ins.get(user_id)
    score = visible(found)
    if score == before:
        return
    if found is None or score is None:
        _updated(group, outcome, "checkInWithdrawn", userId=user_id)
        return
    checked_in = {
        "userId": user_id,
        "username": group.members[user_id].username,
        "groupId": group.id,
        "huCaresScore": score,
        "timestamp": stamp(found.at),
    }
    outcome.effects.append(Push(topic(group), "friend:checked-in", checked_in))


def _enter(group: Group, user_id: UserId, outcome: Outcome) -> None:
    outcome.tells.append((user(user_id), GroupJoined(group.id, group.settings.name)))
    outcome.effects.append(Attend(user_id, topic(group)))


def _go(group: Group, user_id: UserId, outcome: Outcome, why: Any) -> None:
    """They watch the topic no longer: what they are to hear of there comes before this."""
    outcome.tells.append((user(user_id), GroupLeft(group.id, group.settings.name, why)))
    outcome.effects.append(Attend(user_id, topic(group), on=False))


def _who(group: Group, user_id: UserId) -> dict[str, Any]:
    return {"userId": user_id, "memberCount": len(group.members)}


def _updated(group: Group, outcome: Outcome, change: str, /, **more: Any) -> None:
    outcome.effects.append(Push(topic(group), "group:updated", {"groupId": group.id, "change": change, **more}))
