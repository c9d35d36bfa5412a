"""What happened to a user's inbox. Journalled by class name: never rename one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Notified:
    """`data` is plain JSON: ids and numbers for a client that shows it in its own way."""

    at: datetime
    number: int  # counts up; the newest has the highest
    id: str
    type: str
    title: str
    message: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeRead:
    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class AllNoticesRead:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeDeleted:
    at: datetime
    id: str
    number: int


@dataclass(frozen=True, slots=True)
class QuietHoursEnded:
    """What they held back goes out. Where this comes so late that the next ones have begun, it waits for their end."""

    at: datetime


@dataclass(frozen=True, slots=True)
class EveningCame:
    """The evening of `date`: the streaks that were at risk have been named."""

    at: datetime
    date: date


Event: TypeAlias = Notified | NoticeRead | AllNoticesRead | NoticeDeleted | QuietHoursEnded | EveningCame

EVENTS: tuple[type[Event], ...] = (
    Notified,
    NoticeRead,
    AllNoticesRead,
    NoticeDeleted,
    QuietHoursEnded,
    EveningCame,
)
