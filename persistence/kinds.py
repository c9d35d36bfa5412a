"""How each kind of actor is stored: its events, its state, its read tables. One line a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from persistence import challenge_rows, user_rows
from persistence.codec import EventCodec, SnapshotCodec
from persistence.tables import Rows
from rules import challenge, user
from rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class StoredKind:
    events: EventCodec
    snapshots: SnapshotCodec
    blank: Callable[[str], Any]  # id → the state before the first event
    evolve: Callable[[Any, Any], Any]
    rows: Callable[[str, Any, frozenset[Any]], Rows]  # id, state, touched keys → rows to write
    everything: Callable[[Any], frozenset[Any]]  # state → all keys that `rows` knows


def stored_kinds(rules: RuleSet) -> Mapping[str, StoredKind]:
    return {
        "user": StoredKind(
            events=EventCodec(user.EVENTS),
            snapshots=SnapshotCodec(user.User, made_by=rules),
            blank=user.blank,
            evolve=lambda state, event: user.evolve(state, event, rules),
            rows=user_rows.rows,
            everything=user_rows.everything,
        ),
        "challenge": StoredKind(
            events=EventCodec(challenge.EVENTS),
            snapshots=SnapshotCodec(challenge.Challenge),
            blank=lambda _id: challenge.Challenge(),
            evolve=challenge.evolve,
            rows=challenge_rows.rows,
            everything=challenge_rows.everything,
        ),
    }
