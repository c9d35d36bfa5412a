"""To those who watch a challenge."""

from typing import Literal, NotRequired, TypedDict

from gateway.pushes.entry import PushEntry
from rules.resources import Challenge, Id, Progress, Row, TeamRow, Time


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
    teams: NotRequired[list[TeamRow]]
    progress: NotRequired[Progress]


class Milestone(TypedDict):
    kind: Literal["lead", "share", "target"]
    userId: NotRequired[Id]
    teamId: NotRequired[Id]
    share: NotRequired[float]


# functional form, because `from` is a Python keyword
Announcement = TypedDict("Announcement", {"from": Id, "text": str, "at": Time})


class Disqualified(TypedDict):
    userId: Id
    reason: str


class RoundOver(TypedDict):
    round: int
    dropped: int
    userIds: list[Id]
    left: int


class ChallengeFinished(TypedDict):
    rows: list[Row]
    provisional: bool
    teams: NotRequired[list[TeamRow]]
    progress: NotRequired[Progress]


ENTRIES = (
    PushEntry(
        "challenge:updated", ("challenge", "live"), "State or settings of a challenge have changed.", ChallengeUpdated
    ),
    PushEntry(
        "challenge:joined",
        ("challenge",),
        "Somebody takes part. With over 1,000 participants, only `participants` of `challenge:leaderboard` says so.",
        ChallengeJoined,
    ),
    PushEntry("challenge:left", ("challenge",), "Somebody takes part no longer.", ChallengeLeft),
    PushEntry("challenge:countdown", ("challenge",), "Seconds to the start.", ChallengeCountdown, ephemeral=True),
    PushEntry(
        "challenge:leaderboard",
        ("challenge",),
        "The rows among the top 100 that changed since the last push, and how many take part; at most 10 times a second.",
        LeaderboardDelta,
    ),
    PushEntry(
        "challenge:milestone",
        ("challenge",),
        "A new leader (somebody, or a team), a share of the target, or the target.",
        Milestone,
    ),
    PushEntry("challenge:announcement", ("challenge",), "A host or announcer says something.", Announcement),
    PushEntry("challenge:disqualified", ("challenge",), "Somebody is out of the ranking.", Disqualified),
    PushEntry(
        "challenge:round",
        ("challenge",),
        "A round of an elimination is decided: how many dropped out, the first hundred of them, and how many are left.",
        RoundOver,
    ),
    PushEntry(
        "challenge:finished",
        ("challenge",),
        "It is over: the final standings, the first hundred.",
        ChallengeFinished,
    ),
)
