"""A workout session: its commands, events, state and life cycle.

    planned → inProgress ⇄ paused → completed        cancelled: from anything before completed

`plan` makes one, every other command goes through `decide`, time through `overdue`; `evolve` applies what happened. Whoever
plans it is its owner: they start, pause and resume it, and their end is the end for everyone. Every athlete has exercises,
sets, a rest and stats of their own. A rest runs on in a pause, and a set that is done does not end it.
"""

from rules.session.commands import (
    Cancel,
    Change,
    Complete,
    CompleteSet,
    Get,
    Invite,
    Join,
    Pause,
    Plan,
    Read,
    Resume,
    Select,
    SkipRest,
    Start,
    StartRest,
    UndoSet,
    View,
)
from rules.session.decide import Asking, busy_elsewhere, decide, plan, shut_out
from rules.session.events import EVENTS, UPCASTS, Event
from rules.session.evolve import evolve
from rules.session.life import alarms, overdue
from rules.session.state import Athlete, Phase, Session

__all__ = [
    "EVENTS",
    "UPCASTS",
    "Asking",
    "Athlete",
    "Cancel",
    "Change",
    "Complete",
    "CompleteSet",
    "Event",
    "Get",
    "Invite",
    "Join",
    "Pause",
    "Phase",
    "Plan",
    "Read",
    "Resume",
    "Select",
    "Session",
    "SkipRest",
    "Start",
    "StartRest",
    "UndoSet",
    "View",
    "alarms",
    "busy_elsewhere",
    "decide",
    "evolve",
    "overdue",
    "plan",
    "shut_out",
]
