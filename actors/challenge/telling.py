"""Telling all participants something: so many a commit, by a reminder that comes back, so that 100,000 hold nobody up."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from actors.challenge import news
from actors.live_standings import LiveStandings
from actors.messages import Outcome
from rules.challenge.events import Event, ParticipantsTold, ParticipantsWarned
from rules.challenge.state import Challenge, Phase
from rules.ids import UserId
from rules.ranking import earns, earns_place, reached_target
from rules.tells import ChallengeEnded, ChallengeSoon

TOLD_AT_ONCE = 100  # participants in one commit


def end(
    challenge: Challenge, standings: LiveStandings, roll: Sequence[UserId], at: datetime, outcome: Outcome
) -> Event | None:
    """Tell the next of the roll that it is over; None when all know."""
    next_ones = roll[challenge.told : challenge.told + TOLD_AT_ONCE]
    for user_id in next_ones:
        outcome.tells.append((news.user(user_id), _ended(challenge, standings, user_id)))
        outcome.touched.add(("participant", user_id))  # their rank is final
    return ParticipantsTold(at, len(next_ones)) if next_ones else None


def _ended(challenge: Challenge, standings: LiveStandings, user_id: UserId) -> ChallengeEnded:
    """What a participant has of it: alone, with their team, or with all."""
    participant, mode = challenge.participants[user_id], challenge.terms.mode
    finished = challenge.phase is Phase.FINISHED
    rank, team_score = standings.board.rank_of(user_id), 0.0
    if standings.teams is not None:
        rank = standings.teams.rank_of(participant.team_id) if rank is not None else None
        team_score = standings.teams.score(participant.team_id)
    elif not earns_place(mode, participant):
        rank = None
    return ChallengeEnded(
        challenge_id=challenge.id,
        name=challenge.terms.name,
        outcome="finished" if finished else "cancelled",
        ranked=finished and earns(mode, participant),
        rank=rank if finished else None,
        reached_target=finished and reached_target(challenge, participant, team_score),
        rule_version=challenge.rule_version,
    )


def soon(challenge: Challenge, roll: Sequence[UserId], at: datetime, outcome: Outcome) -> ParticipantsWarned:
    """Tell the next of the roll that it starts or ends soon. Who has left since is passed over."""
    begin = 0 if challenge.warned is None else bisect_right(roll, challenge.warned)
    next_ones = roll[begin : begin + TOLD_AT_ONCE]
    if challenge.soon is not None:
        what, when = challenge.soon
        told = ChallengeSoon(challenge.id, challenge.terms.name, "start" if what == "start" else "end", when)
        outcome.tells += [(news.user(user_id), told) for user_id in next_ones if user_id in challenge.participants]
    return ParticipantsWarned(at, next_ones[-1] if begin + TOLD_AT_ONCE < len(roll) else None)
