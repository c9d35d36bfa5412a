"""Storage of sign-in: accounts, their sign-ins (families of refresh tokens), failed attempts. SQL only, no decisions.

Every method may raise DatabaseDown. Times are real, in UTC. Fits the ports of `gateway/auth/ports.py` by shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, cast

import asyncpg

from persistence.gathered import Gathered
from persistence.queries import Queries, Row

Role: TypeAlias = Literal["user", "premium", "admin"]
Taken: TypeAlias = Literal["id", "username", "email", "device"]  # what made an insert or update collide

SIGN_INS_PER_ACCOUNT = 50  # the least recently used go first
FREE_DELAY = timedelta(seconds=30)  # the first delay after too many failures; doubles with each further one
MAX_DELAY = timedelta(hours=1)
FAILURES_KEPT = timedelta(days=1)


_TAKEN: dict[str | None, Taken] = {
    "accounts_pkey": "id",
    "accounts_username": "username",
    "accounts_email": "email",
    "accounts_device": "device",
}


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    username: str
    email: str | None
    email_verified: bool
    secret_hash: str | None
    is_guest: bool
    role: Role
    disabled: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """A device that is signed in."""

    id: str
    device: str
    created_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Family:
    """Where a family of refresh tokens stands, with what its account says now."""

    account_id: str
    generation: int
    rotated_at: datetime
    alive: bool  # neither revoked nor expired
    role: Role
    disabled: bool


class Accounts:
    def __init__(self, pool: "asyncpg.Pool[Row]") -> None:
        self._queries = Queries(pool)
        # each hello reads both
        self._by_id = Gathered(self._queries, "SELECT * FROM accounts WHERE id = ANY($1::uuid[])")
        self._families = Gathered(
            self._queries,
            """SELECT sign_ins.id, account_id, generation, rotated_at, expires_at, revoked_at, role, disabled
               FROM sign_ins JOIN accounts ON accounts.id = account_id WHERE sign_ins.id = ANY($1::uuid[])""",
        )

    # --- accounts ---

    async def insert(
        self,
        account_id: str,
        username: str,
        now: datetime,
        *,
        email: str | None = None,
        secret_hash: str | None = None,
        device_hash: bytes | None = None,
    ) -> Account | Taken:
        try:
            row = await self._queries.fetchrow(
                """INSERT INTO accounts (id, username, email, secret_hash, device_hash, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6) RETURNING *""",
                account_id,
                username,
                email,
                secret_hash,
                device_hash,
                now,
            )
        except asyncpg.UniqueViolationError as error:
            return _TAKEN[error.constraint_name]
        return _account(cast(Row, row))  # RETURNING gives one

    async def upgrade(
        self, account_id: str, *, username: str, email: str | None, secret_hash: str
    ) -> Account | Taken | None:
        """Make a guest's account a full one: its device id opens it no longer. None where it is no guest's."""
        try:
            row = await self._queries.fetchrow(
                """UPDATE accounts
                   SET username = $2, email = $3, secret_hash = $4, device_hash = NULL
                   WHERE id = $1 AND device_hash IS NOT NULL RETURNING *""",
                account_id,
                username,
                email,
                secret_hash,
            )
        except asyncpg.UniqueViolationError as error:
            return _TAKEN[error.constraint_name]
        return _account(row) if row else None

    async def by_id(self, account_id: str) -> Account | None:
        row = await self._by_id.row(account_id)
        return _account(row) if row else None

    async def by_email(self, email: str) -> Account | None:
        return await self._find("SELECT * FROM accounts WHERE email = $1", email)

    async def by_username(self, username: str) -> Account | None:
        return await self._find("SELECT * FROM accounts WHERE lower(username) = lower($1)", username)

    async def by_device(self, device_hash: bytes) -> Account | None:
        return await self._find("SELECT * FROM accounts WHERE device_hash = $1", device_hash)

    async def _find(self, query: str, value: object) -> Account | None:
        row = await self._queries.fetchrow(query, value)
        return _account(row) if row else None

    async def set_secret_hash(self, account_id: str, secret_hash: str) -> None:
        await self._queries.execute("UPDATE accounts SET secret_hash = $2 WHERE id = $1", account_id, secret_hash)

    async def set_role(self, account_id: str, role: Role) -> None:
        await self._queries.execute("UPDATE accounts SET role = $2 WHERE id = $1", account_id, role)

    async def set_disabled(self, account_id: str, disabled: bool) -> None:
        await self._queries.execute("UPDATE accounts SET disabled = $2 WHERE id = $1", account_id, disabled)

    # --- sign-ins ---

    async def open_sign_in(
        self, sign_in_id: str, account_id: str, device: str, now: datetime, expires_at: datetime
    ) -> Sequence[str]:
        """Generation 1 of a new family. → the ids of the oldest ones of the account that had to go for it."""
        async with self._queries.connection() as connection:
            await connection.execute(
                """INSERT INTO sign_ins (id, account_id, device, created_at, rotated_at, expires_at)
                   VALUES ($1, $2, $3, $4, $4, $5)""",
                sign_in_id,
                account_id,
                device,
                now,
                expires_at,
            )
            gone = await connection.fetch(
                """UPDATE sign_ins SET revoked_at = $2 WHERE id IN (
                       SELECT id FROM sign_ins WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2
                       ORDER BY rotated_at DESC, id OFFSET $3)
                   RETURNING id""",
                account_id,
                now,
                SIGN_INS_PER_ACCOUNT,
            )
        return [str(row["id"]) for row in gone]

    async def rotate(self, sign_in_id: str, generation: int, now: datetime, expires_at: datetime) -> bool:
        """Hand out the generation after `generation`; False when that is not the newest of a living family."""
        done = await self._queries.fetchval(
            """UPDATE sign_ins SET generation = generation + 1, rotated_at = $3, expires_at = $4
               WHERE id = $1 AND generation = $2 AND revoked_at IS NULL AND expires_at > $3 RETURNING true""",
            sign_in_id,
            generation,
            now,
            expires_at,
        )
        return done is not None

    async def family(self, sign_in_id: str, now: datetime) -> Family | None:
        row = await self._families.row(sign_in_id)
        if row is None:
            return None
        return Family(
            account_id=str(row["account_id"]),
            generation=row["generation"],
            rotated_at=row["rotated_at"],
            alive=row["revoked_at"] is None and row["expires_at"] > now,
            role=row["role"],
            disabled=row["disabled"],
        )

    async def sign_ins(self, account_id: str, now: datetime) -> list[SignIn]:
        """The living ones, the last used first."""
        rows = await self._queries.fetch(
            """SELECT id, device, created_at, rotated_at FROM sign_ins
               WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY rotated_at DESC, id""",
            account_id,
            now,
        )
        return [SignIn(str(row["id"]), row["device"], row["created_at"], row["rotated_at"]) for row in rows]

    async def revoke(self, account_id: str, sign_in_id: str, now: datetime) -> bool:
        """False when the account has no such living sign-in."""
        done = await self._queries.fetchval(
            """UPDATE sign_ins SET revoked_at = $3
               WHERE id = $2 AND account_id = $1 AND revoked_at IS NULL AND expires_at > $3 RETURNING true""",
            account_id,
            sign_in_id,
            now,
        )
        return done is not None

    async def revoke_all(self, account_id: str, now: datetime) -> list[str]:
        """→ the ids of those that were living."""
        rows = await self._queries.fetch(
            """UPDATE sign_ins SET revoked_at = $2
               WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 RETURNING id""",
            account_id,
            now,
        )
        return [str(row["id"]) for row in rows]

    async def revoked_since(self, since: datetime) -> list[str]:
        """The ids of sign-ins whose access tokens may still be on their way."""
        rows = await self._queries.fetch("SELECT id FROM sign_ins WHERE revoked_at >= $1", since)
        return [str(row["id"]) for row in rows]

    # --- failures ---

    async def attempt(self, subject: str, free: int, now: datetime) -> timedelta | None:
        """Count an attempt before its secret is looked at, so that parallel ones can't slip through.

        → None: go ahead, and `forgive` on success; else how long this subject has to wait.
        """
        counted = await self._queries.fetchval(
            """INSERT INTO sign_in_failures AS f (subject, failures, failed_at, blocked_until) VALUES ($1, 1, $2, $3)
               ON CONFLICT (subject) DO UPDATE SET
                   failures = CASE WHEN f.failed_at < $4 THEN 1 ELSE f.failures + 1 END,
                   failed_at = $2,
                   blocked_until = CASE
                       WHEN f.failed_at < $4 OR f.failures + 1 < $5::int THEN $2
                       ELSE $2::timestamptz + least($6::interval * 2 ^ least(f.failures + 1 - $5::int, 30), $7::interval) END
               WHERE f.blocked_until <= $2
               RETURNING true""",
            subject,
            now,
            now if free > 1 else now + FREE_DELAY,
            now - FAILURES_KEPT,
            free,
            FREE_DELAY,
            MAX_DELAY,
        )
        if counted:
            return None
        until = await self._queries.fetchval("SELECT blocked_until FROM sign_in_failures WHERE subject = $1", subject)
        return until - now if until and until > now else None

    async def forgive(self, subject: str) -> None:
        await self._queries.execute("DELETE FROM sign_in_failures WHERE subject = $1", subject)

    async def purge(self, now: datetime) -> None:
        """Forget sign-ins and failures that no longer decide anything. For start-up and once an hour."""
        await self._queries.execute("DELETE FROM sign_ins WHERE expires_at < $1", now)
        await self._queries.execute("DELETE FROM sign_in_failures WHERE failed_at < $1", now - FAILURES_KEPT)


def _account(row: Row) -> Account:
    return Account(
        id=str(row["id"]),
        username=row["username"],
        email=row["email"],
        email_verified=row["email_verified"],
        secret_hash=row["secret_hash"],
        is_guest=row["device_hash"] is not None,
        role=row["role"],
        disabled=row["disabled"],
    )
