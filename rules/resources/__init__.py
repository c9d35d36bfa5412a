"""What clients see: the resources of the protocol, with their wire names.

`?` of the protocol is `NotRequired`. Times are RFC 3339 text in UTC, days `YYYY-MM-DD`, distances metres, durations seconds.
"""

from rules.resources.activity import Activity, Synced
from rules.resources.challenge import (
    Challenge,
    ChallengeStateName,
    ChallengeView,
    Leaderboard,
    Mode,
    Results,
    Row,
    Timeline,
    TimelineEntry,
)
from rules.resources.receipt import Because, Receipt, Receipts
from rules.resources.texts import Day, Id, Time
from rules.resources.user import (
    Audience,
    DayTotals,
    EarnedBadge,
    Me,
    NotificationPreferences,
    Preferences,
    Privacy,
    PublicUser,
    QuietHours,
    Rewards,
    Streak,
    User,
)

__all__ = [
    "Activity",
    "Audience",
    "Because",
    "Challenge",
    "ChallengeStateName",
    "ChallengeView",
    "Day",
    "DayTotals",
    "EarnedBadge",
    "Id",
    "Leaderboard",
    "Me",
    "Mode",
    "NotificationPreferences",
    "Preferences",
    "Privacy",
    "PublicUser",
    "QuietHours",
    "Receipt",
    "Receipts",
    "Results",
    "Rewards",
    "Row",
    "Streak",
    "Synced",
    "Time",
    "Timeline",
    "TimelineEntry",
    "User",
]
