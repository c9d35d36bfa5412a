"""What of a session goes on between its events: the seconds of rests, and numbers that come at most once a second."""

from datetime import datetime
from math import ceil

from actors.messages import Outcome, Wake
from actors.session_news import push
from rules.ids import UserId
from rules.session import Event, Session
from rules.session.events import SetCompleted, SetUndone
from rules.session.views import stats_view

STATS_EVERY = 1.0  # s
SOONEST = 0.1  # s, to the next look at the clock: game time may stand still


class LiveSession:
    """Nothing of it is kept: a session that was loaded again begins anew, out of its state."""

    __slots__ = ("_seconds", "_unsent")

    def __init__(self) -> None:
        self._unsent: set[UserId] | None = None  # whose numbers have changed; None: nothing was sent within the second
        self._seconds: dict[UserId, tuple[datetime, int]] = {}  # of each rest, the last that was shown

    def note(self, session: Session, event: Event, at: datetime, outcome: Outcome) -> None:
        """An event has happened: its athlete's numbers go out, now or within a second."""
        if isinstance(event, SetCompleted | SetUndone):
            if self._unsent is None:
                self._send(session, {event.user_id}, at, outcome)
            else:
                self._unsent.add(event.user_id)

    def on_tick(self, name: str, session: Session, at: datetime, outcome: Outcome) -> None:
        if name == "rest":
            self.rest(session, at, outcome)
        elif unsent := self._unsent:
            self._send(session, unsent, at, outcome)
        else:
            self._unsent = None

    def rest(self, session: Session, at: datetime, outcome: Outcome) -> None:
        """Show the seconds that are left, and come back at the next one. The end itself is an event."""
        next_look: float | None = None
        for user_id, athlete in session.athletes.items():
            left = 0.0 if athlete.rest is None else (athlete.rest.ends_at - at).total_seconds()
            if athlete.rest is None or left <= 0:
                self._seconds.pop(user_id, None)
                continue
            seconds = ceil(left)
            if self._seconds.get(user_id) != (athlete.rest.started_at, seconds):
                self._seconds[user_id] = athlete.rest.started_at, seconds
                push(session, outcome, "rest:timer", {"userId": user_id, "remaining": seconds}, ephemeral=True)
            look = max(left - seconds + 1, SOONEST)
            next_look = look if next_look is None else min(next_look, look)
        if next_look is not None:
            outcome.wakes.append(Wake("rest", next_look))

    def _send(self, session: Session, user_ids: set[UserId], at: datetime, outcome: Outcome) -> None:
        for user_id in sorted(user_ids):
            athlete = session.athletes.get(user_id)
            if athlete is not None:
                push(session, outcome, "workout:stats", {"userId": user_id, "stats": stats_view(session, athlete, at)})
        self._unsent = set()
        outcome.wakes.append(Wake("stats", STATS_EVERY))
