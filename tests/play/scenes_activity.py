"""Good data for the commands about what one did, as the walk through the catalogue asks for."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.play.cast import TODAY, Cast

WALK = {"startTime": "2026-05-01T06:00:00Z", "endTime": "2026-05-01T07:00:00Z", "distanceMeters": 4000}

A_ROUTE = [
    {"lat": 46.0, "lon": 14.5, "time": "2026-05-01T06:00:00Z"},
    {"lat": 46.005, "lon": 14.5, "time": "2026-05-01T06:30:00Z"},
]

EXAMPLES: Mapping[str, Callable[[Cast], dict[str, Any]]] = {
    "puff:record": lambda _: {"clientId": "one"},
    "walk:log": lambda _: {**WALK, "clientId": "round the block"},
    "run:log": lambda _: {**WALK, "clientId": "round the lake"},
    "activity:delete": lambda _: {"activityId": str(uuid4())},
    "streak:freeze": lambda _: {"kind": "active", "date": TODAY},
}

ONES_OWN = frozenset({"activity:delete", "streak:freeze"})
"""Those that need something of one's own: tried in `test_activities.py`."""
