"""A recorded route on its way into an activity."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from rules.fields import Limits, Made
from rules.route.encoded import encode
from rules.route.points import MAX_POINTS, RoutePoint, Segments, read_route
from rules.route.track import Track, measure


@dataclass(slots=True)
class RecordedRoute:
    """The segments of a route, and what they add up to.

    That is worked out when it is first asked for, and then kept: for the longest routes it takes a tenth of a second,
    which whoever sends one can spend where nobody waits (`work_out`).
    """

    segments: Segments
    points: int  # as they were sent; those that are too far off are in no segment
    _track: Track | None = field(default=None, init=False, repr=False, compare=False)
    _encoded: str | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, points: Sequence[RoutePoint]) -> "RecordedRoute":
        """Raises ValueError where no point is exact enough."""
        segments = read_route(points)
        if points and not segments:
            raise ValueError("has no point that is known to 100 m; send more exact points, or no route")
        return cls(segments, len(points))

    @property
    def track(self) -> Track | None:
        if self._track is None:
            self._track = measure(self.segments)
        return self._track

    @property
    def encoded(self) -> str | None:
        """None for a route without points."""
        if self._encoded is None and self.points:
            self._encoded = encode(self.segments)
        return self._encoded

    def work_out(self) -> None:
        self.track, self.encoded  # noqa: B018 - kept from now on


Route = Annotated[
    RecordedRoute, Made(Annotated[list[RoutePoint], Limits((("max_length", MAX_POINTS),))], RecordedRoute.of)
]
