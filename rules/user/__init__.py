"""A user: profile, preferences, days of activity, and the rewards they have earned.

`decide` says what a command leads to, `evolve` applies what happened, `views` says how it looks from outside.
"""

from rules.user.events import EVENTS, Event
from rules.user.state import User, alarms, blank, evolve, today_of

__all__ = ["EVENTS", "Event", "User", "alarms", "blank", "evolve", "today_of"]
