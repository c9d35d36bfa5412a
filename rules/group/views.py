"""A group's wire resources."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal, TypeAlias, cast

from rules import resources
from rules.days import stamp
from rules.group import commands
from rules.group.events import Role
from rules.group.periods import Frequency, Period
from rules.group.powers import is_moderator
from rules.group.state import Ban, CheckIn, Group, Member, Message
from rules.ids import UserId
from rules.refusal import Code, Refusal, invalid

Presence: TypeAlias = Literal["online", "away", "offline"]
PresenceOf: TypeAlias = Callable[[UserId], Presence]

VIEW_MEMBERS = VIEW_MESSAGES = 20  # that come with a subscription
SCORES = ("productive", "satisfied", "body", "care", "huCaresScore")

NO_SUCH_PERIOD = invalid("period", "has to be a day of the group's present period or of one before it")
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


def check_ins_view(group: Group, query: commands.CheckIns) -> resources.CheckIns | Refusal | None:
    """A page of the present period's; None: of one that is over, which the table has."""
    period = group.period
    if query.period is not None and query.period < period.first:
        return None
    if query.period is not None and query.period > period.last:
        return NO_SUCH_PERIOD
    shown = [check_in_view(user_id, found) for user_id, found in group.check_ins.items() if not found.private]
    return check_ins_page(period.first, period.last, shown[query.after : query.after + query.limit + 1], query)


def check_ins_page(
    first: date, last: date, found: list[resources.CheckIn], query: commands.CheckIns
) -> resources.CheckIns:
    """`found`: from the page's first on, with one more than it takes where there are more."""
    view: resources.CheckIns = {"period": _days(first, last), "checkIns": found[: query.limit]}
    if len(found) > query.limit:
        view["next"] = query.after + query.limit
    return view


def present_participation(group: Group) -> resources.PeriodParticipation:
    period, members, check_ins = group.period, group.expected, group.check_ins.values()
    sums = [
        sum(scores)
        for scores in zip(*((f.productive, f.satisfied, f.body, f.care, f.score) for f in check_ins), strict=True)
    ]
    return participation_view(
        period.first, period.last, period.frequency, period.ends_at, members, len(check_ins), sums
    )


def participation_view(
    first: date, last: date, frequency: Frequency, ends_at: datetime, members: int, check_ins: int, sums: Sequence[int]
) -> resources.PeriodParticipation:
    """`rate` is 0 to 1; averages, to two places, when anybody has checked in. `sums`: of SCORES, in their order."""
    view: resources.PeriodParticipation = {
        "period": _days(first, last),
        "frequency": frequency,
        "endsAt": stamp(ends_at),
        "members": members,
        "checkIns": check_ins,
        "rate": round(check_ins / members, 4) if members else 0.0,
    }
    if check_ins:
        averages = {name: round(each / check_ins, 2) for name, each in zip(SCORES, sums, strict=True)}
        view["averages"] = cast("resources.Averages", averages)
    return view


def participations_view(
    group: Group, query: commands.Participation
) -> tuple[resources.Participation, tuple[date, int] | None]:
    """A page as far as it is in memory → and what the table has of it: so many periods that began before that day."""
    before, period = query.before, group.period
    shown = before is None or period.first < before
    view: resources.Participation = {"periods": [present_participation(group)] if shown else []}
    if period.begins_at == group.created_at:
        return view, None  # it is the first one
    if rest := query.periods - shown:
        return view, (period.first if shown or before is None else before, rest)
    view["next"] = period.first.isoformat()
    return view, None


def view(group: Group, viewer: UserId, presence: PresenceOf) -> resources.GroupView:
    """What a subscription begins with: the group, its first members, its last messages, the present period."""
    found: resources.GroupView = {
        "group": group_view(group, viewer),
        "members": [
            member_view(member, presence(member.user_id)) for member in islice(group.members.values(), VIEW_MEMBERS)
        ],
        "messages": [message_view(message) for message in reversed(group.messages[-VIEW_MESSAGES:])],
        "participation": present_participation(group),
    }
    if viewer in group.check_ins:
        found["checkInId"] = group.check_ins[viewer].activity_id
    return found


def period_view(period: Period) -> resources.CheckInPeriod:
    return _days(period.first, period.last)


def check_in_view(user_id: UserId, found: CheckIn) -> resources.CheckIn:
    return {"userId": user_id, "name": found.name, "huCaresScore": found.score, "at": stamp(found.at)}


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


def _days(first: date, last: date) -> resources.CheckInPeriod:
    return {"from": first.isoformat(), "to": last.isoformat()}


def posted_view(message: Message) -> dict[str, Any]:
    return {"messageId": message.id, "at": stamp(message.at)}
