"""Check-ins: one a member and period, corrected within it, taken back at any time."""

from rules.activity.fact import Fact
from rules.fields import patched
from rules.group import commands
from rules.group.asking import Asking, Decision
from rules.group.events import CheckInCorrected, CheckInSubmitted, CheckInWithdrawn
from rules.group.periods import Period
from rules.group.state import CheckIn, Group
from rules.ids import ActivityId, UserId, derived
from rules.refusal import Code, Refusal
from rules.tells.group import CheckedIn

OVER = Refusal(
    Code.WRONG_STATE,
    "its period is over, or you have left the group: a check-in can be corrected by members until its period ends",
)


def check_in_id(user_id: UserId, group_id: str, period: Period) -> ActivityId:
    """A check-in is identified by user, group and period."""
    return derived("checkIn", user_id, group_id, period.first.isoformat())


def submit(group: Group, command: commands.SubmitCheckIn, asking: Asking) -> Decision:
    earlier = group.check_ins.get(asking.by)
    if earlier is not None:
        last = group.period.last.isoformat()
        text = f"you have checked in for the period that ends with {last}: correct that one with checkin:update"
        details = {"activityId": earlier.activity_id, "instead": "checkin:update"}
        return Refusal(Code.DUPLICATE_CHECKIN, text, details)
    activity_id = check_in_id(asking.by, group.id, group.period)
    scores = (command.productive, command.satisfied, command.body, command.care)
    return [CheckInSubmitted(asking.at, asking.by, activity_id, *scores, command.is_private)]


def correct(group: Group, command: commands.CorrectCheckIn, asking: Asking) -> Decision:
    found = group.check_ins.get(asking.by)
    if found is None or found.activity_id != command.activity_id or asking.by not in group.members:
        return OVER
    corrected = CheckInCorrected(
        asking.at,
        asking.by,
        patched(found.productive, command.productive),
        patched(found.satisfied, command.satisfied),
        patched(found.body, command.body),
        patched(found.care, command.care),
        patched(found.private, command.is_private),
    )
    now = (corrected.productive, corrected.satisfied, corrected.body, corrected.care, corrected.private)
    return [] if now == (found.productive, found.satisfied, found.body, found.care, found.private) else [corrected]


def withdraw(group: Group, activity_id: ActivityId, asking: Asking) -> list[CheckInWithdrawn]:
    """None where its period is over, or the group is no more: to the member it goes all the same."""
    found = group.check_ins.get(asking.by)
    known = found is not None and found.activity_id == activity_id
    return [CheckInWithdrawn(asking.at, asking.by, activity_id)] if known else []


def told(
    group: Group, user_id: UserId, said: commands.SubmitCheckIn | commands.CorrectCheckIn, was: Fact | None
) -> CheckedIn:
    """What the member's own actor is told of their check-in of the present period. `was`: what they keep of it so far."""
    check_in = group.check_ins[user_id]
    details = {} if was is None else was.details
    return CheckedIn(
        activity_id=check_in.activity_id,
        group_id=group.id,
        group=group.settings.name,
        period=(group.period.first, group.period.last),
        frequency=group.period.frequency,
        at=check_in.at,
        productive=check_in.productive,
        satisfied=check_in.satisfied,
        body=check_in.body,
        care=check_in.care,
        note=patched(details.get("note"), said.note) or None,
        mood=patched(details.get("mood"), said.mood) or None,
        energy=patched(details.get("energy"), said.energy),
        private=check_in.private,
    )


def visible(check_in: CheckIn | None) -> int | None:
    """The score that others may know; None where there is none."""
    return None if check_in is None or check_in.private else check_in.score
