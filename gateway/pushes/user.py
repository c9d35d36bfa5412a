"""To a user's own connections."""

from typing import NotRequired, TypedDict

from gateway.pushes.entry import Nothing, PushEntry
from rules.resources import DayTotals, Id, Row, Streak


class StatsUpdate(TypedDict):
    today: DayTotals


class XpAwarded(TypedDict):
    amount: int
    xp: int
    reason: str
    receiptId: Id


class LevelUp(TypedDict):
    level: int
    xp: int
    nextLevelAt: int


class BadgeEarned(TypedDict):
    badgeId: str
    name: str
    description: str
    tier: str
    receiptId: Id


class StreakChanged(TypedDict):
    streak: Streak


class ChallengeInvited(TypedDict):
    challengeId: Id
    name: str
    by: Id


class RankWindow(TypedDict):
    challengeId: Id
    me: Row
    above: list[Row]
    below: list[Row]
    gap: NotRequired[float]
    overtook: NotRequired[list[Id]]
    overtakenBy: NotRequired[list[Id]]


ENTRIES = (
    PushEntry("stats:update", ("user",), "Your totals of today have changed.", StatsUpdate),
    PushEntry("xp:awarded", ("user",), "XP came in, or was taken back (a negative amount).", XpAwarded),
    PushEntry("level:up", ("user",), "A new level.", LevelUp),
    PushEntry("badge:earned", ("user",), "A badge, for the first time or once more.", BadgeEarned),
    PushEntry("streak:extended", ("user",), "A streak has grown, or late data has mended it.", StreakChanged),
    PushEntry("streak:frozen", ("user",), "A freeze has saved a streak over a missed day.", StreakChanged),
    PushEntry("streak:broken", ("user",), "A streak is over, or shorter than it was.", StreakChanged),
    PushEntry("challenge:invited", ("user",), "Somebody asks you to take part.", ChallengeInvited),
    PushEntry(
        "challenge:rank",
        ("user",),
        "Your row, the five above and the five below; at most once a second, when they changed. Not replayed: who comes "
        "back asks `challenge:leaderboard` with `around`.",
        RankWindow,
        ephemeral=True,
    ),
    PushEntry(
        "session:revoked",
        ("user",),
        "This sign-in was ended; the connection is closed right after.",
        Nothing,
        ephemeral=True,
    ),
)
