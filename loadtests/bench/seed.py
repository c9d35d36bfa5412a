"""Users who signed up before the run: rows as the server itself would have written them, and tokens to sign in with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from gateway.auth.tokens import Claims, Tokens
from persistence.codec import dump
from persistence.database import prepare_connection
from persistence.migrate import migrate
from rules.user.events import StepsSynced, UserRegistered

SECRET = "the secret of benchmarks, long enough for any mode"  # noqa: S105 - guards nothing
ZONE = "Europe/Zagreb"
GOOD_FOR = timedelta(hours=6)
DAY_STEPS = 4_200  # enough for a streak, so that each user has a reminder


@dataclass(frozen=True, slots=True)
class Player:
    user_id: str
    session_id: str
    token: str


def players(count: int) -> list[Player]:
    """New ones, who are in no database yet."""
    tokens, now, made = Tokens(SECRET), datetime.now(UTC), []
    for _ in range(count):
        user_id, session_id = str(uuid4()), str(uuid4())
        token = tokens.issue("access", Claims(user_id, session_id, "user", now + GOOD_FOR), now)
        made.append(Player(user_id, session_id, token))
    return made


async def store(url: str, who: Sequence[Player], *, syncs: int = 0, days: int = 1) -> None:
    """Put them into a database, which gets its schema first where it is empty.

    `syncs` are steps:sync events each, spread over so many days up to yesterday; with at least one, a reminder for the
    end of today goes with them.
    """
    connection = await asyncpg.connect(url)
    try:
        await prepare_connection(connection)
        await migrate(connection)
        async with connection.transaction():
            await _store(connection, who, syncs, days)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _store(connection: asyncpg.Connection, who: Sequence[Player], syncs: int, days: int) -> None:
    now = datetime.now(UTC)
    joined = now - timedelta(days=days + 1)
    names = [f"player{number}" for number in range(len(who))]
    await connection.copy_records_to_table(
        "accounts",
        records=[(UUID(each.user_id), name, joined) for each, name in zip(who, names, strict=True)],
        columns=("id", "username", "created_at"),
    )
    await connection.copy_records_to_table(
        "sign_ins",
        records=[
            (UUID(each.session_id), UUID(each.user_id), "bench", joined, joined, now + timedelta(days=7))
            for each in who
        ],
        columns=("id", "account_id", "device", "created_at", "rotated_at", "expires_at"),
    )
    await connection.copy_records_to_table(
        "users",
        records=[
            (UUID(each.user_id), name, name, ZONE, 1, 0, "public", joined)
            for each, name in zip(who, names, strict=True)
        ],
        columns=("id", "username", "display_name", "timezone", "level", "xp", "profile_privacy", "created_at"),
    )
    walked = [
        dump(event) for day in range(days, 0, -1) for event in synced(now.date() - timedelta(days=day), syncs // days)
    ]
    events = []
    for each, name in zip(who, names, strict=True):
        registered = UserRegistered(joined, name, name, ZONE)
        events.append(("user", UUID(each.user_id), 1, "UserRegistered", 1, dump(registered)))
        events += [
            ("user", UUID(each.user_id), seq, "StepsSynced", 1, payload) for seq, payload in enumerate(walked, 2)
        ]
    await connection.copy_records_to_table(
        "journal", records=events, columns=("kind", "id", "seq", "type", "version", "payload")
    )
    if syncs:
        tonight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        await connection.copy_records_to_table(
            "reminders",
            records=[("user", UUID(each.user_id), "day", tonight) for each in who],
            columns=("kind", "id", "name", "due"),
        )


def synced(day: date, count: int) -> list[StepsSynced]:
    """A phone's syncs over one day, the last at `DAY_STEPS`."""
    morning = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=6)
    return [
        StepsSynced(
            morning + timedelta(minutes=number * 600 // count),
            day,
            "bench",
            DAY_STEPS * (number + 1) // count,
            0.7 * DAY_STEPS * (number + 1) // count,
            0.0,
            0,
            False,
        )
        for number in range(count)
    ]
