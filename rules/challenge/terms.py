"""What a host may set: the terms of a challenge, checked as a whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rules.challenge.commands import BestOf, Create, Update
from rules.challenge.events import Mode, Rounds, Team, Terms
from rules.challenge.scores import STREAK_DAYS
from rules.challenge.state import Challenge, Phase
from rules.ids import ChallengeId, derived
from rules.known import Known
from rules.metrics import Metric
from rules.refusal import Refusal, invalid

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=5 * 366)  # from now: far enough for anyone, near enough for every calendar

_PLAIN = (
    "name",
    "description",
    "metric",
    "target",
    "starts_at",
    "ends_at",
    "visibility",
    "group_id",
    "join_policy",
    "max_participants",
    "settle_minutes",
    "fairness",
)


def terms_of(command: Create, id: ChallengeId, known: Known, now: datetime) -> Terms | Refusal:
    """The terms of a new challenge."""
    plain: dict[str, Any] = {name: getattr(command, name) for name in _PLAIN}
    terms = Terms(mode=Mode(command.mode), **plain, **_of_modes(command, id))
    return _problem(command, terms, now) or _problem_with_group(terms, known) or terms


def changed_terms(challenge: Challenge, command: Update, known: Known, now: datetime) -> Terms | Refusal:
    """The terms with what the command sets; what it leaves out stays, but for what another mode has no use for."""
    given: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(command, name)) is not None}
    old = challenge.terms
    mode = old.mode if command.mode is None else Mode(command.mode)
    if mode is not Mode.TEAMS:
        given |= {"teams": (), "team_score": "sum", "team_best": 0}
    if mode is not Mode.ELIMINATION:
        given["eliminate"] = None
    elif old.mode is not Mode.ELIMINATION:
        given.setdefault("target", None)
    terms = replace(old, mode=mode, **given | _of_modes(command, challenge.id))
    problem = _problem(command, terms, now)
    if problem is None and terms.group_id != old.group_id:
        problem = _problem_with_group(terms, known)
    return problem or _conflict(challenge, terms, now) or terms


def _of_modes(command: Create | Update, id: ChallengeId) -> dict[str, Any]:
    """What the command says of teams and rounds."""
    said: dict[str, Any] = {}
    if command.teams is not None:
        # ids follow from names, so that an update keeps those of the teams that stay
        said["teams"] = tuple(Team(derived("team", id, name.casefold()), name) for name in command.teams)
    if isinstance(command.team_score, BestOf):
        said |= {"team_score": "best", "team_best": command.team_score.best}
    elif command.team_score is not None:
        said |= {"team_score": command.team_score, "team_best": 0}
    if command.eliminate is not None:
        said["eliminate"] = Rounds(command.eliminate.every, command.eliminate.lowest)
    return said


def _problem(command: Create | Update, terms: Terms, now: datetime) -> Refusal | None:
    if terms.target is not None and terms.target <= 0:
        return invalid("target", "must be above 0")
    in_days = terms.mode is Mode.STREAK and terms.metric == STREAK_DAYS
    if in_days and terms.target is not None:
        return invalid("target", "an active day has none: leave it out, or choose another metric")
    if terms.target is None and terms.mode in (Mode.RACE, Mode.COLLECTIVE, Mode.STREAK) and not in_days:
        return invalid("target", f"mode {terms.mode.value} needs a target above 0")
    if terms.visibility == "group" and terms.group_id is None:
        return invalid("groupId", "say which group may see it, or choose another visibility")
    if terms.fairness != "raw" and terms.metric == STREAK_DAYS:
        return invalid("fairness", "days in a row count as they are: choose raw, or another metric")
    return (
        _problem_with_teams(command, terms)
        or _problem_with_rounds(terms)
        or problem_with_end(terms.starts_at, terms.ends_at, now)
    )


def _problem_with_teams(command: Create | Update, terms: Terms) -> Refusal | None:
    if terms.mode is not Mode.TEAMS:
        if terms.teams:
            return invalid("teams", "go with mode teams only: leave them out, or choose that mode")
        if command.team_score is not None:
            return invalid("teamScore", "goes with mode teams only: leave it out, or choose that mode")
        return None
    if not terms.teams:
        return invalid("teams", "mode teams needs the names of at least 2 teams")
    if len({team.id for team in terms.teams}) < len(terms.teams):
        return invalid("teams", "must have different names")
    return None


def _problem_with_rounds(terms: Terms) -> Refusal | None:
    if terms.mode is not Mode.ELIMINATION:
        return (
            None if terms.eliminate is None else invalid("eliminate", "goes with mode elimination only: leave it out")
        )
    if terms.eliminate is None:
        return invalid("eliminate", "say how often how many drop out: {every: day or week, lowest: n}")
    if terms.target is not None:
        return invalid("target", "an elimination has none: leave it out")
    if terms.metric == Metric.PUFFS.value:
        return invalid("metric", "those with the fewest puffs would drop out: choose mode least")
    return None


def _problem_with_group(terms: Terms, known: Known) -> Refusal | None:
    if terms.group_id is None or terms.group_id in known.groups:
        return None
    return invalid("groupId", "must be a group that you are a member of")


def problem_with_end(starts_at: datetime, ends_at: datetime, now: datetime) -> Refusal | None:
    if ends_at <= starts_at:
        return invalid("endsAt", "must be after startsAt")
    if ends_at <= now:
        return invalid("endsAt", "must lie in the future")
    if ends_at - starts_at > LONGEST:
        return invalid("endsAt", f"must be at most {LONGEST.days} days after startsAt")
    if ends_at - now > FARTHEST:
        return invalid("endsAt", "must lie within five years")
    return None


def _conflict(challenge: Challenge, terms: Terms, now: datetime) -> Refusal | None:
    """What no longer goes once people have been let in."""
    if challenge.phase is Phase.DRAFT:
        return None
    if terms.starts_at != challenge.terms.starts_at and terms.starts_at <= now:
        return invalid("startsAt", "must lie in the future; to begin now, use challenge:start")
    if challenge.participants:
        if terms.metric != challenge.terms.metric:
            return invalid("metric", "can't change once someone has joined: create another challenge")
        if {team.id for team in terms.teams} != {team.id for team in challenge.terms.teams}:
            return invalid("teams", "can't change once someone has joined: create another challenge")
    if terms.max_participants is not None and len(challenge.participants) > terms.max_participants:
        return invalid("maxParticipants", f"{len(challenge.participants)} take part already: must be at least that")
    return None
