"""A challenge: its commands, events, state and life cycle.

    draft → open → countdown → live ⇄ paused → settling → finished        cancelled: from anything before finished

`Create` makes one (`create`), every other command goes through `decide`, a day that changed through `tally`,
time through `overdue`; `evolve` applies what happened.
"""

from rules.challenge.commands import (
    Announce,
    Cancel,
    Change,
    Create,
    Disqualify,
    Extend,
    Finish,
    Get,
    Invite,
    Join,
    Leaderboard,
    Leave,
    Open,
    Pause,
    Read,
    Reinstate,
    Results,
    Resume,
    Role,
    Start,
    Timeline,
    Update,
    View,
)
from rules.challenge.decide import create, decide, introduce, tally
from rules.challenge.events import EVENTS, Event, Mode
from rules.challenge.evolve import evolve
from rules.challenge.life import alarms, overdue
from rules.challenge.state import Challenge, Participant, Phase

__all__ = [
    "EVENTS",
    "Announce",
    "Cancel",
    "Challenge",
    "Change",
    "Create",
    "Disqualify",
    "Event",
    "Extend",
    "Finish",
    "Get",
    "Invite",
    "Join",
    "Leaderboard",
    "Leave",
    "Mode",
    "Open",
    "Participant",
    "Pause",
    "Phase",
    "Read",
    "Reinstate",
    "Results",
    "Resume",
    "Role",
    "Start",
    "Timeline",
    "Update",
    "View",
    "alarms",
    "create",
    "decide",
    "evolve",
    "introduce",
    "overdue",
    "tally",
]
