"""How each kind of actor is stored: its events, its state, its read tables. One line a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from persistence import challenge_rows, group_rows, post_rows, session_rows, user_rows
from persistence.codec import EventCodec, SnapshotCodec
from persistence.tables import Rows
from rules import challenge, group, post, session, user
from rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class StoredKind:
    events: EventCodec
    snapshots: SnapshotCodec
    blank: Callable[[str], Any]  # id → the state before the first event
    evolve: Callable[[Any, Any], Any]
    rows: Callable[[str, Any, frozenset[Any]], Rows]  # id, state, touched keys → rows to write
    everything: Callable[[Any], frozenset[Any]]  # state → all keys that `rows` knows
    rows_of_event: Callable[[str, Any], Rows | None] | None = None  # id, event → rows that no state has


def stored_kinds(rules: RuleSet) -> Mapping[str, StoredKind]:
    return {
        "user": StoredKind(
            events=EventCodec(user.EVENTS),
            snapshots=SnapshotCodec(user.User, made_by=rules.book or rules),
            blank=user.blank,
            evolve=lambda state, event: user.evolve(state, event, rules),
            rows=user_rows.rows,
            everything=user_rows.everything,
            rows_of_event=user_rows.rows_of_event,
        ),
        "challenge": StoredKind(
            events=EventCodec(challenge.EVENTS),
            snapshots=SnapshotCodec(challenge.Challenge),
            blank=lambda _id: challenge.Challenge(),
            evolve=challenge.evolve,
            rows=challenge_rows.rows,
            everything=challenge_rows.everything,
        ),
        "post": StoredKind(
            events=EventCodec(post.EVENTS),
            snapshots=SnapshotCodec(post.Post),
            blank=lambda _id: post.Post(),
            evolve=post.evolve,
            rows=post_rows.rows,
            everything=post.keys,
        ),
        "group": StoredKind(
            events=EventCodec(group.EVENTS, group.UPCASTS),
            snapshots=SnapshotCodec(group.Group),
            blank=lambda _id: group.Group(),
            evolve=group.evolve,
            rows=group_rows.rows,
            everything=group_rows.everything,
            rows_of_event=group_rows.rows_of_event,
        ),
        "session": StoredKind(
            events=EventCodec(session.EVENTS, session.UPCASTS),
            snapshots=SnapshotCodec(session.Session),
            blank=lambda _id: session.Session(),
            evolve=session.evolve,
            rows=session_rows.rows,
            everything=session_rows.everything,
        ),
    }
