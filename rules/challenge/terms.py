"""What a host may set: the terms of a challenge, checked as a whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rules.challenge.commands import Create, Update
from rules.challenge.events import Mode, Terms
from rules.challenge.state import Challenge, Phase
from rules.fields import camel
from rules.refusal import Refusal, invalid

METRICS = ("steps", "distance", "calories", "activeMinutes")
MODES = tuple(mode.value for mode in Mode)
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
)


def terms_of(command: Create, now: datetime) -> Terms | Refusal:
    """The terms of a new challenge."""
    if (refusal := _unavailable(command)) is not None:
        return refusal
    plain: dict[str, Any] = {name: getattr(command, name) for name in _PLAIN}
    terms = Terms(mode=Mode(command.mode), **plain)
    return _problem(terms, now) or terms


def changed_terms(challenge: Challenge, command: Update, now: datetime) -> Terms | Refusal:
    """The terms with what the command sets; what it leaves out stays."""
    if (refusal := _unavailable(command)) is not None:
        return refusal
    given: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(command, name)) is not None}
    if command.mode is not None:
        given["mode"] = Mode(command.mode)
    terms = replace(challenge.terms, **given)
    return _problem(terms, now) or _conflict(challenge, terms, now) or terms


def _unavailable(command: Create | Update) -> Refusal | None:
    """Refuse what the protocol knows and this version does not have."""
    for name, value, available in (
        ("mode", command.mode, MODES),
        ("metric", command.metric, METRICS),
        ("fairness", command.fairness, ("raw",)),
    ):
        if value is not None and value not in available:
            return invalid(name, f"{value} is not available yet; possible: {', '.join(available)}")
    for name in ("teams", "team_score", "eliminate"):
        if getattr(command, name) is not None:
            return invalid(camel(name), "not available yet: leave it out")
    return None


def _problem(terms: Terms, now: datetime) -> Refusal | None:
    if terms.mode is Mode.RACE and terms.target is None:
        return invalid("target", "a race needs a target above 0")
    if terms.target is not None and terms.target <= 0:
        return invalid("target", "must be above 0")
    if terms.visibility == "group" and terms.group_id is None:
        return invalid("groupId", "say which group may see it, or choose another visibility")
    return problem_with_end(terms.starts_at, terms.ends_at, now)


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
    if challenge.participants and terms.metric != challenge.terms.metric:
        return invalid("metric", "can't change once someone has joined: create another challenge")
    if terms.max_participants is not None and len(challenge.participants) > terms.max_participants:
        return invalid("maxParticipants", f"{len(challenge.participants)} take part already: must be at least that")
    return None
