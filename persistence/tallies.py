"""What a challenge made of a participant's activities, read from the journal itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from persistence.codec import EventCodec
from persistence.queries import Queries
from rules.challenge.events import EVENTS, DayTallied

_CODEC = EventCodec(EVENTS)
_QUERY = """
SELECT j.version, j.payload, c.metric, c.rule_version FROM journal j JOIN challenges c ON c.id = j.id
WHERE j.kind = 'challenge' AND j.id = $1 AND j.type = 'DayTallied' AND j.payload->>'user_id' = $2
  AND ($3::text IS NULL OR j.payload->>'date' = $3) AND ($4::text IS NULL OR j.payload->>'activity_id' = $4)
ORDER BY j.seq DESC LIMIT $5"""


@dataclass(frozen=True, slots=True)
class Tally:
    metric: str
    rule_version: str
    event: DayTallied


async def tallies(
    queries: Queries,
    challenge_id: str,
    user_id: str,
    *,
    day: date | None,
    activity_id: str | None,
    limit: int,
) -> Sequence[Tally]:
    """The newest first. Raises ConnectionError while the database is away."""
    asked = (challenge_id, user_id, day.isoformat() if day else None, activity_id, limit)
    rows = await queries.fetch(_QUERY, *asked)
    return [
        Tally(row["metric"], row["rule_version"], _CODEC.decode("DayTallied", row["version"], row["payload"]))
        for row in rows
    ]
