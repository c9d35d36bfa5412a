"""What others hear of a challenge's events: tells, pushes, and the rows of the read tables that change."""

from typing import Any, TypeAlias

from actors.leaderboard import TOP
from actors.live_standings import LiveStandings
from actors.messages import Address, Attend, Outcome, Push
from rules.challenge.events import (
    ActivityTallied,
    AnnouncementMade,
    BaselineFixed,
    ChallengeCancelled,
    ChallengeCreated,
    ChallengeExtended,
    ChallengeFinished,
    ChallengeOpened,
    ChallengePaused,
    ChallengeResumed,
    ChallengeStarted,
    ChallengeUpdated,
    CountdownBegan,
    DayTallied,
    Event,
    Mode,
    ParticipantDisqualified,
    ParticipantIntroduced,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantReinstated,
    RoleGiven,
    RoundEnded,
    SettlingBegan,
    UsersInvited,
)
from rules.challenge.scores import units
from rules.challenge.state import Challenge
from rules.challenge_views import challenge_view
from rules.days import stamp
from rules.ids import TeamId, UserId
from rules.ranking import share_reached
from rules.tells import ChallengeInvited, ChallengeJoined, ChallengeLeft

# watchers hear of these by `challenge:updated`
SETTINGS = (
    ChallengeUpdated,
    ChallengeOpened,
    CountdownBegan,
    ChallengeStarted,
    ChallengePaused,
    ChallengeResumed,
    ChallengeExtended,
    SettlingBegan,
    ChallengeFinished,
    ChallengeCancelled,
    RoleGiven,
    RoundEnded,
)
# … and of these by the standings
SCORES = (
    ParticipantJoined,
    ParticipantIntroduced,
    ParticipantLeft,
    ParticipantDisqualified,
    ParticipantReinstated,
    DayTallied,
    ActivityTallied,
    BaselineFixed,
)
Score: TypeAlias = (
    ParticipantJoined
    | ParticipantIntroduced
    | ParticipantLeft
    | ParticipantDisqualified
    | ParticipantReinstated
    | DayTallied
    | ActivityTallied
    | BaselineFixed
)
SHARES = (25, 50, 75, 100)  # of a collective target, in per cent
SHOWN = 100  # of those who drop out in a round
TOLD_ONE_BY_ONE = 1_000  # participants; of more, joins are only counted: each would be a push to each of them


def topic(challenge: Challenge) -> str:
    return f"challenge:{challenge.id}"


def user(user_id: UserId) -> Address:
    return Address("user", user_id)


def touch(event: Event, outcome: Outcome) -> None:
    """Mark the rows of the read tables that this event changes."""
    if isinstance(event, SCORES):
        outcome.touched.add(("participant", event.user_id))
    if isinstance(event, (ChallengeCreated, *SETTINGS, ParticipantJoined, ParticipantLeft)):
        outcome.touched.add("challenge")
    if isinstance(event, RoundEnded):
        outcome.touched.update(("participant", user_id) for user_id in event.dropped)


def tell_of(challenge: Challenge, event: Event, outcome: Outcome, *, new: bool) -> None:
    """Tell and push what follows from one event. `new`: this participant had not been introduced before."""
    match event:
        case ParticipantJoined():
            outcome.tells.append((user(event.user_id), ChallengeJoined(challenge.id, challenge.terms.metric)))
            outcome.effects.append(Attend(event.user_id, topic(challenge)))
        case ParticipantIntroduced() if new and len(challenge.participants) <= TOLD_ONE_BY_ONE:
            who = {"userId": event.user_id, "name": event.name}
            push(challenge, outcome, "challenge:joined", {**who, "participants": len(challenge.participants)})
        case ParticipantLeft():
            outcome.tells.append((user(event.user_id), ChallengeLeft(challenge.id)))
            outcome.effects.append(Attend(event.user_id, topic(challenge), on=False))
            gone = {"userId": event.user_id, "participants": len(challenge.participants)}
            push(challenge, outcome, "challenge:left", gone)
        case RoleGiven() if not challenge.is_open_to(event.user_id):
            outcome.effects.append(Attend(event.user_id, topic(challenge), on=False))
        case UsersInvited():
            invited = ChallengeInvited(challenge.id, challenge.terms.name, event.by)
            outcome.tells.extend((user(user_id), invited) for user_id in event.user_ids)
        case AnnouncementMade():
            said = {"from": event.by, "text": event.text, "at": stamp(event.at)}
            push(challenge, outcome, "challenge:announcement", said)
        case ParticipantDisqualified():
            push(challenge, outcome, "challenge:disqualified", {"userId": event.user_id, "reason": event.reason})
        case RoundEnded():
            left = len(challenge.participants) - challenge.out
            dropped = {"userIds": list(event.dropped[:SHOWN]), "dropped": len(event.dropped), "left": left}
            push(challenge, outcome, "challenge:round", {"round": event.number, **dropped})
        case _:
            pass  # by `updated`, by the standings, or not at all


def closed_to_others(challenge: Challenge, outcome: Outcome) -> None:
    """Whoever watched because they belonged to those who may see it does so no longer, and may ask again."""
    keep = {challenge.host_id, *challenge.roles, *challenge.participants, *challenge.invited}
    outcome.effects.append(Attend(None, topic(challenge), on=False, keep=frozenset(keep)))


def updated(challenge: Challenge, outcome: Outcome) -> None:
    """State or settings have changed."""
    data = {"challenge": challenge_view(challenge)}
    push(challenge, outcome, "challenge:updated", data)
    if challenge.is_public:
        outcome.effects.append(Push("live", "challenge:updated", data))


def scored(challenge: Challenge, standings: LiveStandings, user_id: UserId, before: float, outcome: Outcome) -> None:
    """Has a score just passed the target, or a share of it? Shares are news only from those in the top rows."""
    participant, terms = challenge.participants[user_id], challenge.terms
    if participant.disqualified or terms.mode not in (Mode.RACE, Mode.MOST) or terms.target is None:
        return
    if before < terms.target <= participant.score:
        push(challenge, outcome, "challenge:milestone", {"kind": "target", "userId": user_id})
        return
    share = share_reached(terms.target, before, participant.score)
    if share is not None and standings.board.index_of(user_id) < TOP:
        push(challenge, outcome, "challenge:milestone", {"kind": "share", "userId": user_id, "share": share})


def together(challenge: Challenge, before: int, outcome: Outcome) -> None:
    """Have all together just passed a share of the target? `before` is what they had, in `UNIT`s."""
    target = units(challenge.terms.target or 0)
    passed = [share for share in SHARES if before * 100 < target * share <= challenge.total * 100]
    if passed:
        push(challenge, outcome, "challenge:milestone", {"kind": "share", "share": passed[-1]})
    if before < target <= challenge.total:
        push(challenge, outcome, "challenge:milestone", {"kind": "target"})


def team_scored(
    challenge: Challenge, standings: LiveStandings, team_id: TeamId, before: float, outcome: Outcome
) -> None:
    """Has a team just reached the target?"""
    target = challenge.terms.target
    if target is not None and standings.teams is not None and before < target <= standings.teams.score(team_id):
        push(challenge, outcome, "challenge:milestone", {"kind": "target", "teamId": team_id})


def push(challenge: Challenge, outcome: Outcome, type: str, data: dict[str, Any]) -> None:
    outcome.effects.append(Push(topic(challenge), type, data))
