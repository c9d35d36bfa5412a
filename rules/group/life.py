"""What time alone brings about in a group: one period ends and the next one begins, and people are reminded in it."""

from datetime import datetime

from rules.group.events import PeriodBegan
from rules.group.periods import period_at
from rules.group.state import Group


def overdue(group: Group, at: datetime) -> PeriodBegan | None:
    """The next period, once it should have begun by `at`, at its planned time. Apply it and ask again until there is none."""
    if not group.open or at < group.period.ends_at:
        return None
    begins_at, settings = group.period.ends_at, group.settings
    following = period_at(settings.frequency, settings.timezone, begins_at, group.period)
    return PeriodBegan(begins_at, following, group.period, group.expected)


def alarms(group: Group) -> dict[str, datetime]:
    """The durable reminders that must be set: name → due."""
    if group.deleted_at is not None:
        return {"dismiss": group.deleted_at} if group.members else {}
    due = {"period": group.period.ends_at}
    if not group.nudged_all:
        due["nudge"] = group.period.nudge_at
    return due
