"""A user's workouts as far as records go: which session they are in, and what they lifted in which.

Bests and records follow from what each session says of itself, so that a set undone, a session called off or a workout
deleted takes exactly its own share back. A record earns XP once in a session, however often it is beaten there again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from rules import rewards as rewarding
from rules.changes import Change, RecordAchieved
from rules.ids import workout_id
from rules.records.bests import NOTHING, Bests, Kind, Record, merged
from rules.records.events import Event, ExerciseLifted, SessionEntered, SessionForgotten, SessionLeft
from rules.stats import Count
from rules.xp import RECORD_RULE

if TYPE_CHECKING:
    from rules.ruleset import RuleSet
    from rules.user.state import User

MOST_SESSIONS = 1_000  # kept apart; what was lifted in older ones stays for good
MOST_WEIGHTS = 200  # of an exercise in those older ones: the heaviest


@dataclass(frozen=True, slots=True)
class Lift:
    """An exercise in one session."""

    at: datetime  # its last change
    exercise: str  # its name
    bests: Bests
    records: tuple[Record, ...]


@dataclass(slots=True)
class Lifting:
    session_id: str | None = None  # that the user trains in now
    sessions: dict[str, dict[str, Lift]] = field(default_factory=dict)  # session → exercise → …; the newest last
    settled: dict[str, Lift] = field(default_factory=dict)  # exercise → what sessions no longer kept came to
    settled_records: int = 0
    bests: dict[str, Bests] = field(
        default_factory=dict
    )  # exercise → before the present session; replaced, not changed


def evolve(user: "User", event: Event, rules: "RuleSet") -> list[Change]:
    """Apply what happened, in place. Returns what it changed."""
    if user.lifting is None:
        user.lifting = Lifting()
    before = _count(user.lifting)
    changes = _EVOLVE[type(event)](user, user.lifting, event, rules)
    after = _count(user.lifting)
    if after != before:
        changes += rewarding.count_changed(user.rewards, Count.RECORDS, after, event.at, rules)
    return changes


def _entered(user: "User", lifting: Lifting, event: SessionEntered, rules: "RuleSet") -> list[Change]:  # noqa: ARG001 (as its siblings)
    left = lifting.session_id  # they were in it, but it could not be reached any more
    lifting.session_id = event.session_id
    for session_id in (left, event.session_id):
        _look_again(lifting, lifting.sessions.get(session_id or "", ()))
    return []


def _left(user: "User", lifting: Lifting, event: SessionLeft, rules: "RuleSet") -> list[Change]:
    if lifting.session_id == event.session_id:
        lifting.session_id = None
    if not event.kept:
        return _forget(user, lifting, event.session_id, event.at, rules)
    _look_again(lifting, lifting.sessions.get(event.session_id, ()))
    return []


def _forgotten(user: "User", lifting: Lifting, event: SessionForgotten, rules: "RuleSet") -> list[Change]:
    return _forget(user, lifting, event.session_id, event.at, rules)


def _lifted(user: "User", lifting: Lifting, event: ExerciseLifted, rules: "RuleSet") -> list[Change]:
    session = lifting.sessions.setdefault(event.session_id, {})
    known = session.pop(event.exercise_id, None)
    if event.bests != NOTHING:
        session[event.exercise_id] = Lift(event.at, event.exercise, event.bests, event.records)
    elif not session:
        del lifting.sessions[event.session_id]
    _settle(lifting)
    if event.session_id != lifting.session_id:
        _look_again(lifting, (event.exercise_id,))
    old = known.records if known is not None else ()
    return _compare(user, event.session_id, event.exercise_id, event.exercise, old, event.records, event.at, rules)


def _forget(user: "User", lifting: Lifting, session_id: str, at: datetime, rules: "RuleSet") -> list[Change]:
    changes: list[Change] = []
    session = lifting.sessions.pop(session_id, {})
    for exercise_id, lift in session.items():
        changes += _compare(user, session_id, exercise_id, lift.exercise, lift.records, (), at, rules)
    _look_again(lifting, session)
    return changes


def _compare(
    user: "User",
    session_id: str,
    exercise_id: str,
    exercise: str,
    old: tuple[Record, ...],
    new: tuple[Record, ...],
    at: datetime,
    rules: "RuleSet",
) -> list[Change]:
    """What follows from these records of a session being those now."""
    changes: list[Change] = []
    before, after = {_key(record): record for record in old}, {_key(record): record for record in new}
    for key, record in after.items():
        known = before.get(key)
        if known is None or (record.value > known.value and record.kind is not Kind.MAX_VOLUME):
            value, previous, weight = record.value, record.previous, record.at_weight
            achieved = RecordAchieved(session_id, exercise_id, exercise, record.kind.value, value, previous, weight)
            changes.append(achieved)
        if known is None:
            of, reason = f"{session_id}:{exercise_id}:{key}", f"a personal record: {exercise}"
            changes += rewarding.award(
                user.rewards,
                RECORD_RULE,
                of,
                rules.xp.personal_record,
                reason,
                at,
                rules,
                activity_id=workout_id(user.id, session_id),
            )
    for key in [key for key in before if key not in after]:
        of = f"{session_id}:{exercise_id}:{key}"
        changes += rewarding.take_back(user.rewards, RECORD_RULE, of, at, rules)
    return changes


def _key(record: Record) -> str:
    return record.kind.value if record.at_weight is None else f"{record.kind.value}@{record.at_weight:g}"


def _look_again(lifting: Lifting, exercise_ids: Iterable[str]) -> None:
    """What the bests of these exercises are, but for the present session."""
    ids = list(exercise_ids)
    if not ids:
        return
    bests = dict(lifting.bests)
    for exercise_id in ids:
        best = lifting.settled[exercise_id].bests if exercise_id in lifting.settled else NOTHING
        for session_id, session in lifting.sessions.items():
            if session_id != lifting.session_id and exercise_id in session:
                best = merged(best, session[exercise_id].bests)
        bests[exercise_id] = best
        if best == NOTHING:
            del bests[exercise_id]
    lifting.bests = bests


def _settle(lifting: Lifting) -> None:
    """The oldest session beyond those kept apart becomes part of the past."""
    if len(lifting.sessions) <= MOST_SESSIONS:
        return
    oldest = next(session_id for session_id in lifting.sessions if session_id != lifting.session_id)
    for exercise_id, lift in lifting.sessions.pop(oldest).items():
        known = lifting.settled.get(exercise_id)
        bests = merged(known.bests, lift.bests) if known is not None else lift.bests
        bests = Bests(bests.weight, bests.one_rep_max, bests.volume, bests.reps[-MOST_WEIGHTS:])
        lifting.settled[exercise_id] = Lift(lift.at, lift.exercise, bests, ())
        lifting.settled_records += len(lift.records)


def _count(lifting: Lifting) -> int:
    standing = sum(len(lift.records) for session in lifting.sessions.values() for lift in session.values())
    return lifting.settled_records + standing


_Evolve: TypeAlias = Callable[..., list[Change]]  # (user, lifting, event, rules)

_EVOLVE: Mapping[type, _Evolve] = {
    SessionEntered: _entered,
    SessionLeft: _left,
    ExerciseLifted: _lifted,
    SessionForgotten: _forgotten,
}
