"""What brought a reward about: the activity of a user's that was recorded at that moment."""

from datetime import datetime, timedelta

from rules.day import steps_activity_id
from rules.days import day_of
from rules.ids import ActivityId
from rules.resources import Because
from rules.user.state import User

_LATE = 15  # days back that an activity may have happened before it was recorded
_DAY = timedelta(days=1)


def because_at(user: User, at: datetime) -> Because:
    """The activity recorded at `at`, with its day and zone; the day alone where there is none, or several."""
    newest = day_of(at, user.timezone) + _DAY  # the zone may have been another one then
    found: list[Because] = []
    for back in range(_LATE + 2):
        day = user.days.get(newest - back * _DAY)
        if day is None:
            continue
        ids: list[ActivityId] = [
            steps_activity_id(user.id, day.date, name) for name, synced in day.devices.items() if synced.at == at
        ]
        ids += [fact.id for fact in day.facts if fact.recorded_at == at]
        found += [{"activityId": id, "date": day.date.isoformat(), "timezone": day.zone} for id in ids]
    if len(found) == 1:
        return found[0]
    return {"date": day_of(at, user.timezone).isoformat(), "timezone": user.timezone}
