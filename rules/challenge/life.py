"""The life cycle of a challenge, as one table: which event may happen in which phase, and what phase comes after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from rules.challenge.events import (
    ActivityTallied,
    AnnouncementMade,
    BaselineFixed,
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
    RoundEnded,
    SettlingBegan,
    SoonBegan,
    UsersInvited,
)
from rules.challenge.rounds import decided_at, drop_outs
from rules.challenge.scores import scoring_of
from rules.challenge.state import ENDED, Challenge, Phase
from rules.ruleset import RuleSet

COUNTDOWN = timedelta(seconds=10)
SOON = timedelta(hours=1)  # before start and end; in a short challenge a tenth of it
LEAST_SOON = timedelta(minutes=1)  # … and not at all where that is less

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
    ActivityTallied: _stays(Phase.LIVE, Phase.PAUSED, Phase.SETTLING),
    BaselineFixed: _stays(Phase.LIVE, Phase.PAUSED, Phase.SETTLING),
    RoundEnded: _stays(Phase.LIVE, Phase.PAUSED, Phase.SETTLING),
    SoonBegan: _stays(Phase.OPEN, Phase.LIVE, Phase.PAUSED),
    ParticipantsTold: _stays(*ENDED),
}


def overdue(challenge: Challenge, at: datetime, rules: RuleSet) -> Event | None:
    """The next step that time alone brings about, once it should have happened by `at`.

    It carries the planned time, however late it comes. Apply it and ask again until there is none. `rules` are those in
    force now.
    """
    due = _plan(challenge, at)
    if due is None or at < due[0]:
        return None
    moment, what = due
    terms = challenge.terms
    match what:
        case "soon":
            name, when = _next_turn(challenge)
            return SoonBegan(max(moment, challenge.since), name, when)
        case "countdown":
            return CountdownBegan(max(moment, challenge.since))
        case "start":
            return ChallengeStarted(moment, None, rules.version, scoring_of(terms, rules))
        case "round":
            return RoundEnded(moment, challenge.rounds + 1, drop_outs(challenge))
        case "end":
            return SettlingBegan(moment, None)
        case _:
            return ChallengeFinished(moment, None)


def alarms(challenge: Challenge) -> dict[str, datetime]:
    """The durable reminders that must be set, by name: when something is to happen by itself."""
    due = _plan(challenge)
    found = {} if due is None else {due[1]: due[0]}
    if challenge.warning:
        found["warn"] = challenge.since
    if challenge.phase in ENDED and challenge.told < len(challenge.participants):
        found["dismiss"] = challenge.since
    return found


def _plan(challenge: Challenge, at: datetime | None = None) -> tuple[datetime, str] | None:
    """What comes next by itself, and when. `at` is now, where what is missed by then is left out."""
    terms = challenge.terms
    planned: list[tuple[datetime, str]] = []
    match challenge.phase:
        case Phase.OPEN:
            planned.append((terms.starts_at - COUNTDOWN, "countdown"))
        case Phase.COUNTDOWN:
            planned.append((terms.starts_at, "start"))
        case Phase.LIVE | Phase.PAUSED:
            planned.append((challenge.decided_at or terms.ends_at, "end"))
        case Phase.SETTLING:
            planned.append((challenge.settles_at, "settle"))
    soon = _soon_at(challenge)
    if soon is not None and (at is None or at < _next_turn(challenge)[1]):
        planned.append((soon, "soon"))
    if (decided := decided_at(challenge)) is not None:
        planned.append((decided, "round"))
    return min(planned, default=None, key=lambda step: (step[0], _ORDER[step[1]]))


# At the same moment.
_ORDER = {step: place for place, step in enumerate(("soon", "countdown", "start", "round", "end", "settle"))}


def _next_turn(challenge: Challenge) -> tuple[Literal["start", "end"], datetime]:
    if challenge.phase is Phase.OPEN:
        return "start", challenge.terms.starts_at
    return "end", challenge.terms.ends_at


def _soon_at(challenge: Challenge) -> datetime | None:
    """When participants hear that it starts or ends soon; None when they have, or never do."""
    if challenge.phase not in (Phase.OPEN, Phase.LIVE, Phase.PAUSED) or challenge.decided_at is not None:
        return None
    what, when = _next_turn(challenge)
    before = min(SOON, (challenge.terms.ends_at - challenge.terms.starts_at) / 10)
    if challenge.soon == (what, when) or before < LEAST_SOON:
        return None
    # who joins what starts within the hour knows that
    opened_late = challenge.phase is Phase.OPEN and when - before < challenge.since
    return None if opened_late else when - before
