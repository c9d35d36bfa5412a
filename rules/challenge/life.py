"""The life cycle of a challenge, as one table: which event may happen in which phase, and what phase comes after."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rules.challenge.events import (
    AnnouncementMade,
    ChallengeCancelled,
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
    ParticipantDisqualified,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantReinstated,
    ParticipantsTold,
    RoleGiven,
    SettlingBegan,
    UsersInvited,
)
from rules.challenge.state import ENDED, Challenge, Phase
from rules.refusal import Code, Refusal

COUNTDOWN = timedelta(seconds=10)

_JOINABLE = (Phase.OPEN, Phase.COUNTDOWN, Phase.LIVE, Phase.PAUSED)
_UNDECIDED = (*_JOINABLE, Phase.SETTLING)
_UNENDED = (Phase.DRAFT, *_UNDECIDED)


def _stays(*phases: Phase) -> Mapping[Phase, Phase]:
    return {phase: phase for phase in phases}


# An event that is not listed (an introduction) may happen at any time and changes no phase.
PHASE_AFTER: Mapping[type[Event], Mapping[Phase, Phase]] = {
    ChallengeUpdated: _stays(Phase.DRAFT, Phase.OPEN),
    ChallengeOpened: {Phase.DRAFT: Phase.OPEN},
    CountdownBegan: {Phase.OPEN: Phase.COUNTDOWN},
    ChallengeStarted: {Phase.OPEN: Phase.LIVE, Phase.COUNTDOWN: Phase.LIVE},
    ChallengePaused: {Phase.LIVE: Phase.PAUSED},
    ChallengeResumed: {Phase.PAUSED: Phase.LIVE},
    ChallengeExtended: _stays(*_JOINABLE),
    SettlingBegan: {Phase.LIVE: Phase.SETTLING, Phase.PAUSED: Phase.SETTLING},
    ChallengeFinished: {Phase.SETTLING: Phase.FINISHED},
    ChallengeCancelled: dict.fromkeys(_UNENDED, Phase.CANCELLED),
    ParticipantJoined: _stays(*_JOINABLE),
    ParticipantLeft: _stays(*_UNDECIDED),
    UsersInvited: _stays(*_JOINABLE),
    RoleGiven: _stays(*_UNENDED),
    AnnouncementMade: _stays(*_UNDECIDED, Phase.FINISHED),
    ParticipantDisqualified: _stays(*_UNDECIDED),
    ParticipantReinstated: _stays(*_UNDECIDED),
    DayTallied: _stays(Phase.LIVE, Phase.PAUSED, Phase.SETTLING),
    ParticipantsTold: _stays(*ENDED),
}

# What people call the events that they can ask for, in the order of a challenge's life.
_ACTIONS: Mapping[str, type[Event]] = {
    "update": ChallengeUpdated,
    "open": ChallengeOpened,
    "join": ParticipantJoined,
    "invite": UsersInvited,
    "start": ChallengeStarted,
    "pause": ChallengePaused,
    "resume": ChallengeResumed,
    "extend": ChallengeExtended,
    "announce": AnnouncementMade,
    "disqualify": ParticipantDisqualified,
    "reinstate": ParticipantReinstated,
    "leave": ParticipantLeft,
    "role": RoleGiven,
    "cancel": ChallengeCancelled,
}


def possible(phase: Phase) -> list[str]:
    """The actions that this phase allows."""
    actions = [action for action, event in _ACTIONS.items() if phase in PHASE_AFTER[event]]
    if phase in (Phase.LIVE, Phase.PAUSED, Phase.SETTLING):
        actions.append("finish")
    return actions


def wrong_state(phase: Phase, hint: str | None = None) -> Refusal:
    """WRONG_STATE, saying what phase it is in and what is possible there."""
    actions = possible(phase)
    can = f"possible now: {', '.join(actions)}" if actions else "nothing can be changed any more"
    return Refusal(
        Code.WRONG_STATE,
        f"the challenge is {phase.value}; {hint or can}",
        {"state": phase.value, "possible": actions},
    )


def overdue(challenge: Challenge, at: datetime, version: str) -> Event | None:
    """The next step that time alone brings about, once it should have happened by `at`.

    It carries the planned time, however late it comes. Apply it and ask again until there is none.
    """
    terms = challenge.terms
    match challenge.phase:
        case Phase.OPEN if at >= terms.starts_at - COUNTDOWN:
            return CountdownBegan(max(terms.starts_at - COUNTDOWN, challenge.since))
        case Phase.COUNTDOWN if at >= terms.starts_at:
            return ChallengeStarted(terms.starts_at, None, version)
        case Phase.LIVE | Phase.PAUSED if at >= terms.ends_at:
            return SettlingBegan(terms.ends_at, None)
        case Phase.SETTLING if at >= challenge.settles_at:
            return ChallengeFinished(challenge.settles_at, None)
        case _:
            return None


def alarms(challenge: Challenge) -> dict[str, datetime]:
    """The durable reminders that must be set, by name: when something is to happen by itself."""
    terms = challenge.terms
    match challenge.phase:
        case Phase.OPEN:
            return {"countdown": terms.starts_at - COUNTDOWN}
        case Phase.COUNTDOWN:
            return {"start": terms.starts_at}
        case Phase.LIVE | Phase.PAUSED:
            return {"end": terms.ends_at}
        case Phase.SETTLING:
            return {"settle": challenge.settles_at}
        case Phase.FINISHED | Phase.CANCELLED if challenge.told < len(challenge.participants):
            return {"dismiss": challenge.since}
        case _:
            return {}
