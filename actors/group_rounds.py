"""What many members are told one after the other, a portion a commit: the reminder behind it comes back until all know."""

from datetime import datetime
from itertools import islice

from actors import group_news as news
from actors.messages import Outcome
from rules.group.events import MembersDismissed, MembersNudged
from rules.group.state import Group
from rules.tells.group import CheckInDue, GroupLeft

TOLD_AT_ONCE = 100


def nudge(group: Group, at: datetime, outcome: Outcome) -> MembersNudged:
    """Remind the next members who have not checked in."""
    waiting = (
        member
        for member in group.members.values()
        if member.number > group.nudged and member.user_id not in group.check_ins
    )
    next_ones = list(islice(waiting, TOLD_AT_ONCE))
    due = CheckInDue(group.id, group.settings.name, group.period.ends_at)
    outcome.tells.extend((news.user(member.user_id), due) for member in next_ones)
    up_to = next_ones[-1].number if next_ones else group.numbered
    return MembersNudged(at, up_to, all=len(next_ones) < TOLD_AT_ONCE)


def dismiss(group: Group, at: datetime, outcome: Outcome) -> MembersDismissed:
    """Tell the next members that the group is no more."""
    next_ones = list(islice(group.members, TOLD_AT_ONCE))
    gone = GroupLeft(group.id, group.settings.name, "deleted")
    for user_id in next_ones:
        outcome.tells.append((news.user(user_id), gone))
        outcome.touched.add(("member", user_id))
    return MembersDismissed(at, len(next_ones))
