"""A group's wire resources."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import islice
from typing import Any, Literal, TypeAlias

from rules import resources
from rules.days import stamp
from rules.group import commands
from rules.group.events import Role
from rules.group.periods import PERIODS_KEPT, Period
from rules.group.powers import is_moderator
from rules.group.state import Ban, CheckIn, Group, Member, Message, PastPeriod
from rules.ids import UserId
from rules.refusal import Code, Refusal, invalid

Presence: TypeAlias = Literal["online", "away", "offline"]
PresenceOf: TypeAlias = Callable[[UserId], Presence]

VIEW_MEMBERS = VIEW_MESSAGES = 20  # that come with a subscription

_BANS_ARE_HIDDEN = Refusal(Code.FORBIDDEN, "only admins and moderators see who is banned", {"needs": "moderator"})


def group_view(group: Group, viewer: UserId | None = None) -> resources.Group:
    """The resource; members see the access code and their role."""
    settings = group.settings
    view: resources.Group = {
        "id": group.id,
        "name": settings.name,
        "isPrivate": settings.is_private,
        "maxMembers": settings.max_members,
        "whoInvites": settings.who_invites,
        "checkInFrequency": settings.frequency,
        "timezone": settings.timezone,
        "memberCount": len(group.members),
    }
    if settings.description is not None:
        view["description"] = settings.description
    member = group.members.get(viewer or "")
    if member is not None:
        view["accessCode"] = group.access_code
        view["role"] = member.role.value
    return view


def member_view(member: Member, presence: Presence) -> resources.Member:
    return {
        "userId": member.user_id,
        "name": member.name,
        "role": member.role.value,
        "status": "active",
        "joinedAt": stamp(member.joined_at),
        "presence": presence,
    }


def members_view(
    group: Group, query: commands.Members, viewer: UserId, presence: PresenceOf
) -> resources.Members | Refusal:
    """A page in the order of joining. `next` is the number of the last one on it."""
    people: Mapping[UserId, Member | Ban] = group.members
    if query.status == "banned":
        if not is_moderator(group, viewer):
            return _BANS_ARE_HIDDEN
        people = group.banned
    rest = sorted((person for person in people.values() if person.number > query.after), key=lambda who: who.number)
    page = rest[: query.limit]
    shown = [
        member_view(person, presence(person.user_id)) if isinstance(person, Member) else _banned(person)
        for person in page
    ]
    view: resources.Members = {"members": shown, "memberCount": len(group.members)}
    if len(rest) > len(page):
        view["next"] = page[-1].number
    return view


def message_view(message: Message) -> resources.GroupMessage:
    return {
        "messageId": message.id,
        "number": message.number,
        "from": message.by,
        "text": message.text,
        "at": stamp(message.at),
    }


def messages_view(group: Group, query: commands.Messages) -> tuple[resources.Messages, tuple[int, int] | None]:
    """A page, the newest first, as far as it is in memory → and the numbers (both included) of those that are not."""
    last = group.said if query.before is None else min(group.said, query.before - 1)
    first = max(1, last - query.limit + 1)
    oldest = group.messages[0].number if group.messages else group.said + 1
    held = group.messages[max(0, first - oldest) : max(0, last - oldest + 1)]
    view: resources.Messages = {"messages": [message_view(message) for message in reversed(held)]}
    if first > 1 and last > 0:
        view["next"] = first
    stored_last = min(last, oldest - 1)
    return view, ((first, stored_last) if first <= stored_last else None)


def check_ins_view(group: Group, query: commands.CheckIns) -> resources.CheckIns | Refusal:
    past = _period_of(group, query.period)
    if past is None:
        return invalid("period", f"has to be a day of the present period or of the {PERIODS_KEPT} before it")
    shown = [(user_id, found) for user_id, found in past.check_ins.items() if not found.private]
    page = shown[query.after : query.after + query.limit]
    view: resources.CheckIns = {
        "period": period_view(past.period),
        "checkIns": [_check_in(user_id, found) for user_id, found in page],
    }
    if len(shown) > query.after + len(page):
        view["next"] = query.after + len(page)
    return view


def participation_view(past: PastPeriod) -> resources.PeriodParticipation:
    """`rate` is 0 to 1; averages, to two places, when anybody has checked in."""
    check_ins = past.check_ins.values()
    view: resources.PeriodParticipation = {
        "period": period_view(past.period),
        "frequency": past.period.frequency,
        "endsAt": stamp(past.period.ends_at),
        "members": past.members,
        "checkIns": len(check_ins),
        "rate": round(len(check_ins) / past.members, 4) if past.members else 0.0,
    }
    if check_ins:
        view["averages"] = {
            "productive": _average([found.productive for found in check_ins]),
            "satisfied": _average([found.satisfied for found in check_ins]),
            "body": _average([found.body for found in check_ins]),
            "care": _average([found.care for found in check_ins]),
            "huCaresScore": _average([found.score for found in check_ins]),
        }
    return view


def participations_view(group: Group, query: commands.Participation) -> resources.Participation:
    return {"periods": [participation_view(past) for past in islice(group.periods(), query.periods)]}


def view(group: Group, viewer: UserId, presence: PresenceOf) -> resources.GroupView:
    """What a subscription begins with: the group, its first members, its last messages, the present period."""
    found: resources.GroupView = {
        "group": group_view(group, viewer),
        "members": [
            member_view(member, presence(member.user_id)) for member in islice(group.members.values(), VIEW_MEMBERS)
        ],
        "messages": [message_view(message) for message in reversed(group.messages[-VIEW_MESSAGES:])],
        "participation": participation_view(next(group.periods())),
    }
    if viewer in group.check_ins:
        found["checkInId"] = group.check_ins[viewer].activity_id
    return found


def period_view(period: Period) -> resources.CheckInPeriod:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _banned(ban: Ban) -> resources.Member:
    """What they are doing now is nobody's business here."""
    return {
        "userId": ban.user_id,
        "name": ban.name,
        "role": Role.MEMBER.value,
        "status": "banned",
        "joinedAt": stamp(ban.joined_at),
        "presence": "offline",
    }


def _period_of(group: Group, day: date | None) -> PastPeriod | None:
    for past in group.periods():
        if day is None or past.period.first <= day <= past.period.last:
            return past
    return None


def _check_in(user_id: UserId, found: CheckIn) -> resources.CheckIn:
    return {"userId": user_id, "name": found.name, "huCaresScore": found.score, "at": stamp(found.at)}


def _average(values: list[int]) -> float:
    return round(sum(values) / len(values), 2)


def posted_view(message: Message) -> dict[str, Any]:
    return {"messageId": message.id, "at": stamp(message.at)}
