"""The read tables: their columns and keys, and how many rows are written in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Table:
    """A read table. `key` columns come first among the columns."""

    name: str
    columns: tuple[tuple[str, str], ...]  # (name, PostgreSQL type)
    key: int  # how many of them are the primary key

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

    def delete(self) -> str:
        """One statement for many keys."""
        keys = ", ".join(self.names[: self.key])
        arrays = ", ".join(f"${n}::{kind}[]" for n, (_, kind) in enumerate(self.columns[: self.key], 1))
        return f"DELETE FROM {self.name} WHERE ({keys}) IN (SELECT * FROM unnest({arrays}))"  # noqa: S608 — own names


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
    ),
    key=2,
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
    ),
    key=2,
)
TABLES = (USERS, ACTIVITIES, DAYS, CHALLENGES, PARTICIPANTS)


@dataclass(slots=True)
class Rows:
    """Rows to write and keys to delete, table by table."""

    upserts: dict[Table, list[Sequence[Any]]] = field(default_factory=dict)
    deletes: dict[Table, list[Sequence[Any]]] = field(default_factory=dict)

    def put(self, table: Table, *row: Any) -> None:
        self.upserts.setdefault(table, []).append(row)

    def drop(self, table: Table, *key: Any) -> None:
        self.deletes.setdefault(table, []).append(key)

    def add(self, other: "Rows") -> None:
        for table, rows in other.upserts.items():
            self.upserts.setdefault(table, []).extend(rows)
        for table, keys in other.deletes.items():
            self.deletes.setdefault(table, []).extend(keys)
