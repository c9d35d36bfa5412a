"""When did that which a push tells happen? On the server's clock, from the push itself.

| push | timestamp | why it is the event's |
| --- | --- | --- |
| `challenge:announcement` | `at` | the event's own time |
| `challenge:leaderboard` | the oldest `reachedAt` that is news | when that score was reached; of several gathered in one push, the one that waited longest |
| `challenge:updated` | `startsAt` of a live, `endsAt` of a settling, `settlesAt` of a finished challenge, where it is news | each is set to the moment when it happens |
| `challenge:finished` | — | the final standings do not say when; the `challenge:updated` beside them is measured |

Each is the time at which the server took the command from the socket (actors/messages.py: `Command.at`), or the
planned time of what happens by itself; so journalling, commit, fan-out and the way here are all in the difference.
Server and generator read the same clock of one machine. The text is cut to milliseconds, so up to 1 ms is measured
too much, never too little.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_SINCE = {"live": "startsAt", "settling": "endsAt", "finished": "settlesAt"}  # a state → the field that says since when
_KEPT = 4096  # pushes whose moment is remembered for watchers that hear them later


class Moments:
    """One for all watchers of a run: what is news is decided by the first who hears a push."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], str] = {}
        self._of: dict[tuple[str, int], float | None] = {}

    def happened(self, topic: str, offset: int, type: str, data: Mapping[str, Any]) -> float | None:
        """Seconds since 1970, or None for a push that does not say."""
        key = (topic, offset)
        if key in self._of:
            return self._of[key]
        text = self._news(topic, type, data)
        moment = None if text is None else datetime.fromisoformat(text).timestamp()
        if len(self._of) >= _KEPT:
            del self._of[next(iter(self._of))]
        self._of[key] = moment
        return moment

    def _news(self, topic: str, type: str, data: Mapping[str, Any]) -> str | None:
        match type:
            case "challenge:announcement":
                at: str = data["at"]
                return at
            case "challenge:leaderboard":
                return self._later_than_before(topic, type, [row.get("reachedAt") for row in data["changed"]])
            case "challenge:updated":
                challenge = data["challenge"]
                said = _SINCE.get(challenge["state"])
                return None if said is None else self._later_than_before(topic, said, [challenge[said]])
            case _:
                return None

    def _later_than_before(self, topic: str, what: str, times: list[str | None]) -> str | None:
        """The oldest of those later than all that were heard before."""
        # with a fraction everywhere, the order of the texts is the order of the times
        told = [time if "." in time else time.replace("Z", ".000Z") for time in times if time is not None]
        before = self._newest.get((topic, what), "")
        news = [time for time in told if time > before]
        if not news:
            return None
        self._newest[topic, what] = max(news)
        return min(news)
