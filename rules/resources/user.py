"""A user, as they and others see them."""

from typing import Literal, NotRequired, TypedDict

from rules.resources.texts import Day, Id, Time

Audience = Literal["public", "friends", "private"]


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
    kind: Literal["active", "stepsGoal", "workoutWeek", "checkIn", "puffFree"]
    groupId: NotRequired[Id]
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
