"""How a challenge changes when something has happened. In place: it may hold 100,000 participants."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from rules import counting
from rules.challenge.events import (
    AnnouncementMade,
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
    ParticipantDisqualified,
    ParticipantIntroduced,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantReinstated,
    ParticipantsTold,
    RoleGiven,
    SettlingBegan,
    UsersInvited,
)
from rules.challenge.life import PHASE_AFTER
from rules.challenge.state import Challenge, Entry, Participant
from rules.counting import Pause
from rules.ids import UserId

TIMELINE_LENGTH = 500


def evolve(challenge: Challenge, event: Event) -> Challenge:
    """Apply one event. Raises KeyError for one that can't have happened in this phase."""
    _enter_phase(challenge, event)
    match event:
        case ChallengeCreated():
            challenge.id, challenge.host_id, challenge.terms = event.id, event.host_id, event.terms
            challenge.spectator_code, challenge.rule_version = event.spectator_code, event.rule_version
            challenge.since = challenge.created_at = event.at
            _note(challenge, event.at, "created", event.host_id)
        case ChallengeUpdated():
            challenge.terms = event.terms
            _note(challenge, event.at, "updated", event.by)
        case ChallengeOpened():
            _note(challenge, event.at, "opened", event.by)
        case CountdownBegan():
            _note(challenge, event.at, "countdown")
        case ChallengeStarted():
            challenge.terms = replace(challenge.terms, starts_at=event.at)
            challenge.rule_version = event.rule_version
            _note(challenge, event.at, "started", event.by)
        case ChallengePaused():
            challenge.pauses.append(Pause(event.at, None))
            _note(challenge, event.at, "paused", event.by)
        case ChallengeResumed():
            _end_pause(challenge, event.at)
            _note(challenge, event.at, "resumed", event.by)
        case ChallengeExtended():
            challenge.terms = replace(challenge.terms, ends_at=event.ends_at)
            _note(challenge, event.at, "extended", event.by)
        case SettlingBegan():
            challenge.terms = replace(challenge.terms, ends_at=event.at)
            _end_pause(challenge, event.at)
            _note(challenge, event.at, "settling", event.by)
        case ChallengeFinished():
            _note(challenge, event.at, "finished", event.by)
        case ChallengeCancelled():
            _end_pause(challenge, event.at)
            _note(challenge, event.at, "cancelled", event.by)
        case ParticipantJoined():
            challenge.participants[event.user_id] = Participant(event.user_id, event.at, event.at)
            challenge.revision += 1
        case ParticipantIntroduced():
            participant = challenge.participants[event.user_id]
            participant.name, participant.zone = event.name, event.zone
            challenge.revision += 1
        case ParticipantLeft():
            del challenge.participants[event.user_id]
            challenge.revision += 1
        case UsersInvited():
            challenge.invited.update(event.user_ids)
        case RoleGiven():
            if event.role is None:
                del challenge.roles[event.user_id]
            else:
                challenge.roles[event.user_id] = event.role
            text = "none" if event.role is None else event.role.value
            _note(challenge, event.at, "role", event.by, event.user_id, text)
        case AnnouncementMade():
            _note(challenge, event.at, "announcement", event.by, None, event.text)
        case ParticipantDisqualified():
            challenge.barred.add(event.user_id)
            _rank_again(challenge, event.user_id, disqualified=True)
            _note(challenge, event.at, "disqualified", event.by, event.user_id, event.reason)
        case ParticipantReinstated():
            challenge.barred.discard(event.user_id)
            _rank_again(challenge, event.user_id, disqualified=False)
            _note(challenge, event.at, "reinstated", event.by, event.user_id, event.reason)
        case DayTallied():
            _tally(challenge, event)
        case ParticipantsTold():
            challenge.told += event.count
        case _:
            assert_never(event)
    return challenge


def _enter_phase(challenge: Challenge, event: Event) -> None:
    table = PHASE_AFTER.get(type(event))
    if table is None:
        return
    if challenge.phase not in table:
        raise KeyError(f"{type(event).__name__} can't happen to a {challenge.phase.value} challenge ({challenge.id})")
    after = table[challenge.phase]
    if after is not challenge.phase:
        challenge.phase, challenge.since = after, event.at


def _end_pause(challenge: Challenge, at: datetime) -> None:
    if challenge.pauses and challenge.pauses[-1].end is None:
        challenge.pauses[-1] = Pause(challenge.pauses[-1].start, at)


def _rank_again(challenge: Challenge, user_id: UserId, *, disqualified: bool) -> None:
    participant = challenge.participants.get(user_id)
    if participant is not None:
        participant.disqualified = disqualified
        challenge.revision += 1


def _tally(challenge: Challenge, event: DayTallied) -> None:
    participant = challenge.participants[event.user_id]
    counted = participant.days.get(event.date, counting.NOTHING)
    if event.counted:
        counted = counting.add(counted, event.before, event.after)
    elif event.after < event.before:
        counted = counting.cut(counted, event.after)
    if counted:
        participant.days[event.date] = counted
    else:
        participant.days.pop(event.date, None)
    _mark(participant, event)
    challenge.revision += 1
    score = counting.total(participant.days.values())
    if score == participant.score:
        return
    participant.score, participant.reached_at = score, event.at
    target = challenge.terms.target
    if target is None or score < target:
        participant.target_at = None
    elif participant.target_at is None:
        participant.target_at = event.at


def _mark(participant: Participant, event: DayTallied) -> None:
    """A day is under review while what counts of it is."""
    reviewed = tuple(day for day in participant.reviewed if day != event.date)
    if event.review and event.date in participant.days:
        reviewed = (*reviewed, event.date)
    participant.reviewed = reviewed


def _note(
    challenge: Challenge,
    at: datetime,
    type: str,
    by: UserId | None = None,
    user_id: UserId | None = None,
    text: str | None = None,
) -> None:
    challenge.timeline.append(Entry(at, type, by, user_id, text))
    del challenge.timeline[:-TIMELINE_LENGTH]
