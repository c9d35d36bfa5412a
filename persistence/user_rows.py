"""The read-table rows of a user."""

from typing import Any

from persistence import goal_rows, notice_rows, social_rows
from persistence.codec import dump
from persistence.tables import ACTIVITIES, DAYS, LOGGED, TRACKS, USERS, Rows
from rules.activity.events import ActivityLogged, ActivityRemoved
from rules.activity.fact import Fact, Kind
from rules.activity.views import activity
from rules.challenge_views import number
from rules.day import steps_activity_id, totals
from rules.metrics import DEVICE_FIELDS
from rules.user import User

_ON_FOOT = (Kind.WALK, Kind.RUN)
_NOTHING_MORE = b"{}"


def rows(user_id: str, user: User, touched: frozenset[Any]) -> Rows:
    """Touched are `user`, `("day", date)`, `("steps", date, device)`, `("relation", other's id)` and `("goal", id)`."""
    found = Rows()
    for key in touched:
        if key == "user":
            found.put(
                USERS,
                user_id,
                user.username,
                user.display_name,
                user.avatar_url,
                user.timezone,
                user.rewards.level,
                user.rewards.xp,
                user.preferences.privacy["profile"],
                user.created_at,
            )
        elif key[0] == "goal":
            goal_rows.goal(user_id, user, key[1], found)
        elif key[0] == "relation":
            social_rows.relation(user_id, user, key[1], found)
        elif key[0] == "steps":
            _, day, device = key
            if device not in user.days[day].devices:
                found.drop(ACTIVITIES, steps_activity_id(user_id, day, device))
        else:
            _day(user_id, user, key[1], found)
    return found


def everything(user: User) -> frozenset[Any]:
    return (
        frozenset({"user", *(("day", day) for day in user.days)}) | social_rows.relations(user) | goal_rows.goals(user)
    )


def rows_of_event(user_id: str, event: Any) -> Rows | None:
    """What was done, also long ago; the routes of walks and runs; what is in notices. All of it is not in memory."""
    kind = type(event)
    if kind is ActivityLogged:
        found = Rows()
        _activity(user_id, event.activity, found)
        if event.activity.kind in _ON_FOOT:
            if event.route is not None:
                found.put(TRACKS, event.activity.id, user_id, event.route)
            else:
                found.drop(TRACKS, event.activity.id)
        return found
    if kind is ActivityRemoved:
        found = Rows()
        found.drop(LOGGED, event.activity_id)
        found.drop(TRACKS, event.activity_id)
        return found
    return notice_rows.rows_of_event(user_id, event)


def _day(user_id: str, user: User, day: Any, found: Rows) -> None:
    facts = user.days[day]
    values = totals(facts)
    more = _NOTHING_MORE
    if facts.facts or facts.sealed is not None:
        more = dump({metric: number(value) for metric, value in sorted(values.items()) if metric not in DEVICE_FIELDS})
    found.put(
        DAYS,
        user_id,
        day,
        int(values["steps"]),
        values["distance"],
        values["calories"],
        int(values["activeMinutes"]),
        facts.goal,
        more,
    )
    for device, synced in facts.devices.items():
        metrics = {
            "steps": synced.steps,
            "distance": synced.distance,
            "calories": synced.calories,
            "activeMinutes": synced.active_minutes,
        }
        found.put(
            ACTIVITIES,
            steps_activity_id(user_id, day, device),
            user_id,
            "steps",
            day,
            device,
            None,
            None,
            dump(metrics),
            "review" if synced.review else "counted",
            b"{}",
            synced.at,
        )


def _activity(user_id: str, fact: Fact, found: Rows) -> None:
    shown = activity(user_id, fact)
    found.put(
        LOGGED,
        fact.id,
        user_id,
        shown["kind"],
        fact.date,
        None,
        fact.starts_at,
        None if fact.going_on else fact.ends_at,
        dump(shown["metrics"]),
        shown["status"],
        dump(shown["details"]),
        fact.recorded_at,
    )
