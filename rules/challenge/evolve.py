"""How a challenge changes when something has happened. In place: it may hold 100,000 participants."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from rules.challenge import tallied
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
    ParticipantDisqualified,
    ParticipantIntroduced,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantReinstated,
    ParticipantsTold,
    ParticipantsWarned,
    RoleGiven,
    RoundEnded,
    SettlingBegan,
    SoonBegan,
    UsersInvited,
)
from rules.challenge.life import PHASE_AFTER
from rules.challenge.scores import score_of
from rules.challenge.state import Challenge, Entry, Participant
from rules.counting import Pause
from rules.ids import TeamId, UserId

TIMELINE_LENGTH = 500


def evolve(challenge: Challenge, event: Event) -> Challenge:
    """Apply one event. Raises KeyError for one that can't have happened in this phase."""
    _enter_phase(challenge, event)
    match event:
        case ChallengeCreated():
            challenge.id, challenge.host_id, challenge.terms = event.id, event.host_id, event.terms
            challenge.spectator_code, challenge.rule_version = event.spectator_code, event.rule_version
            challenge.zone = event.zone
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
            challenge.rule_version, challenge.scoring = event.rule_version, event.scoring
            _end_warning(challenge)
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
            _end_warning(challenge)
            _note(challenge, event.at, "settling", event.by)
        case ChallengeFinished():
            _note(challenge, event.at, "finished", event.by)
        case ChallengeCancelled():
            _end_pause(challenge, event.at)
            _end_warning(challenge)
            _note(challenge, event.at, "cancelled", event.by)
        case ParticipantJoined():
            joined = Participant(event.user_id, event.at, event.at, team_id=event.team_id)
            challenge.participants[event.user_id] = joined
            _team_size(challenge, event.team_id, 1)
            challenge.revision += 1
        case ParticipantIntroduced():
            participant = challenge.participants[event.user_id]
            participant.name, participant.zone = event.name, event.zone
            challenge.revision += 1
        case ParticipantLeft():
            gone = challenge.participants.pop(event.user_id)
            tallied.uncount(challenge, gone)
            _team_size(challenge, gone.team_id, -1)
            challenge.out -= gone.out is not None
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
            tallied.whole_day(challenge, event)
        case ActivityTallied():
            tallied.activity(challenge, event)
        case BaselineFixed():
            participant = challenge.participants[event.user_id]
            participant.baseline = event.baseline
            tallied.score_again(challenge, participant, event.at)
            challenge.revision += 1
        case RoundEnded():
            _end_round(challenge, event)
        case SoonBegan():
            challenge.soon, challenge.warning, challenge.warned = (event.what, event.when), True, None
        case ParticipantsWarned():
            challenge.warning, challenge.warned = event.last is not None, event.last
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


def _end_warning(challenge: Challenge) -> None:
    """What was announced to come soon is there; who has not heard of it need not any more."""
    challenge.warning, challenge.warned = False, None


def _rank_again(challenge: Challenge, user_id: UserId, *, disqualified: bool) -> None:
    participant = challenge.participants.get(user_id)
    if participant is not None:
        tallied.uncount(challenge, participant)
        participant.disqualified = disqualified
        tallied.count(challenge, participant)
        challenge.revision += 1


def _team_size(challenge: Challenge, team_id: TeamId | None, by: int) -> None:
    if team_id is not None:
        challenge.team_sizes[team_id] = challenge.team_sizes.get(team_id, 0) + by


def _end_round(challenge: Challenge, event: RoundEnded) -> None:
    """The dropped keep the score of their last round; everyone else begins the next one, unless only one is left."""
    for user_id in event.dropped:
        challenge.participants[user_id].out = event.number
    challenge.out += len(event.dropped)
    left = [participant for participant in challenge.participants.values() if participant.out is None]
    if challenge.out and sum(not participant.disqualified for participant in left) <= 1:
        challenge.decided_at = event.at
    else:
        challenge.rounds = event.number
        for participant in left:
            participant.score = score_of(challenge, participant)
            participant.reached_at = event.at if participant.score else participant.joined_at
    challenge.revision += 1
    _note(challenge, event.at, "round", None, None, f"round {event.number}: {len(event.dropped)} out")


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
