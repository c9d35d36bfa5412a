"""The rounds of an elimination: when one is decided, and who drops out."""

from datetime import datetime, timedelta

from rules.challenge.events import Mode
from rules.challenge.scores import round_ends_at
from rules.challenge.state import Challenge, Phase
from rules.ids import UserId

_RUNNING = (Phase.LIVE, Phase.PAUSED, Phase.SETTLING)


def decided_at(challenge: Challenge) -> datetime | None:
    """When the present round is decided: once devices have had their time to sync. The last one is by the results."""
    if challenge.terms.mode is not Mode.ELIMINATION or challenge.phase not in _RUNNING:
        return None
    ends_at = round_ends_at(challenge)
    if challenge.decided_at is not None or ends_at >= challenge.terms.ends_at:
        return None
    return ends_at + timedelta(minutes=challenge.terms.settle_minutes)


def drop_outs(challenge: Challenge) -> tuple[UserId, ...]:
    """The lowest of the round; of equal scores those who got there last. Where nobody scored, nobody; one stays."""
    rounds = challenge.terms.eliminate
    left = [one for one in challenge.participants.values() if one.out is None and not one.disqualified]
    if rounds is None or not any(one.score for one in left):
        return ()
    left.sort(key=lambda one: (-one.score, one.reached_at, one.user_id))
    count = min(rounds.lowest, len(left) - 1)
    return tuple(one.user_id for one in left[len(left) - count :])
