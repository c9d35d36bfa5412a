"""The read-table rows of a user."""

from typing import Any

from persistence.codec import dump
from persistence.tables import ACTIVITIES, DAYS, USERS, Rows
from rules.day import steps_activity_id, totals
from rules.user import User


def rows(user_id: str, user: User, touched: frozenset[Any]) -> Rows:
    """Touched are `user` and `("day", date)`."""
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
        else:
            _day(user_id, user, key[1], found)
    return found


def everything(user: User) -> frozenset[Any]:
    return frozenset({"user", *(("day", day) for day in user.days)})


def _day(user_id: str, user: User, day: Any, found: Rows) -> None:
    facts = user.days[day]
    values = totals(facts)
    found.put(
        DAYS,
        user_id,
        day,
        int(values["steps"]),
        values["distance"],
        values["calories"],
        int(values["activeMinutes"]),
        facts.goal,
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
