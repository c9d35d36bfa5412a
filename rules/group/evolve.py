"""How a group changes when something has happened. In place: it may hold thousands of members."""

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import assert_never

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
    MembersDismissed,
    MembersNudged,
    MessagePosted,
    PeriodBegan,
    Role,
    RoleGiven,
    UsersInvited,
)
from rules.group.state import MESSAGES_IN_MEMORY, Ban, CheckIn, Group, Member, Message
from rules.ids import UserId


def evolve(group: Group, event: Event) -> Group:
    """Apply one event. Raises KeyError for one about somebody who is not there."""
    match event:
        case GroupCreated():
            group.id, group.settings, group.access_code = event.id, event.settings, event.access_code
            group.created_at, group.period = event.at, event.period
            _enter(group, event.by, event.name, event.username, Role.ADMIN, event.at)
        case GroupUpdated():
            group.settings = event.settings
        case AccessCodeChanged():
            group.access_code = event.access_code
        case GroupDeleted():
            _close(group, event.at)
        case MembersDismissed():
            for user_id in list(islice(group.members, event.count)):
                del group.members[user_id]
        case MemberJoined():
            group.invited.pop(event.user_id, None)
            _enter(group, event.user_id, event.name, event.username, Role.MEMBER, event.at)
        case MemberRenamed():
            member = group.members[event.user_id]
            member.name, member.username = event.name, event.username
        case MemberLeft():
            del group.members[event.user_id]
        case MemberRemoved():
            _remove(group, event)
        case BansLifted():
            for user_id in event.user_ids:
                del group.banned[user_id]
        case RoleGiven():
            group.members[event.user_id].role = event.role
        case UsersInvited():
            group.invited.update(dict.fromkeys(event.user_ids, event.by))
        case MessagePosted():
            group.said = event.number
            group.messages.append(Message(event.id, event.number, event.by, event.text, event.at))
            del group.messages[:-MESSAGES_IN_MEMORY]
        case PeriodBegan():
            group.period, group.check_ins = event.period, {}
            group.nudged, group.nudged_all = 0, False
        case MembersNudged():
            group.nudged, group.nudged_all = event.up_to, event.all
        case CheckInSubmitted():
            group.check_ins[event.user_id] = CheckIn(
                event.activity_id,
                group.members[event.user_id].name,
                event.at,
                event.productive,
                event.satisfied,
                event.body,
                event.care,
                event.private,
            )
        case CheckInCorrected():
            group.check_ins[event.user_id] = replace(
                group.check_ins[event.user_id],
                productive=event.productive,
                satisfied=event.satisfied,
                body=event.body,
                care=event.care,
                private=event.private,
            )
        case CheckInWithdrawn():
            _withdraw(group, event)
        case _:
            assert_never(event)
    return group


def _enter(group: Group, user_id: UserId, name: str, username: str, role: Role, at: datetime) -> None:
    group.numbered += 1
    group.members[user_id] = Member(user_id, name, username, role, at, group.numbered)


def _remove(group: Group, event: MemberRemoved) -> None:
    group.invited.pop(event.user_id, None)
    member = group.members.pop(event.user_id, None)
    if not event.banned:
        return
    if member is not None:
        ban = Ban(member.user_id, member.name, member.username, member.joined_at, member.number)
    else:
        group.numbered += 1
        ban = Ban(event.user_id, "", "", event.at, group.numbered)
    group.banned[event.user_id] = ban


def _withdraw(group: Group, event: CheckInWithdrawn) -> None:
    found = group.check_ins.get(event.user_id)
    if found is not None and found.activity_id == event.activity_id:  # else of a period that is over
        del group.check_ins[event.user_id]


def _close(group: Group, at: datetime) -> None:
    """Only the members stay, until each of them knows."""
    group.deleted_at = at
    for held in (group.invited, group.banned, group.messages, group.check_ins):
        held.clear()
