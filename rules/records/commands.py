"""What a user asks about their own records."""

from dataclasses import dataclass
from typing import Annotated

from rules.fields import Limits, Time, Wire

MOST_POINTS = 100  # in one message

Latitude = Annotated[float, Limits((("ge", -90), ("le", 90), ("allow_inf_nan", False)))]
Longitude = Annotated[float, Limits((("ge", -180), ("le", 180), ("allow_inf_nan", False)))]
Elevation = Annotated[float, Limits((("ge", -500), ("le", 10_000), ("allow_inf_nan", False)))]


@dataclass(frozen=True, slots=True)
class LivePoint(Wire):
    """Degrees, and metres above the sea."""

    lat: Latitude
    lon: Longitude
    time: Time
    ele: Elevation | None = None


@dataclass(frozen=True, slots=True)
class UpdateLocation(Wire):
    """Where you are, for those who watch the session that you train in. Nothing of it is kept."""

    points: Annotated[list[LivePoint], Limits((("min_length", 1), ("max_length", MOST_POINTS)))]


@dataclass(frozen=True, slots=True)
class OwnRecords(Wire):
    """Your bests, exercise by exercise, and the records that you set."""

    exercise_id: Annotated[str, Limits((("min_length", 1), ("max_length", 100)))] | None = None
