"""Good data for every command of the catalogue: whoever may send it gets through with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.play.cast import LATER, TODAY, Cast, Phase
from tests.play.scenes_activity import EXAMPLES as ACTIVITY
from tests.play.scenes_activity import ONES_OWN as OWN_ACTIVITY
from tests.play.scenes_group import EXAMPLES as GROUP
from tests.play.scenes_notices import EXAMPLES as NOTICES
from tests.play.scenes_notices import ONES_OWN as NAMED_NOTICES
from tests.play.scenes_social import EXAMPLES as SOCIAL
from tests.play.scenes_workout import EXAMPLES as WORKOUT


@dataclass(frozen=True)
class Example:
    """Good data for a command, and the phase of a challenge in which it works."""

    data: Callable[[Cast], dict[str, Any]] = lambda cast: {}
    phase: Phase = "live"


def _draft(_: Cast) -> dict[str, Any]:
    return {"name": "Mine", "metric": "steps", "mode": "most", "startsAt": "2026-05-02T08:00:00Z", "endsAt": LATER}


EXAMPLES: Mapping[str, Example] = {
    "hello": Example(),
    "ping": Example(),
    "subscribe": Example(lambda cast: {"topic": "live"}),
    "unsubscribe": Example(lambda cast: {"topic": "live"}),
    "token:refresh": Example(),
    "steps:sync": Example(lambda cast: {"date": TODAY, "steps": 100}),
    "challenge:create": Example(_draft),
    "challenge:update": Example(lambda cast: {"name": "Renamed"}, "open"),
    "challenge:open": Example(phase="draft"),
    "challenge:invite": Example(lambda cast: {"userIds": [cast.id("stranger")]}),
    "challenge:join": Example(),
    "challenge:leave": Example(),
    "challenge:start": Example(phase="open"),
    "challenge:pause": Example(),
    "challenge:resume": Example(phase="paused"),
    "challenge:extend": Example(lambda cast: {"endsAt": "2026-05-04T08:00:00Z"}),
    "challenge:announce": Example(lambda cast: {"text": "On we go"}),
    "challenge:disqualify": Example(lambda cast: {"userId": cast.id("participant"), "reason": "by bus"}),
    "challenge:reinstate": Example(lambda cast: {"userId": cast.id("participant"), "reason": "on foot after all"}),
    "challenge:finish": Example(),
    "challenge:cancel": Example(),
    "challenge:role": Example(lambda cast: {"userId": cast.id("stranger"), "role": "judge"}),
    "challenge:leaderboard": Example(),
    "challenge:reviews": Example(),
    "challenge:get": Example(),
    "challenge:view": Example(),
    "challenge:timeline": Example(),
    "challenge:results": Example(),
    "profile:update": Example(lambda cast: {"units": "imperial"}),
    "preferences:update": Example(lambda cast: {"weeklyWorkouts": 4}),
    "receipt:explain": Example(),
    "user:me": Example(),
    "user:rewards": Example(),
    "user:badges": Example(),
    "user:profile": Example(lambda cast: {"userId": cast.id("host")}),
    "user:earned": Example(lambda cast: {"userId": cast.id("host")}),
    **{name: Example(data) for name, data in ACTIVITY.items()},
    **{name: Example(data) for name, data in GROUP.items()},
    **{name: Example(data) for name, data in SOCIAL.items()},
    **{name: Example(data) for name, data in NOTICES.items()},
    **{name: Example(data) for name, data in WORKOUT.items()},
}


ONES_OWN = frozenset({"checkin:update"}) | OWN_ACTIVITY | NAMED_NOTICES
"""Commands that name something of one's own, which has to be there first: tried beside the others of their area."""
