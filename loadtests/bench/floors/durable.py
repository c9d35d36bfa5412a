"""The floor of a durable command: the server's own port, sockets and codec, and one COPY a batch; no actors, no rules.

    durable PORT DATABASE_URL

Every command is one journal-shaped row of a 180-byte payload. While one batch commits the next one fills; a reply leaves
when its row is on disk. Replies are as large as those of `steps:sync`, so that the same bytes leave.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime
from random import Random
from typing import Any, NoReturn

import asyncpg
import uvloop

from actors.messages import Caller, Replied
from gateway.ids import RandomIds
from gateway.limits import SocketLimits
from gateway.sockets.gate import SocketGate
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.port import Port
from gateway.sockets.wheel import Wheel
from persistence.database import prepare_connection

NO_LIMIT = 1_000_000
PAYLOAD = b'{"filler":"' + b"x" * 167 + b'"}'
REPLY = {"activity": {"filler": "x" * 250}, "today": {"filler": "x" * 130}}
SCHEMA = (
    "CREATE TABLE rows (kind text, id uuid, seq bigint, type text, version smallint, payload jsonb, "
    "PRIMARY KEY (kind, id, seq))"
)
COLUMNS = ("kind", "id", "seq", "type", "version", "payload")
TYPE = "StepsSynced"


class Copying:
    """A Backend (gateway/backend.py) that only keeps rows. A token is the user's id."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._open: list[tuple[str, Replied]] = []
        self._task: asyncio.Task[None] | None = None
        self._seq = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sign_in(self, token: str, device: str) -> Caller:
        return Caller(token, "user", device, token)

    def expires_at(self, token: str) -> datetime:
        return datetime(2200, 1, 1, tzinfo=UTC)

    async def me(self, caller: Caller) -> tuple[Any, list[str]]:
        return {"id": caller.user_id}, [f"user:{caller.user_id}"]

    def view(self, topic: str, caller: Caller, code: str | None, reply: Replied) -> None:
        reply({})

    def send(self, name: str, data: Any, caller: Caller, key: str | None, reply: Replied) -> None:
        self._open.append((caller.user_id, reply))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._commit())

    async def _commit(self) -> None:
        while batch := self._open:
            self._open = []
            records = []
            for seq, (user_id, _) in enumerate(batch, self._seq + 1):
                records.append(("user", user_id, seq, TYPE, 1, PAYLOAD))
            self._seq += len(batch)
            await self._connection.copy_records_to_table("rows", records=records, columns=COLUMNS)
            for _, reply in batch:
                reply(REPLY)
        self._task = None


def _no_http() -> NoReturn:
    raise RuntimeError("a floor speaks no HTTP")


async def main(port: int, url: str) -> None:
    connection = await asyncpg.connect(url)
    await prepare_connection(connection)
    await connection.execute(SCHEMA)
    wheel, metrics, random = Wheel(), SocketMetrics(), Random()
    gate = SocketGate(
        backend=Copying(connection),
        hub=Hub(clock=time.monotonic, random=random, wheel=wheel, metrics=metrics),
        wheel=wheel,
        ids=RandomIds(),
        random=random,
        metrics=metrics,
        limits=SocketLimits(
            commands_per_second=NO_LIMIT,
            command_burst=NO_LIMIT,
            user_commands_per_second=NO_LIMIT,
            hellos_per_minute=NO_LIMIT,
            sockets_without_hello=NO_LIMIT,
        ),
    )
    gate.start()
    await Port(gate=gate).start("127.0.0.1", port, _no_http)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
