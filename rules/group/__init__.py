"""A group: its members and their roles, its messages, and its check-ins, period by period.

`Create` makes one (`create`), every other command goes through `decide`, time through `overdue`; `evolve` applies what
happened. Membership is in `membership.py`, check-ins in `checking_in.py`, who may do what to whom in `powers.py`.
"""

from rules.group.commands import (
    Change,
    CheckIns,
    CorrectCheckIn,
    Create,
    Delete,
    Get,
    Invite,
    Join,
    Leave,
    Members,
    Messages,
    Participation,
    Post,
    Read,
    Remove,
    Role,
    SubmitCheckIn,
    Typing,
    Update,
    View,
)
from rules.group.decide import Asking, create, decide
from rules.group.events import EVENTS, UPCASTS, Event
from rules.group.evolve import evolve
from rules.group.life import alarms, overdue
from rules.group.state import Group, Member

__all__ = [
    "EVENTS",
    "UPCASTS",
    "Asking",
    "Change",
    "CheckIns",
    "CorrectCheckIn",
    "Create",
    "Delete",
    "Event",
    "Get",
    "Group",
    "Invite",
    "Join",
    "Leave",
    "Member",
    "Members",
    "Messages",
    "Participation",
    "Post",
    "Read",
    "Remove",
    "Role",
    "SubmitCheckIn",
    "Typing",
    "Update",
    "View",
    "alarms",
    "create",
    "decide",
    "evolve",
    "overdue",
]
