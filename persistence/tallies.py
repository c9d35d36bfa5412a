"""What a challenge made of a participant's activities, read from the journal itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from persistence.codec import EventCodec
from persistence.queries import Queries, Row
from rules.challenge.events import EVENTS, ActivityTallied, DayTallied
from rules.counting import Why

_CODEC = EventCodec(EVENTS)
_ASKED = """($3::text IS NULL OR j.payload->>'date' = $3) AND ($4::text IS NULL OR j.payload->>'activity_id' = $4)"""
_QUERY = f"""
SELECT j.type, j.version, j.payload, c.metric, c.rule_version FROM journal j JOIN challenges c ON c.id = j.id
WHERE j.kind = 'challenge' AND j.id = $1 AND j.type IN ('DayTallied', 'ActivityTallied')
  AND j.payload->>'user_id' = $2 AND {_ASKED}
ORDER BY j.seq DESC LIMIT $5"""  # noqa: S608 - own text
# What reached no challenge: it came before the start or the joining, or after the results were final. Of a day's steps that
# is what the day has beyond what the challenge last heard of it.
_UNHEARD = """
SELECT * FROM (
  SELECT a.id, a.kind, a.date, a.status, a.recorded_at, c.metric, c.rule_version, u.timezone,
    c.state = 'finished' AND a.recorded_at > (c.body->>'settlesAt')::timestamptz AS late,
    (a.metrics->>c.metric)::float8 - CASE WHEN a.kind <> 'steps' THEN 0 ELSE coalesce((
      SELECT (j.payload->>'after')::float8 FROM journal j WHERE j.kind = 'challenge' AND j.id = c.id
        AND j.type = 'DayTallied' AND j.payload->>'user_id' = $2::text AND j.payload->>'date' = a.date::text
      ORDER BY j.seq DESC LIMIT 1), 0) END AS amount
  FROM challenges c JOIN participants p ON p.challenge_id = c.id JOIN users u ON u.id = p.user_id
  JOIN activities a ON a.user_id = p.user_id
  WHERE c.id = $1 AND p.user_id = $2::text::uuid AND a.metrics ? c.metric AND a.status <> 'removed'
    AND a.date BETWEEN c.starts_at::date AND c.ends_at::date
    AND (a.recorded_at < greatest(c.starts_at, p.joined_at)
      OR c.state = 'finished' AND a.recorded_at > (c.body->>'settlesAt')::timestamptz)
    AND ($3::text IS NULL OR a.date = $3::date) AND ($4::text IS NULL OR a.id = $4::uuid)
    AND (a.kind = 'steps' OR NOT EXISTS (SELECT FROM journal j WHERE j.kind = 'challenge' AND j.id = c.id
      AND j.type = 'ActivityTallied' AND j.payload->>'activity_id' = a.id::text))
) unheard WHERE amount > 0 ORDER BY recorded_at DESC LIMIT $5"""


@dataclass(frozen=True, slots=True)
class Tally:
    metric: str
    rule_version: str
    event: DayTallied | ActivityTallied


async def tallies(
    queries: Queries,
    challenge_id: str,
    user_id: str,
    *,
    day: date | None,
    activity_id: str | None,
    limit: int,
) -> Sequence[Tally]:
    """The newest first, and before them what came too early or too late. Raises ConnectionError while the database is away."""
    asked = (challenge_id, user_id, day.isoformat() if day else None, activity_id, limit)
    unheard = await queries.fetch(_UNHEARD, *asked)
    rows = await queries.fetch(_QUERY, *asked)
    return [_unheard(user_id, row) for row in unheard] + [
        Tally(row["metric"], row["rule_version"], _CODEC.decode(row["type"], row["version"], row["payload"]))
        for row in rows
    ]


def _unheard(user_id: str, row: Row) -> Tally:
    at = row["recorded_at"]
    event = ActivityTallied(
        at=at,
        user_id=user_id,
        activity_id=str(row["id"]),
        kind=row["kind"],
        date=row["date"],
        zone=row["timezone"],
        starts_at=at,
        ends_at=at,
        amount=row["amount"],
        counted=False,
        why=Why.FINAL if row["late"] else Why.NOT_LIVE,
        review=row["status"] == "review",
    )
    return Tally(row["metric"], row["rule_version"], event)
