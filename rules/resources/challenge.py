"""A challenge and its standings."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Id, Time

Mode = Literal["race", "most", "least"]
ChallengeStateName = Literal["draft", "open", "countdown", "live", "paused", "settling", "finished", "cancelled"]


class Challenge(TypedDict):
    id: Id
    name: str
    description: NotRequired[str]
    hostId: Id
    cohosts: list[Id]
    judges: list[Id]
    announcers: list[Id]
    groupId: NotRequired[Id]
    metric: str
    mode: Mode
    target: NotRequired[float]
    startsAt: Time
    endsAt: Time
    visibility: Literal["public", "friends", "group", "invite"]
    joinPolicy: Literal["beforeStart", "anytime"]
    maxParticipants: NotRequired[int]
    fairness: Literal["raw"]
    state: ChallengeStateName
    participants: int
    ruleVersion: str
    spectatorCode: NotRequired[str]
    settlesAt: NotRequired[Time]
    provisional: bool


class Row(TypedDict):
    rank: int | None
    userId: Id
    name: str
    score: float
    delta: NotRequired[float]
    reachedAt: NotRequired[Time]
    disqualified: NotRequired[bool]
    review: NotRequired[bool]


class Leaderboard(TypedDict):
    revision: int
    provisional: bool
    participants: int
    rows: list[Row]
    me: NotRequired[Row]


class Results(Leaderboard):
    challenge: Challenge


class ChallengeView(TypedDict):
    challenge: Challenge
    leaderboard: Leaderboard
    me: NotRequired[Row]


class TimelineEntry(TypedDict):
    at: Time
    type: str
    by: NotRequired[Id]
    userId: NotRequired[Id]
    text: NotRequired[str]


class Timeline(TypedDict):
    entries: list[TimelineEntry]
