"""What a command does to a challenge: events, or a refusal. Whoever gets here has the permission of the catalogue."""

from datetime import datetime
from typing import assert_never

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
    Event,
    Mode,
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
from rules.challenge.possible import too_late_to_join, wrong_state
from rules.challenge.scores import scoring_of
from rules.challenge.state import Challenge, Phase
from rules.challenge.terms import changed_terms, problem_with_end, terms_of
from rules.ids import ChallengeId, TeamId, UserId
from rules.known import Known
from rules.refusal import Code, Refusal, invalid
from rules.ruleset import RuleSet

MOST_PAUSES = 200  # each is looked at whenever a day counts
MOST_ROLES = 100
MOST_INVITED = MOST_PARTICIPANTS
MOST_NAMED = 10  # teams, in a refusal

Decision = list[Event] | Refusal


def create(
    command: Create, *, id: ChallengeId, known: Known, at: datetime, code: str, rules: RuleSet
) -> list[Event] | Refusal:
    """`known` is the host, as their own actor says."""
    terms = terms_of(command, id, known, at)
    if isinstance(terms, Refusal):
        return terms
    return [ChallengeCreated(at, id, known.user_id, terms, code, rules.version, known.zone)]


def decide(challenge: Challenge, command: Change, *, known: Known, at: datetime, rules: RuleSet) -> Decision:
    """`at` is now, and everything `overdue` has been applied. `rules` are those in force, `known` the sender."""
    by = known.user_id
    match command:
        case commands.Update():
            return _update(challenge, command, known, at)
        case commands.Open():
            return _open(challenge, by, at, rules)
        case commands.Start():
            started = _allowed(challenge, by, _start(challenge, by, at, rules))
            if isinstance(started, Refusal):
                return started
            return problem_with_end(at, challenge.terms.ends_at, at) or started
        case commands.Pause():
            if len(challenge.pauses) >= MOST_PAUSES:
                return Refusal(Code.CONFLICT, f"it has been paused {MOST_PAUSES} times, which is all it can be")
            return _allowed(challenge, by, ChallengePaused(at, by))
        case commands.Resume():
            return _allowed(challenge, by, ChallengeResumed(at, by))
        case commands.Finish():
            return _finish(challenge, by, at)
        case commands.Cancel():
            return _allowed(challenge, by, ChallengeCancelled(at, by))
        case commands.Extend():
            return _extend(challenge, command, by, at)
        case commands.Announce():
            return _allowed(challenge, by, AnnouncementMade(at, by, command.text))
        case commands.Role():
            return _role(challenge, command, by, at)
        case commands.Disqualify():
            return _disqualify(challenge, command, by, at)
        case commands.Reinstate():
            return _reinstate(challenge, command, by, at)
        case commands.Join():
            return _join(challenge, command, known, at)
        case commands.Leave():
            if by not in challenge.participants:
                return Refusal(Code.CONFLICT, "you take no part in this challenge")
            return _allowed(challenge, by, ParticipantLeft(at, by))
        case commands.Invite():
            return _invite(challenge, command, known, at)
        case _:
            assert_never(command)


def _allowed(challenge: Challenge, by: UserId, event: Event, *then: Event) -> Decision:
    """The event, where the table has it in this phase, and what follows from it."""
    if challenge.phase not in PHASE_AFTER[type(event)]:
        return wrong_state(challenge, by)
    return [event, *then]


def _start(challenge: Challenge, by: UserId, at: datetime, rules: RuleSet) -> ChallengeStarted:
    return ChallengeStarted(at, by, rules.version, scoring_of(challenge.terms, rules))


def _open(challenge: Challenge, by: UserId, at: datetime, rules: RuleSet) -> Decision:
    # what was walked before anyone could join must not count, so a start in the past becomes now
    late = [_start(challenge, by, at, rules)] if challenge.terms.starts_at <= at else []
    opened = _allowed(challenge, by, ChallengeOpened(at, by), *late)
    if isinstance(opened, Refusal):
        return opened
    if challenge.terms.ends_at <= at:
        return invalid("endsAt", "lies in the past: update it first")
    if late and challenge.terms.join_policy == "beforeStart":
        return invalid("startsAt", "lies in the past, and nobody could join after it: update it first")
    return opened


def _update(challenge: Challenge, command: commands.Update, known: Known, at: datetime) -> Decision:
    if challenge.phase not in PHASE_AFTER[ChallengeUpdated]:
        return wrong_state(challenge, known.user_id)
    terms = changed_terms(challenge, command, known, at)
    if isinstance(terms, Refusal):
        return terms
    return [] if terms == challenge.terms else [ChallengeUpdated(at, known.user_id, terms)]


def _finish(challenge: Challenge, by: UserId, at: datetime) -> Decision:
    if challenge.phase is Phase.SETTLING:
        return [ChallengeFinished(at, by)]
    at_once = [ChallengeFinished(at, by)] if challenge.terms.settle_minutes == 0 else []
    return _allowed(challenge, by, SettlingBegan(at, by), *at_once)


def _extend(challenge: Challenge, command: commands.Extend, by: UserId, at: datetime) -> Decision:
    extended = _allowed(challenge, by, ChallengeExtended(at, by, command.ends_at))
    if isinstance(extended, Refusal):
        return extended
    if command.ends_at <= challenge.terms.ends_at:
        return invalid("endsAt", "must be later than the present end; to end sooner, use challenge:finish")
    return problem_with_end(challenge.terms.starts_at, command.ends_at, at) or extended


def _role(challenge: Challenge, command: commands.Role, by: UserId, at: datetime) -> Decision:
    if command.user_id == challenge.host_id:
        return invalid("userId", "is the host, who may do everything already")
    role = None if command.role is None else Role(command.role)
    given = _allowed(challenge, by, RoleGiven(at, by, command.user_id, role))
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
    done = _allowed(challenge, by, ParticipantDisqualified(at, by, command.user_id, command.reason))
    return [] if command.user_id in challenge.barred and isinstance(done, list) else done


def _reinstate(challenge: Challenge, command: commands.Reinstate, by: UserId, at: datetime) -> Decision:
    if command.user_id not in challenge.participants and command.user_id not in challenge.barred:
        return Refusal(Code.NOT_FOUND, "no such participant: check userId")
    done = _allowed(challenge, by, ParticipantReinstated(at, by, command.user_id, command.reason))
    return [] if command.user_id not in challenge.barred and isinstance(done, list) else done


def _join(challenge: Challenge, command: commands.Join, known: Known, at: datetime) -> Decision:
    by = known.user_id
    if not challenge.is_open_to(by, known):
        return Refusal(Code.NOT_FOUND, "no such challenge: check the id, or ask its host for an invitation")
    if by in challenge.participants:
        return Refusal(Code.ALREADY_JOINED, "you take part already")
    if by in challenge.barred:
        return Refusal(Code.FORBIDDEN, "you were disqualified: ask the host to reinstate you")
    if challenge.phase not in PHASE_AFTER[ParticipantJoined]:
        return wrong_state(challenge, by, None if challenge.phase is Phase.DRAFT else "joining is over")
    if (too_late := too_late_to_join(challenge)) is not None:
        return wrong_state(challenge, by, too_late)
    seats = challenge.terms.max_participants or MOST_PARTICIPANTS
    if len(challenge.participants) >= seats:
        more = (
            "ask the host for more"
            if challenge.phase is Phase.OPEN and seats < MOST_PARTICIPANTS
            else "one may get free"
        )
        return Refusal(Code.CHALLENGE_FULL, f"all {seats} places are taken: {more}")
    team_id = _team(challenge, command.team_id)
    return team_id if isinstance(team_id, Refusal) else [ParticipantJoined(at, by, team_id)]


def _team(challenge: Challenge, wanted: TeamId | None) -> TeamId | Refusal | None:
    """The team to join: the one named, else the smallest, and the first of those."""
    teams = challenge.terms.teams
    if challenge.terms.mode is not Mode.TEAMS:
        return None if wanted is None else invalid("teamId", "this challenge has no teams: leave it out")
    if wanted is None:
        return min(teams, key=lambda team: challenge.team_sizes.get(team.id, 0)).id
    if challenge.team(wanted) is None:
        names = ", ".join(f"{team.id} ({team.name})" for team in teams[:MOST_NAMED])
        return invalid("teamId", f"no such team: choose one of {names}, or leave it out")
    return wanted


def _invite(challenge: Challenge, command: commands.Invite, known: Known, at: datetime) -> Decision:
    by = known.user_id
    new = [
        user_id
        for user_id in dict.fromkeys(command.user_ids)
        if user_id != by
        and user_id not in known.blocked
        and user_id not in challenge.invited
        and user_id not in challenge.participants
    ]
    invited = _allowed(challenge, by, UsersInvited(at, by, tuple(new)))
    if isinstance(invited, Refusal) or not new:
        return invited if isinstance(invited, Refusal) else []
    if len(challenge.invited) + len(new) > MOST_INVITED:
        return Refusal(Code.CONFLICT, f"{MOST_INVITED} people are invited, which is all there can be")
    return invited
