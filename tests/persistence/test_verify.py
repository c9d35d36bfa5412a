"""`verify` after real play: nothing to say; and after any tampering it says where."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import pytest

from actors.challenge import ChallengeActor
from actors.messages import Address, Permission
from actors.ports import Fenced, Recorded
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.database import Writer, open_pool, prepare_connection
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.queries import Queries
from persistence.store import Store
from persistence.verify import Verdict, verify
from rules.challenge import commands as challenge
from rules.user import commands as user
from tests.actors.world import NOON, World

RULES = read_rules(None)
KINDS = stored_kinds(RULES)
ANN, BOB, CUP = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))
HOUR = timedelta(hours=1)


class Played(Journal):
    """The real journal and, for reminders, the real store."""

    store: Store

    async def due_by(self, until):
        return await self.store.due_by(until)


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """To a database in which Ann and Bob have had a race, with snapshots of everyone."""
    pool, writer = await open_pool(database_url), Writer(database_url)
    journal = Played(pool=pool, writer=writer, kinds=KINDS, recorded=Recorded, fenced=Fenced)
    journal.store = Store(Queries(pool), Address)
    await play(World(journal=journal, kinds={"user": UserActor, "challenge": ChallengeActor}, rules=RULES))
    connection = await asyncpg.connect(database_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()
    await writer.close()
    await pool.close()


async def play(world: World) -> None:
    async def ask(kind: str, id: str, command: object, by: str, may: Permission = Permission.SELF) -> None:
        reply = await world.ask(id, command, by=by, may=may, kind=kind)
        assert isinstance(reply, dict), reply

    async def host(command: object) -> None:
        await ask("challenge", CUP, command, ANN, Permission.HOST)

    for id, name in ((ANN, "ann"), (BOB, "bob")):
        await ask("user", id, user.Register(name, name.title()), id)
    await ask(
        "challenge",
        CUP,
        challenge.Create(
            name="Cup", metric="steps", mode="race", target=3000, starts_at=NOON + HOUR, ends_at=NOON + 24 * HOUR
        ),
        ANN,
        Permission.USER,
    )
    await host(challenge.Open(CUP))
    for id in (ANN, BOB):
        await ask("challenge", CUP, challenge.Join(CUP), id, Permission.VIEWER)
    await host(challenge.Start(CUP))
    for id, steps in ((ANN, 4000), (BOB, 2000), (ANN, 3500), (BOB, 2100)):
        await ask("user", id, user.SyncSteps(NOON.date(), steps), id)
    await ask("user", BOB, user.UpdateProfile(display_name="Bobby"), BOB)
    await world.hours_later(25)
    await world.hours_later(1)
    await world.directory.stop()


async def verdict_on(connection: asyncpg.Connection) -> Verdict:
    told: list[int] = []
    verdict = await verify(connection, KINDS, told.append)
    assert told[-1] == verdict.events
    return verdict


async def test_after_play_there_is_nothing_to_say(connection):
    verdict = await verdict_on(connection)

    assert verdict.differences == {}
    assert verdict.ok
    assert (verdict.actors, verdict.snapshots) == (3, 3)
    assert verdict.events == await connection.fetchval("SELECT count(*) FROM journal")
    assert await connection.fetchval("SELECT state FROM challenges") == "finished"


async def test_nothing_is_left_behind_and_it_can_be_run_again(connection):
    await verdict_on(connection)
    assert (await verdict_on(connection)).ok
    assert await connection.fetchval("SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == 0


@dataclass(frozen=True)
class Tampering:
    statement: str
    table: str
    says: str


TAMPERING = {
    "a changed row": Tampering("UPDATE days SET steps = steps + 1 WHERE steps = 2100", "days", BOB),
    "a changed number that looks the same": Tampering(
        "UPDATE participants SET score = score + 1e-9 WHERE score = 2100", "participants", BOB
    ),
    "a value that is no longer there": Tampering(
        "UPDATE challenges SET rule_version = ''", "challenges", "live lacks what the journal says"
    ),
    "a changed document": Tampering(
        """UPDATE challenges SET body = jsonb_set(body, '{name}', '"Other"')""", "challenges", CUP
    ),
    "a missing row": Tampering(
        f"DELETE FROM users WHERE id = '{ANN}'", "users", f"{ANN}, live lacks what the journal says"
    ),
    "an extra row": Tampering(
        f"INSERT INTO days SELECT user_id, date + 1, 1, 0, 0, 0, 0, more FROM days WHERE user_id = '{BOB}'",
        "days",
        "live has what the journal does not say",
    ),
    "an activity too many": Tampering(
        f"INSERT INTO activities SELECT gen_random_uuid(), '{BOB}', kind, date, 'other', starts_at, ends_at, metrics, "
        "status, details, recorded_at FROM activities LIMIT 1",
        "activities",
        "live has",
    ),
    "a wrong snapshot": Tampering(
        "UPDATE snapshots SET state = convert_to(replace(convert_from(state, 'UTF8'), 'Bobby', 'Robby'), 'UTF8') "
        f"WHERE id = '{BOB}'",
        "snapshots",
        f"user {BOB}: not what the journal says",
    ),
    "an unreadable snapshot": Tampering(
        "UPDATE snapshots SET state = 'torn'", "snapshots", "not what the journal says"
    ),
    "a snapshot from the future": Tampering(
        f"UPDATE snapshots SET seq = seq + 1 WHERE id = '{CUP}'", "snapshots", "and the journal ends at"
    ),
    "a snapshot of nobody": Tampering(
        f"UPDATE snapshots SET id = gen_random_uuid() WHERE id = '{CUP}'", "snapshots", "the journal does not know"
    ),
    "a changed event": Tampering(
        "UPDATE journal SET payload = jsonb_set(payload, '{steps}', '99') WHERE payload->>'steps' = '2100'", "days", BOB
    ),
    "a missing event": Tampering(
        f"DELETE FROM journal WHERE id = '{ANN}' AND seq = 2", "journal", f"user {ANN}, event 3"
    ),
    "an unreadable event": Tampering(
        f"UPDATE journal SET type = 'Forgotten' WHERE id = '{ANN}' AND seq = 2", "journal", "(Forgotten)"
    ),
    "an impossible event": Tampering(
        f"UPDATE journal SET type = 'ChallengeResumed' WHERE id = '{CUP}' AND seq = 2", "journal", f"challenge {CUP}"
    ),
    "an actor of no kind": Tampering(
        "INSERT INTO journal VALUES ('ghost', gen_random_uuid(), 1, 'Appeared', 1, '{}')", "journal", "no such kind"
    ),
}


@pytest.mark.parametrize("tampering", TAMPERING.values(), ids=TAMPERING.keys())
async def test_tampering_is_found_and_named(connection, tampering):
    assert await connection.execute(tampering.statement) not in ("UPDATE 0", "DELETE 0", "INSERT 0 0")

    verdict = await verdict_on(connection)

    assert not verdict.ok
    assert any(tampering.says in line for line in verdict.differences[tampering.table]), verdict.differences
