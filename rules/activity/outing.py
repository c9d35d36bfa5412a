"""A walk or run as it is logged, measured and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rules.activity.fact import Fact, Kind
from rules.activity.found import happened_on, too_late
from rules.challenge_views import number
from rules.metrics import CALORIES, DISTANCE, DURATION, ELEVATION_GAIN, RUNS, WALKS
from rules.refusal import Refusal
from rules.route.calories import calories
from rules.route.fairplay import judge_track

if TYPE_CHECKING:
    from datetime import datetime

    from rules.activity.commands import LogRun, LogWalk
    from rules.asked import Asked
    from rules.ids import ActivityId
    from rules.route.track import Track
    from rules.user.state import User


def outing(
    user: User, kind: Literal[Kind.WALK, Kind.RUN], activity_id: ActivityId, wanted: LogWalk | LogRun, asked: Asked
) -> tuple[Fact, str | None] | Refusal:
    """The activity and its encoded route, or why a person cannot have done that."""
    route = wanted.route
    track = route.track if route is not None else None
    on_foot: Literal["walk", "run"] = "walk" if kind is Kind.WALK else "run"
    verdict = judge_track(
        on_foot, track, wanted.start_time, wanted.end_time, asked.now, asked.rules, distance=wanted.distance_meters
    )
    if isinstance(verdict, Refusal):
        return verdict
    day = happened_on(user, wanted.start_time, asked.now)
    late = too_late(user, day, "startTime", asked.now, asked.rules)
    if late is not None:
        return late
    values = _values(on_foot, track, wanted)
    details = _details(track, wanted, values)
    if verdict.review is not None:
        details["review"] = verdict.review
    if wanted.end_time is None:
        details["inProgress"] = True
    fact = Fact(
        activity_id,
        kind,
        day,
        user.timezone,
        wanted.start_time,
        wanted.end_time or wanted.start_time,
        values if wanted.end_time is not None else {},
        asked.now,
        verdict.review is not None,
        details,
    )
    return fact, route.encoded if route is not None else None


def _values(on_foot: Literal["walk", "run"], track: Track | None, wanted: LogWalk | LogRun) -> dict[str, float]:
    """metric → value. A route's own length and time on the move count before what the client says."""
    distance = track.distance if track is not None and track.distance > 0 else wanted.distance_meters or 0.0
    gain = (track.elevation_gain or 0.0) if track is not None else 0.0
    moving = track.moving_seconds if track is not None else None
    values = {
        DISTANCE: round(distance, 1),
        DURATION: round(moving or _elapsed(wanted.start_time, wanted.end_time), 1),
        ELEVATION_GAIN: round(gain, 1),
        CALORIES: float(calories(on_foot, distance, gain)),
        WALKS if on_foot == "walk" else RUNS: 1.0,
    }
    return {metric: value for metric, value in values.items() if value}


def _elapsed(start: datetime, end: datetime | None) -> float:
    return (end - start).total_seconds() if end is not None else 0.0


def _pace(track: Track | None, distance: float, duration: float) -> int | None:
    """Of a route that has times for a part of it alone: the pace of that part."""
    if track is not None and track.pace is not None:
        return round(track.pace)
    return round(duration / distance * 1000) if distance and duration else None


def _details(track: Track | None, wanted: LogWalk | LogRun, values: dict[str, float]) -> dict[str, Any]:
    """As the wire shows them: metres, seconds, seconds per kilometre. `paces` is that of each kilometre."""
    distance, duration = values.get(DISTANCE, 0.0), values.get(DURATION, 0.0)
    said = wanted.distance_meters
    details: dict[str, Any] = {
        "name": wanted.name,
        "notes": wanted.notes or None,
        "isPublic": wanted.is_public,
        "elapsed": number(round(_elapsed(wanted.start_time, wanted.end_time), 1)) or None,
        "pace": _pace(track, distance, duration),
        "saidMeters": number(said) if said is not None and said != distance else None,
    }
    if track is not None and wanted.route is not None:
        box, fastest = track.bounds, track.fastest
        details["route"] = {
            "points": wanted.route.points,
            "bounds": [round(side, 6) for side in (box.south, box.west, box.north, box.east)],
        }
        details["elevationLoss"] = None if track.elevation_loss is None else number(round(track.elevation_loss, 1))
        if fastest is not None and fastest.metres >= 1:
            details["fastestPace"] = round(fastest.seconds / fastest.metres * 1000)
        paces = [None if split.pace is None else round(split.pace) for split in track.splits]
        if any(pace is not None for pace in paces):
            details["paces"] = paces
    return {name: value for name, value in details.items() if value is not None}
