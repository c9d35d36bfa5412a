"""What a challenge made of what a participant did, read from the journal itself."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from persistence.codec import EventCodec
from persistence.queries import Queries, Row
from rules.activity.fact import Kind
from rules.challenge.events import EVENTS, ActivityTallied, ParticipantLeft
from rules.challenge.receipts import Tally
from rules.challenge.scores import STREAK_DAYS, worth_of
from rules.counting import Why
from rules.days import day_of
from rules.metrics import STEPS

_CODEC = EventCodec(EVENTS)
_MOMENT = timedelta(microseconds=1)
_OF_USER = "j.kind = 'challenge' AND j.id = $1 AND j.payload->>'user_id' = $2"
_CHALLENGE = """
SELECT c.metric, c.rule_version, c.starts_at, c.ends_at, u.timezone, p.joined_at,
  CASE WHEN c.state = 'finished' THEN (c.body->>'settlesAt')::timestamptz END AS final_at,
  (SELECT j.payload->'scoring'->'weights' FROM journal j
    WHERE j.kind = 'challenge' AND j.id = c.id AND j.type = 'ChallengeStarted' ORDER BY j.seq DESC LIMIT 1) AS weights
FROM challenges c JOIN users u ON u.id = $2 LEFT JOIN participants p ON p.challenge_id = c.id AND p.user_id = u.id
WHERE c.id = $1"""
_TALLIES = f"""
SELECT j.type, j.version, j.payload FROM journal j
WHERE {_OF_USER} AND (j.type = 'ParticipantLeft'
  OR j.type IN ('BaselineFixed', 'ParticipantDisqualified', 'ParticipantReinstated') AND $3::text IS NULL AND $4::text IS NULL
  OR j.type IN ('DayTallied', 'ActivityTallied')
    AND ($3::text IS NULL OR j.payload->>'date' = $3) AND ($4::text IS NULL OR j.payload->>'activity_id' = $4))
ORDER BY j.seq DESC LIMIT $5"""  # noqa: S608 - own text
_HEARD = f"""
SELECT DISTINCT ON (heard) CASE j.type WHEN 'DayTallied' THEN j.payload->>'date' ELSE j.payload->>'activity_id' END AS heard,
  (j.payload->>'after')::float8 AS steps
FROM journal j WHERE {_OF_USER} AND j.type IN ('DayTallied', 'ActivityTallied') ORDER BY heard, j.seq DESC"""  # noqa: S608 - own text
_DONE = """
SELECT a.id, a.kind, a.date, a.starts_at, a.ends_at, a.metrics, a.status, a.recorded_at FROM activities a
WHERE a.user_id = $1 AND a.status <> 'removed' AND a.date BETWEEN $2 AND $3 AND ($4::uuid IS NULL OR a.id = $4)
ORDER BY a.recorded_at DESC, a.id LIMIT $5"""


async def tallies(
    queries: Queries,
    challenge_id: str,
    user_id: str,
    *,
    day: date | None,
    activity_id: str | None,
    limit: int,
) -> Sequence[Tally]:
    """The newest first, and before them what never reached the challenge. Raises ConnectionError while the database is away."""
    challenge = await queries.fetchrow(_CHALLENGE, challenge_id, user_id)
    if challenge is None:
        return []
    weights = {kind: (metric, factor) for kind, (metric, factor) in json.loads(challenge["weights"] or "{}").items()}

    def tally(event: Any, *, left: bool) -> Tally:
        starts_at, ends_at = challenge["starts_at"], challenge["ends_at"]
        return Tally(challenge["metric"], challenge["rule_version"], event, starts_at, ends_at, weights, left)

    found = []
    if challenge["joined_at"] is not None:
        unheard = await _unheard(queries, challenge_id, user_id, challenge, weights, day, activity_id, limit)
        found = [tally(event, left=False) for event in unheard]
    left = False
    asked = (challenge_id, user_id, day.isoformat() if day else None, activity_id, limit)
    for row in await queries.fetch(_TALLIES, *asked):
        event = _CODEC.decode(row["type"], row["version"], row["payload"])
        if isinstance(event, ParticipantLeft):
            left = True
        else:
            found.append(tally(event, left=left))
    return found


async def _unheard(
    queries: Queries,
    challenge_id: str,
    user_id: str,
    challenge: Row,
    weights: Any,
    day: date | None,
    activity_id: str | None,
    limit: int,
) -> list[ActivityTallied]:
    """What reached no challenge: it came before the start or the joining, or after the results were final.

    Of a day's steps that is what the day has beyond what the challenge last heard of it. A day outside of the challenge is
    looked at when it is asked about, by itself or by an activity of it.
    """
    zone, metric = challenge["timezone"], challenge["metric"]
    first, last = day_of(challenge["starts_at"], zone), day_of(challenge["ends_at"] - _MOMENT, zone)
    since, until = (first, last) if activity_id is None else (date.min, date.max)
    if day is not None:
        since = until = day
    done = await queries.fetch(_DONE, user_id, since, until, activity_id, limit)
    heard = {row["heard"]: row["steps"] for row in await queries.fetch(_HEARD, challenge_id, user_id)} if done else {}
    found = []
    for row in done:
        metrics, at, inside = json.loads(row["metrics"]), row["recorded_at"], first <= row["date"] <= last
        if row["kind"] == Kind.STEPS:
            known = heard.get(row["date"].isoformat(), 0)
            amount = max(0, metrics.get(STEPS if metric == STREAK_DAYS else metric, 0) - known)
        else:
            amount = 0 if str(row["id"]) in heard else worth_of(metric, weights, row["kind"], metrics) or 0
            inside = inside and challenge["starts_at"] <= row["starts_at"] < challenge["ends_at"]
        early = at < max(challenge["starts_at"], challenge["joined_at"])
        late = challenge["final_at"] is not None and at > challenge["final_at"]
        if amount and (early or late or not inside):
            why = Why.OUTSIDE if not inside else Why.FINAL if late else Why.NOT_LIVE
            found.append(_event(user_id, row, zone, amount, why))
    return found


def _event(user_id: str, row: Row, zone: str, amount: float, why: Why) -> ActivityTallied:
    """As if the challenge had looked at it."""
    return ActivityTallied(
        at=row["recorded_at"],
        user_id=user_id,
        activity_id=str(row["id"]),
        kind=row["kind"],
        date=row["date"],
        zone=zone,
        starts_at=row["starts_at"] or row["recorded_at"],
        ends_at=row["ends_at"] or row["recorded_at"],
        amount=amount,
        counted=False,
        why=why,
        review=row["status"] == "review",
    )
