"""What a command does to a challenge: events, or a refusal. Whoever gets here has the permission of the catalogue."""

from datetime import datetime
from typing import assert_never

from rules import counting
from rules.challenge import commands
from rules.challenge.commands import MOST_PARTICIPANTS, Change, Create
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
    DayTallied,
    Event,
    ParticipantDisqualified,
    ParticipantIntroduced,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantReinstated,
    Role,
    RoleGiven,
    SettlingBegan,
    UsersInvited,
)
from rules.challenge.life import PHASE_AFTER, wrong_state
from rules.challenge.state import Challenge, Phase
from rules.challenge.terms import changed_terms, problem_with_end, terms_of
from rules.ids import ChallengeId, UserId
from rules.refusal import Code, Refusal, invalid
from rules.tells import DayCounted, Introduced

MOST_PAUSES = 200  # each is looked at whenever a day counts
MOST_ROLES = 100
MOST_INVITED = MOST_PARTICIPANTS

Decision = list[Event] | Refusal


def create(command: Create, *, id: ChallengeId, by: UserId, at: datetime, code: str, version: str) -> Decision:
    terms = terms_of(command, at)
    if isinstance(terms, Refusal):
        return terms
    return [ChallengeCreated(at, id, by, terms, code, version)]


def decide(challenge: Challenge, command: Change, *, by: UserId, at: datetime, version: str) -> Decision:
    """`at` is now, and everything `overdue` has been applied. `version` is that of the rules in force."""
    match command:
        case commands.Update():
            return _update(challenge, command, by, at)
        case commands.Open():
            return _open(challenge, by, at, version)
        case commands.Start():
            started = _allowed(challenge, ChallengeStarted(at, by, version))
            if isinstance(started, Refusal):
                return started
            return problem_with_end(at, challenge.terms.ends_at, at) or started
        case commands.Pause():
            if len(challenge.pauses) >= MOST_PAUSES:
                return Refusal(Code.CONFLICT, f"it has been paused {MOST_PAUSES} times, which is all it can be")
            return _allowed(challenge, ChallengePaused(at, by))
        case commands.Resume():
            return _allowed(challenge, ChallengeResumed(at, by))
        case commands.Finish():
            return _finish(challenge, by, at)
        case commands.Cancel():
            return _allowed(challenge, ChallengeCancelled(at, by))
        case commands.Extend():
            return _extend(challenge, command, by, at)
        case commands.Announce():
            return _allowed(challenge, AnnouncementMade(at, by, command.text))
        case commands.Role():
            return _role(challenge, command, by, at)
        case commands.Disqualify():
            return _disqualify(challenge, command, by, at)
        case commands.Reinstate():
            return _reinstate(challenge, command, by, at)
        case commands.Join():
            return _join(challenge, command, by, at)
        case commands.Leave():
            if by not in challenge.participants:
                return Refusal(Code.CONFLICT, "you take no part in this challenge")
            return _allowed(challenge, ParticipantLeft(at, by))
        case commands.Invite():
            return _invite(challenge, command, by, at)
        case _:
            assert_never(command)


def introduce(challenge: Challenge, told: Introduced, at: datetime) -> Event | None:
    """None when nothing is new, or they have left."""
    participant = challenge.participants.get(told.user_id)
    if participant is None or (participant.name, participant.zone) == (told.name, told.zone):
        return None
    return ParticipantIntroduced(at, told.user_id, told.name, told.zone)


def tally(challenge: Challenge, told: DayCounted, at: datetime) -> Event | None:
    """Does this change of a participant's day count? None when it makes no difference here."""
    participant = challenge.participants.get(told.user_id)
    if participant is None or told.metric != challenge.terms.metric or challenge.phase not in PHASE_AFTER[DayTallied]:
        return None
    before, after = float(told.before), float(told.after)
    counted = participant.days.get(told.date, counting.NOTHING)
    review_changes = told.review is not (told.date in participant.reviewed)
    if after <= before:
        reason = counting.Why.TAKEN_BACK
        changes = counting.cut(counted, after) != counted or (review_changes and bool(counting.measure(counted)))
    else:
        reason = counting.why(
            challenge.window,
            participant.joined_at,
            told.date,
            told.zone,
            live=challenge.phase is Phase.LIVE,
            settling=challenge.phase is Phase.SETTLING,
        )
        # what did not count is kept too: people ask why
        changes = (
            reason is not counting.Why.COUNTED or review_changes or counting.add(counted, before, after) != counted
        )
    if not changes:
        return None
    return DayTallied(
        at=at,
        user_id=told.user_id,
        date=told.date,
        zone=told.zone,
        before=before,
        after=after,
        counted=reason is counting.Why.COUNTED,
        why=reason,
        activity_id=told.activity_id,
        review=told.review,
    )


def _allowed(challenge: Challenge, event: Event, *then: Event) -> Decision:
    """The event, where the table has it in this phase, and what follows from it."""
    if challenge.phase not in PHASE_AFTER[type(event)]:
        return wrong_state(challenge.phase)
    return [event, *then]


def _open(challenge: Challenge, by: UserId, at: datetime, version: str) -> Decision:
    # what was walked before anyone could join must not count, so a start in the past becomes now
    late = [ChallengeStarted(at, by, version)] if challenge.terms.starts_at <= at else []
    opened = _allowed(challenge, ChallengeOpened(at, by), *late)
    if isinstance(opened, list) and challenge.terms.ends_at <= at:
        return invalid("endsAt", "lies in the past: update it first")
    return opened


def _update(challenge: Challenge, command: commands.Update, by: UserId, at: datetime) -> Decision:
    if challenge.phase not in PHASE_AFTER[ChallengeUpdated]:
        return wrong_state(challenge.phase)
    terms = changed_terms(challenge, command, at)
    if isinstance(terms, Refusal):
        return terms
    return [] if terms == challenge.terms else [ChallengeUpdated(at, by, terms)]


def _finish(challenge: Challenge, by: UserId, at: datetime) -> Decision:
    if challenge.phase is Phase.SETTLING:
        return [ChallengeFinished(at, by)]
    at_once = [ChallengeFinished(at, by)] if challenge.terms.settle_minutes == 0 else []
    return _allowed(challenge, SettlingBegan(at, by), *at_once)


def _extend(challenge: Challenge, command: commands.Extend, by: UserId, at: datetime) -> Decision:
    extended = _allowed(challenge, ChallengeExtended(at, by, command.ends_at))
    if isinstance(extended, Refusal):
        return extended
    if command.ends_at <= challenge.terms.ends_at:
        return invalid("endsAt", "must be later than the present end; to end sooner, use challenge:finish")
    return problem_with_end(challenge.terms.starts_at, command.ends_at, at) or extended


def _role(challenge: Challenge, command: commands.Role, by: UserId, at: datetime) -> Decision:
    if command.user_id == challenge.host_id:
        return invalid("userId", "is the host, who may do everything already")
    role = None if command.role is None else Role(command.role)
    given = _allowed(challenge, RoleGiven(at, by, command.user_id, role))
    if isinstance(given, Refusal):
        return given
    if challenge.roles.get(command.user_id) is role:
        return []
    if len(challenge.roles) >= MOST_ROLES and command.user_id not in challenge.roles:
        return Refusal(Code.CONFLICT, f"{MOST_ROLES} people have a role, which is all there are: take one back first")
    return given


def _disqualify(challenge: Challenge, command: commands.Disqualify, by: UserId, at: datetime) -> Decision:
    if command.user_id not in challenge.participants:
        return Refusal(Code.NOT_FOUND, "no such participant: check userId")
    done = _allowed(challenge, ParticipantDisqualified(at, by, command.user_id, command.reason))
    return [] if command.user_id in challenge.barred and isinstance(done, list) else done


def _reinstate(challenge: Challenge, command: commands.Reinstate, by: UserId, at: datetime) -> Decision:
    if command.user_id not in challenge.participants and command.user_id not in challenge.barred:
        return Refusal(Code.NOT_FOUND, "no such participant: check userId")
    done = _allowed(challenge, ParticipantReinstated(at, by, command.user_id, command.reason))
    return [] if command.user_id not in challenge.barred and isinstance(done, list) else done


def _join(challenge: Challenge, command: commands.Join, by: UserId, at: datetime) -> Decision:
    if not challenge.is_open_to(by):
        return Refusal(Code.NOT_FOUND, "no such challenge: check the id, or ask its host for an invitation")
    if by in challenge.participants:
        return Refusal(Code.ALREADY_JOINED, "you take part already")
    if by in challenge.barred:
        return Refusal(Code.FORBIDDEN, "you were disqualified: ask the host to reinstate you")
    joined = _allowed(challenge, ParticipantJoined(at, by))
    if isinstance(joined, Refusal):
        return joined
    if challenge.terms.join_policy == "beforeStart" and challenge.phase in (Phase.LIVE, Phase.PAUSED):
        return wrong_state(challenge.phase, "joining was possible before the start only")
    seats = challenge.terms.max_participants or MOST_PARTICIPANTS
    if len(challenge.participants) >= seats:
        return Refusal(Code.CHALLENGE_FULL, f"all {seats} places are taken: ask the host for more")
    if command.team_id is not None:
        return invalid("teamId", "this challenge has no teams: leave it out")
    return joined


def _invite(challenge: Challenge, command: commands.Invite, by: UserId, at: datetime) -> Decision:
    new = [
        user_id
        for user_id in dict.fromkeys(command.user_ids)
        if user_id != by and user_id not in challenge.invited and user_id not in challenge.participants
    ]
    invited = _allowed(challenge, UsersInvited(at, by, tuple(new)))
    if isinstance(invited, Refusal) or not new:
        return invited if isinstance(invited, Refusal) else []
    if len(challenge.invited) + len(new) > MOST_INVITED:
        return Refusal(Code.CONFLICT, f"{MOST_INVITED} people are invited, which is all there can be")
    return invited
