"""What became of an activity that its user deleted, read from the journal itself: nothing else knows of it any more."""

from datetime import datetime

from persistence.codec import EventCodec
from persistence.queries import Queries, Row
from rules.activity.events import ActivityLogged, ActivityRemoved, StepsRemoved
from rules.activity.receipts import removed_receipt, removed_steps_receipt
from rules.day import steps_activity_id
from rules.resources import Receipt
from rules.ruleset import RuleSet
from rules.user.events import StepsSynced

_CODEC = EventCodec((ActivityLogged, ActivityRemoved, StepsRemoved, StepsSynced))
_OF_USER = "FROM journal WHERE kind = 'user' AND id = $1"
_REMOVED = f"""SELECT seq, type, version, payload::text {_OF_USER}
    AND (type = 'ActivityRemoved' AND payload->>'activity_id' = $2 OR type = 'StepsRemoved') ORDER BY seq DESC"""
_LOGGED = f"""SELECT seq, type, version, (payload - 'route')::text AS payload {_OF_USER}
    AND type = 'ActivityLogged' AND payload->'activity'->>'id' = $2 ORDER BY seq DESC LIMIT 1"""
_SYNCED = f"""SELECT seq, type, version, payload::text {_OF_USER}
    AND type = 'StepsSynced' AND payload->>'date' = $2 AND payload->>'device' = $3 ORDER BY seq DESC LIMIT 1"""
_ZONE = "SELECT timezone FROM users WHERE id = $1"


async def removal(queries: Queries, rules: RuleSet, user_id: str, activity_id: str) -> Receipt | None:
    """None for an activity that is there, or never was. Raises ConnectionError while the database is away."""
    for row in await queries.fetch(_REMOVED, user_id, activity_id):
        event = _event(row)
        if isinstance(event, ActivityRemoved):
            return await _activity(queries, rules, user_id, activity_id, row["seq"], event.at)
        if isinstance(event, StepsRemoved) and steps_activity_id(user_id, event.date, event.device) == activity_id:
            return await _steps(queries, rules, user_id, event, row["seq"])
    return None


async def _activity(
    queries: Queries, rules: RuleSet, user_id: str, activity_id: str, removed: int, at: datetime
) -> Receipt | None:
    row = await queries.fetchrow(_LOGGED, user_id, activity_id)
    if row is None or row["seq"] > removed:  # logged again since
        return None
    event = _event(row)
    assert isinstance(event, ActivityLogged)
    return removed_receipt(user_id, event.activity, at, rules.on(event.activity.date))


async def _steps(queries: Queries, rules: RuleSet, user_id: str, event: StepsRemoved, removed: int) -> Receipt | None:
    row = await queries.fetchrow(_SYNCED, user_id, event.date.isoformat(), event.device)
    if row is None or row["seq"] > removed:  # synced again since
        return None
    synced = _event(row)
    assert isinstance(synced, StepsSynced)
    zone = await queries.fetchval(_ZONE, user_id)
    then = rules.on(event.date)
    return removed_steps_receipt(user_id, event.date, event.device, synced.steps, zone, event.at, then)


def _event(row: Row) -> object:
    return _CODEC.decode(row["type"], row["version"], row["payload"])
