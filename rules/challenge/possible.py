"""What somebody may do with a challenge as it is now."""

from collections.abc import Callable, Mapping

from rules.challenge.events import (
    AnnouncementMade,
    ChallengeCancelled,
    ChallengeExtended,
    ChallengeOpened,
    ChallengePaused,
    ChallengeResumed,
    ChallengeStarted,
    ChallengeUpdated,
    Event,
    ParticipantDisqualified,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantReinstated,
    Role,
    RoleGiven,
    SettlingBegan,
    UsersInvited,
)
from rules.challenge.life import PHASE_AFTER
from rules.challenge.state import Challenge, Phase
from rules.ids import UserId
from rules.refusal import Code, Refusal


def too_late_to_join(challenge: Challenge) -> str | None:
    """Why nobody joins any more who could have before; None while they can."""
    if challenge.terms.join_policy == "beforeStart" and challenge.phase in (Phase.LIVE, Phase.PAUSED):
        return "joining was possible before the start only"
    return "joining was possible until the first round was decided" if challenge.rounds else None


def _host(challenge: Challenge, by: UserId) -> bool:
    return challenge.is_host(by)


def _judge(challenge: Challenge, by: UserId) -> bool:
    return challenge.is_host(by) or challenge.roles.get(by) is Role.JUDGE


def _announcer(challenge: Challenge, by: UserId) -> bool:
    return challenge.is_host(by) or challenge.roles.get(by) is Role.ANNOUNCER


def _participant(challenge: Challenge, by: UserId) -> bool:
    return by in challenge.participants


def _inviter(challenge: Challenge, by: UserId) -> bool:
    return challenge.is_host(by) or by in challenge.participants


def _newcomer(challenge: Challenge, by: UserId) -> bool:
    return by not in challenge.participants and by not in challenge.barred and too_late_to_join(challenge) is None


# What people call the events that they can ask for, in the order of a challenge's life, and who may.
_ACTIONS: Mapping[str, tuple[type[Event], Callable[[Challenge, UserId], bool]]] = {
    "update": (ChallengeUpdated, _host),
    "open": (ChallengeOpened, _host),
    "join": (ParticipantJoined, _newcomer),
    "invite": (UsersInvited, _inviter),
    "start": (ChallengeStarted, _host),
    "pause": (ChallengePaused, _host),
    "resume": (ChallengeResumed, _host),
    "extend": (ChallengeExtended, _host),
    "announce": (AnnouncementMade, _announcer),
    "disqualify": (ParticipantDisqualified, _judge),
    "reinstate": (ParticipantReinstated, _judge),
    "leave": (ParticipantLeft, _participant),
    "role": (RoleGiven, _host),
    "cancel": (ChallengeCancelled, _host),
    "finish": (SettlingBegan, _host),  # once it settles, too: then it makes the results final
}


def possible(challenge: Challenge, by: UserId) -> list[str]:
    """The actions that are theirs, in this phase; of who may see it."""
    phase = challenge.phase
    return [
        action
        for action, (event, may) in _ACTIONS.items()
        if (phase in PHASE_AFTER[event] or (phase is Phase.SETTLING and action == "finish")) and may(challenge, by)
    ]


def wrong_state(challenge: Challenge, by: UserId, hint: str | None = None) -> Refusal:
    """WRONG_STATE, saying what phase it is in and what the sender may do there."""
    actions = possible(challenge, by)
    can = f"possible now: {', '.join(actions)}" if actions else "there is nothing that you could do now"
    return Refusal(
        Code.WRONG_STATE,
        f"the challenge is {challenge.phase.value}; {hint or can}",
        {"state": challenge.phase.value, "possible": actions},
    )
