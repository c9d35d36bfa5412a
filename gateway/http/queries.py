"""The query parameters of each route, and the answers that only HTTP gives."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from rules.activity.commands import ClientId
from rules.fields import Day, Id, Name, Text, Time, Wire
from rules.resources import Activity, DayTotals
from rules.resources import Day as DayText

Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(min_length=1, max_length=400)]
Word = Annotated[str, Field(min_length=1, max_length=40)]

MAX_SYNCED_DAYS = 31  # a month offline in one request
MAX_RANGE_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class OutingsQuery(Wire):
    from_: Day | None = None
    to: Day | None = None
    sort: Literal["date", "-date"] = "-date"
    limit: Limit = 20
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitiesQuery(OutingsQuery):
    kind: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GpxQuery(Wire):
    """What a GPX file does not say. The times and the length are the file's."""

    client_id: ClientId | None = None
    """With a GPX file. Your own name for it; without one, the same file again is the same activity."""
    name: Name | None = None
    """With a GPX file; without it, the name of its first track."""
    notes: Text | None = None
    """With a GPX file."""
    is_public: bool | None = None
    """With a GPX file."""

    def given(self) -> dict[str, Any]:
        named = {"clientId": self.client_id, "name": self.name, "notes": self.notes, "isPublic": self.is_public}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengesQuery(Wire):
    state: Literal["draft", "open", "countdown", "live", "paused", "settling", "finished", "cancelled"] | None = None
    metric: Word | None = None
    mode: Word | None = None
    mine: bool = False
    """Only those you run or take part in."""
    sort: Literal["startsAt", "-startsAt"] = "-startsAt"
    limit: Limit = 20
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardQuery(Wire):
    after: Annotated[int, Field(ge=0, le=10**9)] | None = None
    """How many rows to skip."""
    around: Literal["me"] | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsQuery(Wire):
    after: Annotated[int, Field(ge=0, le=10**9)] = 0
    """How many rows to skip."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsQuery(Wire):
    challenge: Id | None = None
    activity: Id | None = None
    reward: Literal["xp", "badge", "streak", "level", "goal", "challenge"] | None = None
    date: Day | None = None

    def command(self) -> dict[str, Any]:
        """As the data of `receipt:explain`."""
        data = {
            "challengeId": self.challenge,
            "activityId": self.activity,
            "subject": self.reward,
            "date": self.date.isoformat() if self.date else None,
        }
        return {name: value for name, value in data.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayQuery(Wire):
    date: Day | None = None
    """Today in your time zone, when left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeQuery(Wire):
    from_: Day
    to: Day
    """At most 366 days after `from`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodQuery(Wire):
    period: Literal["week", "month", "year"] = "week"
    date: Day | None = None
    """A day of the period; today in your time zone, when left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersQuery(Wire):
    limit: Limit = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock(Wire):
    now: Time
    """Not before the present game time: it never runs backwards."""


class StepsDay(TypedDict):
    date: DayText
    steps: int
    distance: float
    calories: float
    activeMinutes: int
    goal: NotRequired[int]


# functional form, because `from` is a Python keyword
StepsRange = TypedDict(
    "StepsRange", {"from": DayText, "to": DayText, "steps": int, "distance": float, "days": list[StepsDay]}
)


class BestDay(TypedDict):
    date: DayText
    steps: int


StepsStatistics = TypedDict(
    "StepsStatistics",
    {
        "period": Literal["week", "month", "year"],
        "from": DayText,
        "to": DayText,
        "steps": int,
        "distance": float,
        "calories": float,
        "activeMinutes": int,
        "days": int,
        "goalDays": int,
        "averageSteps": float,
        "bestDay": NotRequired[BestDay],
    },
)


class LifetimeStats(TypedDict):
    steps: int
    distance: float
    calories: float
    activeMinutes: int
    days: int
    goalDays: int
    activities: int
    challenges: int
    bestDay: NotRequired[BestDay]


class RefusedDay(TypedDict):
    index: int
    date: DayText
    error: dict[str, Any]


class SyncedDays(TypedDict):
    """Of `{"steps": […]}`. Each day counts for itself, so one that is refused does not hold up the others."""

    activities: list[Activity]
    refused: list[RefusedDay]
    today: DayTotals


class ClockView(TypedDict):
    now: str


class BadgeProgress(TypedDict):
    have: float
    need: float


class BadgeView(TypedDict):
    """A badge of the catalogue, and how far you are."""

    id: str
    name: str
    description: str
    tier: str
    repeatable: bool
    progress: BadgeProgress
    times: int
    earnedAt: NotRequired[str]
