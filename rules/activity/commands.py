"""What a user says of what they did. Field by field as in the protocol's document."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from rules.fields import Checked, Day, Device, Flag, Id, Limits, Name, Text, Time, Wire, one_line
from rules.route.recorded import Route

ClientId = Annotated[str, Limits((("min_length", 1), ("max_length", 64))), Checked(one_line)]
Metres = Annotated[float, Limits((("ge", 0), ("le", 1_000_000), ("allow_inf_nan", False)))]


@dataclass(frozen=True, slots=True)
class RecordPuff(Wire):
    """A puff. Fewer is better."""

    at: Time | None = None
    """When. Without it: now. Up to 14 days back."""
    device: Device | None = None
    """What counted it. Without it: the device of this connection."""
    client_id: ClientId | None = None
    """Your own name for it: the same one again is the same puff, not another."""


@dataclass(frozen=True, slots=True)
class _Outing(Wire):
    start_time: Time
    """Up to 14 days back; it counts for the day that it began on, in your time zone."""
    client_id: ClientId | None = None
    """Your own name for it: the same one again corrects it, also from another device."""
    name: Name | None = None
    end_time: Time | None = None
    """Without it, it has only begun: it adds to nothing until it is logged again, with its end."""
    distance_meters: Metres | None = None
    """Where there is a route, the route's length counts."""
    route: Route | None = None
    notes: Text | None = None
    is_public: Flag | None = None


@dataclass(frozen=True, slots=True)
class LogWalk(_Outing):
    """A walk. Logging it again with its clientId replaces all of it."""


@dataclass(frozen=True, slots=True)
class LogRun(_Outing):
    """A run. Logging it again with its clientId replaces all of it."""


@dataclass(frozen=True, slots=True)
class DeleteActivity(Wire):
    """Take an activity back: all that it added to follows. A puff only for 31 days."""

    activity_id: Id
    """Its own, or of a workout the session's."""


@dataclass(frozen=True, slots=True)
class FreezeStreak(Wire):
    """Use a freeze by hand, so that a missed day breaks no streak."""

    kind: Literal["active", "stepsGoal", "workoutWeek", "checkIn", "puffFree"]
    date: Day
    """Today or a day that was missed. Of weeks and a group's periods: any day in it."""
    group_id: Id | None = None
    """Of a check-in streak, where there are several."""


Command: TypeAlias = RecordPuff | LogWalk | LogRun | DeleteActivity | FreezeStreak
