"""A challenge: its commands, events, state and life cycle.

    draft → open → countdown → live ⇄ paused → settling → finished        cancelled: from anything before finished

`Create` makes one (`create`), every other command goes through `decide`, a day that changed through `tally`,
an activity through `tally_activity`, time through `overdue`; `evolve` applies what happened.
"""

from rules.challenge.commands import (
    Announce,
    BestOf,
    Cancel,
    Change,
    Create,
    Disqualify,
    Elimination,
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
    Reviews,
    Role,
    Start,
    Timeline,
    Update,
    View,
)
from rules.challenge.decide import create, decide
from rules.challenge.events import EVENTS, Event, Mode
from rules.challenge.evolve import evolve
from rules.challenge.life import alarms, overdue
from rules.challenge.state import Challenge, Participant, Phase
from rules.challenge.tally import fix_baseline, introduce, tally, tally_activity

__all__ = [
    "EVENTS",
    "Announce",
    "BestOf",
    "Cancel",
    "Challenge",
    "Change",
    "Create",
    "Disqualify",
    "Elimination",
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
    "Reviews",
    "Role",
    "Start",
    "Timeline",
    "Update",
    "View",
    "alarms",
    "create",
    "decide",
    "evolve",
    "fix_baseline",
    "introduce",
    "overdue",
    "tally",
    "tally_activity",
]
