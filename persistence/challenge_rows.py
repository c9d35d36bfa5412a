"""The read-table rows of a challenge."""

from typing import Any

from persistence.codec import dump
from persistence.tables import CHALLENGES, PARTICIPANTS, Rows
from rules.challenge import Challenge, Mode
from rules.challenge.scores import total_of
from rules.challenge_views import challenge_view


def rows(challenge_id: str, challenge: Challenge, touched: frozenset[Any]) -> Rows:
    """Touched are `challenge` and `("participant", user id)`; one who has left loses the row."""
    found = Rows()
    for key in touched:
        if key == "challenge":
            _challenge(challenge_id, challenge, found)
        else:
            _participant(challenge_id, challenge, key[1], found)
    return found


def everything(challenge: Challenge) -> frozenset[Any]:
    return frozenset({"challenge", *(("participant", user_id) for user_id in challenge.participants)})


def _challenge(challenge_id: str, challenge: Challenge, found: Rows) -> None:
    terms = challenge.terms
    found.put(
        CHALLENGES,
        challenge_id,
        challenge.host_id,
        terms.name,
        terms.description,
        terms.metric,
        terms.mode.value,
        terms.target,
        terms.visibility,
        terms.group_id,
        challenge.phase.value,
        terms.starts_at,
        terms.ends_at,
        len(challenge.participants),
        terms.max_participants,
        challenge.rule_version,
        challenge.created_at,
        dump(challenge_view(challenge)),
    )


def _participant(challenge_id: str, challenge: Challenge, user_id: str, found: Rows) -> None:
    participant = challenge.participants.get(user_id)
    if participant is None:
        found.drop(PARTICIPANTS, challenge_id, user_id)
        return
    found.put(
        PARTICIPANTS,
        challenge_id,
        user_id,
        participant.name,
        participant.joined_at,
        total_of(challenge, participant) if challenge.terms.mode is Mode.ELIMINATION else participant.score,
        participant.disqualified,
        participant.team_id,
        participant.out,
    )
