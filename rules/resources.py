"""What clients see: the resources of the protocol, with their wire names.

`?` of the protocol is `NotRequired`. Times are RFC 3339 text in UTC, days `YYYY-MM-DD`, distances metres, durations seconds.
"""

from typing import Any, Literal, NotRequired, TypedDict

Id = str
Time = str
Day = str

Mode = Literal["race", "most", "least"]
ChallengeStateName = Literal["draft", "open", "countdown", "live", "paused", "settling", "finished", "cancelled"]


class DayTotals(TypedDict):
    date: Day
    steps: int
    distance: float
    calories: float
    activeMinutes: int
    duration: float
    elevationGain: float
    volume: float
    workouts: int
    puffs: int
    checkIns: int


class Streak(TypedDict):
    kind: Literal["active", "stepsGoal"]
    current: int
    longest: int
    lastDay: NotRequired[Day]
    frozenDays: list[Day]


class EarnedBadge(TypedDict):
    id: str
    earnedAt: Time
    times: int


class Rewards(TypedDict):
    xp: int
    level: int
    nextLevelAt: int
    badges: list[EarnedBadge]
    freezes: int


class NotificationPreferences(TypedDict):
    challenges: bool
    social: bool
    reminders: bool
    rewards: bool
    coach: bool


# functional form, because `from` is a Python keyword
QuietHours = TypedDict("QuietHours", {"from": str, "to": str})


class Privacy(TypedDict):
    profile: Literal["public", "friends", "private"]
    scores: Literal["public", "friends", "private"]
    workouts: Literal["public", "friends", "private"]
    progress: Literal["public", "friends", "private"]


class Preferences(TypedDict):
    notifications: NotificationPreferences
    quietHours: NotRequired[QuietHours]
    privacy: Privacy
    units: Literal["metric", "imperial"]
    defaultRestSeconds: int
    dailyStepGoal: int
    weeklyWorkouts: int
    trackPuffs: bool


class PublicUser(TypedDict):
    id: Id
    username: str
    displayName: str
    avatarUrl: NotRequired[str]
    level: int
    presence: NotRequired[Literal["online", "away", "offline"]]


class User(TypedDict):
    id: Id
    username: str
    displayName: str
    avatarUrl: NotRequired[str]
    timezone: str
    units: Literal["metric", "imperial"]
    level: int
    xp: int
    createdAt: Time


class Me(User):
    email: NotRequired[str]
    emailVerified: bool
    role: Literal["user", "premium", "admin"]
    preferences: Preferences
    rewards: Rewards
    today: DayTotals
    streaks: list[Streak]
    friends: list[Id]
    groups: list[Id]
    challenges: list[Id]
    sessionId: NotRequired[Id]
    unread: int


class Activity(TypedDict):
    id: Id
    userId: Id
    kind: Literal["steps"]
    date: Day
    startTime: NotRequired[Time]
    endTime: NotRequired[Time]
    metrics: dict[str, float]
    status: Literal["counted", "review", "removed"]
    details: dict[str, Any]


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


class Because(TypedDict, total=False):
    activityId: Id
    challengeId: Id
    date: Day
    timezone: str
    cap: int
    window: str


class Receipt(TypedDict):
    id: Id
    at: Time
    subject: Literal["xp", "badge", "streak", "level", "goal", "challenge"]
    amount: NotRequired[float]
    rule: str
    ruleVersion: str
    because: Because
    counted: bool
    text: str


class Receipts(TypedDict):
    receipts: list[Receipt]


class Synced(TypedDict):
    activity: Activity
    today: DayTotals


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
