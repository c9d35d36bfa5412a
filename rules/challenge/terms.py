"""What a host may set: the terms of a challenge, checked as a whole."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, TypeAlias

from rules.challenge.commands import BestOf, Create, Update
from rules.challenge.events import Mode, Rounds, Team, Terms
from rules.challenge.scores import STREAK_DAYS
from rules.challenge.state import Challenge, Phase
from rules.fields import UNSET, patched
from rules.ids import ChallengeId, derived
from rules.known import Known
from rules.metrics import Metric
from rules.refusal import Refusal, all_invalid

LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=5 * 366)  # from now: far enough for anyone, near enough for every calendar

_Problem: TypeAlias = tuple[str, str]  # a field, and what is wrong with it

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
    return _refused(_problems(command, terms, now), _problems_with_group(terms, known)) or terms


def changed_terms(challenge: Challenge, command: Update, known: Known, now: datetime) -> Terms | Refusal:
    """The terms with what the command sets; what it leaves out stays, but for what another mode has no use for."""
    given: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(command, name)) is not UNSET}
    old = challenge.terms
    mode = Mode(patched(old.mode, command.mode))
    if mode is not Mode.TEAMS:
        given |= {"teams": (), "team_score": "sum", "team_best": 0}
    if mode is not Mode.ELIMINATION:
        given["eliminate"] = None
    elif old.mode is not Mode.ELIMINATION:
        given.setdefault("target", None)
    terms = replace(old, mode=mode, **given | _of_modes(command, challenge.id))
    group = _problems_with_group(terms, known) if terms.group_id != old.group_id else ()
    return _refused(_problems(command, terms, now), group, _conflicts(challenge, terms, now)) or terms


def _of_modes(command: Create | Update, id: ChallengeId) -> dict[str, Any]:
    """What the command says of teams and rounds."""
    said: dict[str, Any] = {}
    if command.teams is not UNSET:
        # ids follow from names, so that an update keeps those of the teams that stay
        said["teams"] = tuple(Team(derived("team", id, name.casefold()), name) for name in command.teams or ())
    if isinstance(command.team_score, BestOf):
        said |= {"team_score": "best", "team_best": command.team_score.best}
    elif command.team_score is not UNSET:
        said |= {"team_score": command.team_score or "sum", "team_best": 0}
    if command.eliminate is not UNSET:
        rounds = command.eliminate
        said["eliminate"] = None if rounds is None else Rounds(rounds.every, rounds.lowest)
    return said


def _refused(*problems: Iterable[_Problem]) -> Refusal | None:
    """All of them, the first of each field."""
    found: dict[str, str] = {}
    for path, problem in chain(*problems):
        found.setdefault(path, problem)
    return all_invalid(found) if found else None


def _problems(command: Create | Update, terms: Terms, now: datetime) -> Iterator[_Problem]:
    in_days = terms.mode is Mode.STREAK and terms.metric == STREAK_DAYS
    if terms.target is not None and terms.target <= 0:
        yield "target", "must be above 0"
    if in_days and terms.target is not None:
        yield "target", "an active day has none: leave it out, or choose another metric"
    if terms.target is None and terms.mode in (Mode.RACE, Mode.COLLECTIVE, Mode.STREAK) and not in_days:
        yield "target", f"mode {terms.mode.value} needs a target above 0"
    if terms.visibility == "group" and terms.group_id is None:
        yield "groupId", "say which group may see it, or choose another visibility"
    if terms.fairness != "raw" and terms.metric == STREAK_DAYS:
        yield "fairness", "days in a row count as they are: choose raw, or another metric"
    yield from _problems_with_teams(command, terms)
    yield from _problems_with_rounds(terms)
    yield from _problems_with_end(terms.starts_at, terms.ends_at, now)


def _problems_with_teams(command: Create | Update, terms: Terms) -> Iterator[_Problem]:
    if terms.mode is not Mode.TEAMS:
        if terms.teams:
            yield "teams", "go with mode teams only: leave them out, or choose that mode"
        if command.team_score not in (None, UNSET):
            yield "teamScore", "goes with mode teams only: leave it out, or choose that mode"
    elif not terms.teams:
        yield "teams", "mode teams needs the names of at least 2 teams"
    elif len({team.id for team in terms.teams}) < len(terms.teams):
        yield "teams", "must have different names"


def _problems_with_rounds(terms: Terms) -> Iterator[_Problem]:
    if terms.mode is not Mode.ELIMINATION:
        if terms.eliminate is not None:
            yield "eliminate", "goes with mode elimination only: leave it out"
        return
    if terms.eliminate is None:
        yield "eliminate", "say how often how many drop out: {every: day or week, lowest: n}"
    if terms.target is not None:
        yield "target", "an elimination has none: leave it out"
    if terms.metric == Metric.PUFFS.value:
        yield "metric", "those with the fewest puffs would drop out: choose mode least"


def _problems_with_group(terms: Terms, known: Known) -> Iterator[_Problem]:
    if terms.group_id is not None and terms.group_id not in known.groups:
        yield "groupId", "must be a group that you are a member of"


def problem_with_end(starts_at: datetime, ends_at: datetime, now: datetime) -> Refusal | None:
    return _refused(_problems_with_end(starts_at, ends_at, now))


def _problems_with_end(starts_at: datetime, ends_at: datetime, now: datetime) -> Iterator[_Problem]:
    if ends_at <= starts_at:
        yield "endsAt", "must be after startsAt"
    if ends_at <= now:
        yield "endsAt", "must lie in the future"
    if ends_at - starts_at > LONGEST:
        yield "endsAt", f"must be at most {LONGEST.days} days after startsAt"
    if ends_at - now > FARTHEST:
        yield "endsAt", "must lie within five years"


def _conflicts(challenge: Challenge, terms: Terms, now: datetime) -> Iterator[_Problem]:
    """What no longer goes once people have been let in."""
    if challenge.phase is Phase.DRAFT:
        return
    if terms.starts_at != challenge.terms.starts_at and terms.starts_at <= now:
        yield "startsAt", "must lie in the future; to begin now, use challenge:start"
    if challenge.participants:
        if terms.metric != challenge.terms.metric:
            yield "metric", "can't change once someone has joined: create another challenge"
        if {team.id for team in terms.teams} != {team.id for team in challenge.terms.teams}:
            yield "teams", "can't change once someone has joined: create another challenge"
    if terms.max_participants is not None and len(challenge.participants) > terms.max_participants:
        yield "maxParticipants", f"{len(challenge.participants)} take part already: must be at least that"
