"""Everything the server says by itself, in one table: which topic, when, and what is in it. Types are never renamed."""

from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from rules.resources import Challenge, DayTotals, Id, Row, Streak, Time

Topic: TypeAlias = Literal["user", "challenge", "live", "connection"]


class Position(TypedDict):
    epoch: str
    offset: int


class Nothing(TypedDict):
    pass


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


class ChallengeUpdated(TypedDict):
    challenge: Challenge


class ChallengeJoined(TypedDict):
    userId: Id
    name: str
    participants: int


class ChallengeLeft(TypedDict):
    userId: Id
    participants: int


class ChallengeCountdown(TypedDict):
    seconds: int


class LeaderboardDelta(TypedDict):
    revision: int
    participants: int
    changed: list[Row]
    top: int


class RankWindow(TypedDict):
    challengeId: Id
    me: Row
    above: list[Row]
    below: list[Row]
    gap: NotRequired[float]
    overtook: NotRequired[list[Id]]
    overtakenBy: NotRequired[list[Id]]


class Milestone(TypedDict):
    kind: Literal["lead", "share", "target"]
    userId: NotRequired[Id]
    share: NotRequired[float]


# functional form, because `from` is a Python keyword
Announcement = TypedDict("Announcement", {"from": Id, "text": str, "at": Time})


class Disqualified(TypedDict):
    userId: Id
    reason: str


class ChallengeFinished(TypedDict):
    rows: list[Row]
    provisional: bool


class Draining(TypedDict):
    within: float


@dataclass(frozen=True, slots=True)
class PushEntry:
    type: str
    topics: tuple[Topic, ...]  # `connection`: to every connection, without a topic
    summary: str
    data: Any  # a typed dict
    ephemeral: bool = False  # no offset, never replayed


_ENTRIES = (
    # --- user:<id> ---
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
        "Your row, the five above and the five below; at most once a second, when they changed.",
        RankWindow,
    ),
    PushEntry(
        "session:revoked",
        ("user",),
        "This sign-in was ended; the connection is closed right after.",
        Nothing,
        ephemeral=True,
    ),
    # --- challenge:<id> ---
    PushEntry(
        "challenge:updated", ("challenge", "live"), "State or settings of a challenge have changed.", ChallengeUpdated
    ),
    PushEntry("challenge:joined", ("challenge",), "Somebody takes part.", ChallengeJoined),
    PushEntry("challenge:left", ("challenge",), "Somebody takes part no longer.", ChallengeLeft),
    PushEntry("challenge:countdown", ("challenge",), "Seconds to the start.", ChallengeCountdown, ephemeral=True),
    PushEntry(
        "challenge:leaderboard",
        ("challenge",),
        "The rows among the top 100 that changed since the last push; at most 10 times a second.",
        LeaderboardDelta,
    ),
    PushEntry("challenge:milestone", ("challenge",), "A new leader, a share of the target, or the target.", Milestone),
    PushEntry("challenge:announcement", ("challenge",), "A host or announcer says something.", Announcement),
    PushEntry("challenge:disqualified", ("challenge",), "Somebody is out of the ranking.", Disqualified),
    PushEntry(
        "challenge:finished",
        ("challenge",),
        "It is over: the final standings, the first hundred.",
        ChallengeFinished,
    ),
    # --- what a connection watches ---
    PushEntry(
        "server:subscribed",
        ("challenge",),
        "This connection watches the topic from now on, because its user takes part; resume from here.",
        Position,
        ephemeral=True,
    ),
    PushEntry(
        "server:unsubscribed",
        ("challenge",),
        "This connection watches the topic no longer.",
        Nothing,
        ephemeral=True,
    ),
    # --- every connection ---
    PushEntry(
        "server:draining",
        ("connection",),
        "This node goes down: reconnect and resume at a random moment within so many seconds.",
        Draining,
        ephemeral=True,
    ),
)

PUSHES: dict[str, PushEntry] = {entry.type: entry for entry in _ENTRIES}
