"""The read tables: their columns and keys, and how many rows are written in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any


@dataclass(frozen=True, eq=False)  # there is one of each
class Table:
    """A read table. `key` columns come first among the columns."""

    name: str
    columns: tuple[tuple[str, str], ...]  # (name, PostgreSQL type)
    key: int  # how many of them are the primary key
    from_events: bool = False  # no state holds its rows: the last that an event says of a key counts
    weight: int = 1  # of a row, in usual ones

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)

    def upsert(self, schema: str = "public") -> str:
        """One statement for many rows: each parameter is the array of a column's values."""
        columns = ", ".join(self.names)
        arrays = ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(self.columns, 1))
        changed = ", ".join(f"{name} = excluded.{name}" for name in self.names[self.key :])
        return (
            f"INSERT INTO {schema}.{self.name} ({columns}) SELECT * FROM unnest({arrays}) "  # noqa: S608 — own names
            f"ON CONFLICT ({', '.join(self.names[: self.key])}) DO UPDATE SET {changed}"
        )

    def delete(self, schema: str = "public") -> str:
        """One statement for many keys."""
        keys = ", ".join(self.names[: self.key])
        arrays = ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(self.columns[: self.key], 1))
        return f"DELETE FROM {schema}.{self.name} WHERE ({keys}) IN (SELECT * FROM unnest({arrays}))"  # noqa: S608 — own names


USERS = Table(
    "users",
    (
        ("id", "uuid"),
        ("username", "text"),
        ("display_name", "text"),
        ("avatar_url", "text"),
        ("timezone", "text"),
        ("level", "int"),
        ("xp", "int"),
        ("profile_privacy", "text"),
        ("created_at", "timestamptz"),
    ),
    key=1,
)
ACTIVITIES = Table(
    "activities",
    (
        ("id", "uuid"),
        ("user_id", "uuid"),
        ("kind", "text"),
        ("date", "date"),
        ("device", "text"),
        ("starts_at", "timestamptz"),
        ("ends_at", "timestamptz"),
        ("metrics", "jsonb"),
        ("status", "text"),
        ("details", "jsonb"),
        ("recorded_at", "timestamptz"),
    ),
    key=1,
)
LOGGED = replace(ACTIVITIES, from_events=True, weight=10)  # those but for steps: no state has all of them
DAYS = Table(
    "days",
    (
        ("user_id", "uuid"),
        ("date", "date"),
        ("steps", "int"),
        ("distance", "double precision"),
        ("calories", "double precision"),
        ("active_minutes", "int"),
        ("goal", "int"),
        ("more", "jsonb"),
    ),
    key=2,
)
TRACKS = Table(
    "tracks", (("activity_id", "uuid"), ("user_id", "uuid"), ("route", "text")), key=1, from_events=True, weight=100
)
CHALLENGES = Table(
    "challenges",
    (
        ("id", "uuid"),
        ("host_id", "uuid"),
        ("name", "text"),
        ("description", "text"),
        ("metric", "text"),
        ("mode", "text"),
        ("target", "double precision"),
        ("visibility", "text"),
        ("group_id", "uuid"),
        ("state", "text"),
        ("starts_at", "timestamptz"),
        ("ends_at", "timestamptz"),
        ("participants", "int"),
        ("max_participants", "int"),
        ("rule_version", "text"),
        ("created_at", "timestamptz"),
        ("body", "jsonb"),
    ),
    key=1,
)
PARTICIPANTS = Table(
    "participants",
    (
        ("challenge_id", "uuid"),
        ("user_id", "uuid"),
        ("name", "text"),
        ("joined_at", "timestamptz"),
        ("score", "double precision"),
        ("disqualified", "boolean"),
        ("team_id", "uuid"),
        ("dropped_out", "int"),
    ),
    key=2,
)
GROUPS = Table(
    "groups",
    (
        ("id", "uuid"),
        ("name", "text"),
        ("is_private", "boolean"),
        ("access_code", "text"),
        ("members", "int"),
        ("created_at", "timestamptz"),
        ("body", "jsonb"),
    ),
    key=1,
)
GROUP_MEMBERS = Table(
    "group_members",
    (
        ("group_id", "uuid"),
        ("user_id", "uuid"),
        ("name", "text"),
        ("role", "text"),
        ("status", "text"),
        ("joined_at", "timestamptz"),
    ),
    key=2,
)
GROUP_MESSAGES = Table(
    "group_messages",
    (
        ("group_id", "uuid"),
        ("number", "int"),
        ("id", "uuid"),
        ("user_id", "uuid"),
        ("text", "text"),
        ("at", "timestamptz"),
    ),
    key=2,
)
GROUP_PERIODS = Table(
    "group_periods",
    (
        ("group_id", "uuid"),
        ("first", "date"),
        ("last", "date"),
        ("frequency", "text"),
        ("ends_at", "timestamptz"),
        ("members", "int"),
    ),
    key=2,
    from_events=True,
)
FRIENDSHIPS = Table(
    "friendships",
    (("user_id", "uuid"), ("other_id", "uuid"), ("status", "text"), ("since", "timestamptz")),
    key=2,
)
POSTS = Table(
    "posts",
    (
        ("id", "uuid"),
        ("user_id", "uuid"),
        ("text", "text"),
        ("activity_id", "uuid"),
        ("visibility", "text"),
        ("likes", "int"),
        ("comments", "int"),
        ("created_at", "timestamptz"),
        ("edited_at", "timestamptz"),
    ),
    key=1,
)
POST_LIKES = Table("post_likes", (("post_id", "uuid"), ("user_id", "uuid"), ("liked_at", "timestamptz")), key=2)
POST_COMMENTS = Table(
    "post_comments",
    (
        ("post_id", "uuid"),
        ("id", "uuid"),
        ("user_id", "uuid"),
        ("name", "text"),
        ("text", "text"),
        ("created_at", "timestamptz"),
    ),
    key=2,
)
SESSIONS = Table(
    "sessions",
    (
        ("id", "uuid"),
        ("owner_id", "uuid"),
        ("name", "text"),
        ("visibility", "text"),
        ("state", "text"),
        ("created_at", "timestamptz"),
        ("started_at", "timestamptz"),
        ("ended_at", "timestamptz"),
    ),
    key=1,
)
SESSION_ATHLETES = Table(
    "session_athletes",
    (
        ("session_id", "uuid"),
        ("user_id", "uuid"),
        ("name", "text"),
        ("joined_at", "timestamptz"),
        ("left_at", "timestamptz"),
        ("exercises", "jsonb"),
        ("sets", "int"),
        ("reps", "int"),
        ("volume", "double precision"),
        ("records", "int"),
        ("average_rpe", "double precision"),
        ("active_seconds", "double precision"),
        ("calories", "int"),
    ),
    key=2,
)
SESSION_SETS = Table(
    "session_sets",
    (
        ("session_id", "uuid"),
        ("user_id", "uuid"),
        ("number", "int"),
        ("exercise_id", "text"),
        ("completed_at", "timestamptz"),
        ("weight", "double precision"),
        ("reps", "int"),
        ("seconds", "double precision"),
        ("distance", "double precision"),
        ("rpe", "double precision"),
        ("notes", "text"),
        ("record", "boolean"),
    ),
    key=3,
)
NOTICES = Table(
    "notices",
    (
        ("user_id", "uuid"),
        ("slot", "int"),
        ("number", "int"),
        ("id", "uuid"),
        ("type", "text"),
        ("title", "text"),
        ("message", "text"),
        ("data", "jsonb"),
        ("created_at", "timestamptz"),
    ),
    key=2,
    from_events=True,
    weight=10,
)
GOALS = Table(
    "goals",
    (
        ("id", "uuid"),
        ("user_id", "uuid"),
        ("type", "text"),
        ("metric", "text"),
        ("target", "double precision"),
        ("first_day", "date"),
        ("last_day", "date"),
        ("title", "text"),
        ("milestones", "jsonb"),
        ("times", "int"),
        ("created_at", "timestamptz"),
    ),
    key=1,
)
TABLES = (
    SESSIONS,
    SESSION_ATHLETES,
    SESSION_SETS,
    USERS,
    ACTIVITIES,
    DAYS,
    TRACKS,
    CHALLENGES,
    PARTICIPANTS,
    GROUPS,
    GROUP_MEMBERS,
    GROUP_MESSAGES,
    GROUP_PERIODS,
    FRIENDSHIPS,
    POSTS,
    POST_LIKES,
    POST_COMMENTS,
    NOTICES,
    GOALS,
)


@dataclass(slots=True)
class Rows:
    """Rows to write and keys to delete, table by table."""

    upserts: dict[Table, list[Sequence[Any]]] = field(default_factory=dict)
    deletes: dict[Table, list[Sequence[Any]]] = field(default_factory=dict)

    def put(self, table: Table, *row: Any) -> None:
        if table.from_events:
            self._forget(table, row[: table.key])
        self.upserts.setdefault(table, []).append(row)

    def drop(self, table: Table, *key: Any) -> None:
        if table.from_events:
            self._forget(table, key)
        self.deletes.setdefault(table, []).append(key)

    def add(self, other: "Rows") -> None:
        """`other` is later than what is here."""
        for table, rows in other.upserts.items():
            if table.from_events:
                for row in rows:
                    self.put(table, *row)
            else:
                self.upserts.setdefault(table, []).extend(rows)
        for table, keys in other.deletes.items():
            if table.from_events:
                for key in keys:
                    self.drop(table, *key)
            else:
                self.deletes.setdefault(table, []).extend(keys)

    def _forget(self, table: Table, key: Sequence[Any]) -> None:
        for rows in (self.upserts.get(table), self.deletes.get(table)):
            if rows:
                rows[:] = [row for row in rows if row[: table.key] != key]
