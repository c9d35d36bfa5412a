"""A challenge and its standings."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Day, Id, Time

Mode = Literal["race", "most", "least", "collective", "teams", "streak", "elimination"]
ChallengeStateName = Literal["draft", "open", "countdown", "live", "paused", "settling", "finished", "cancelled"]


class Team(TypedDict):
    id: Id
    name: str


class BestMembers(TypedDict):
    best: int


class Elimination(TypedDict):
    every: Literal["day", "week"]
    lowest: int


class Round(TypedDict):
    """Of an elimination: `left` have not dropped out."""

    number: int
    left: int
    endsAt: NotRequired[Time]


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
    teams: NotRequired[list[Team]]
    teamScore: NotRequired[Literal["sum", "average"] | BestMembers]
    fairness: Literal["raw", "weighted", "baseline"]
    eliminate: NotRequired[Elimination]
    round: NotRequired[Round]
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
    teamId: NotRequired[Id]
    reachedAt: NotRequired[Time]
    disqualified: NotRequired[bool]
    review: NotRequired[bool]
    out: NotRequired[int]  # the round of an elimination in which they dropped out


class TeamRow(TypedDict):
    rank: int
    teamId: Id
    name: str
    score: float
    members: int


class Progress(TypedDict):
    """Of a collective challenge; `share` in per cent."""

    total: float
    target: float
    share: float


class Leaderboard(TypedDict):
    revision: int
    provisional: bool
    participants: int
    rows: list[Row]
    me: NotRequired[Row]
    teams: NotRequired[list[TeamRow]]
    progress: NotRequired[Progress]


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


class Review(TypedDict):
    """Something that counts and is marked for review; `kind` is that of the activity."""

    userId: Id
    name: str
    activityId: Id
    date: Day
    kind: str


class Reviews(TypedDict):
    reviews: list[Review]
