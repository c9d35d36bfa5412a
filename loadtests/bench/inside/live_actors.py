"""How much a live user actor takes, and how long it takes to be one: `live_actors COUNT`.

Each comes from a journal in memory, of a registration and three syncs of the day before; a read of its profile wakes it.
Prints {"bytes", "microseconds"}, each per actor.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import uvloop

from actors.messages import Address, Reply
from actors.ports import Recorded
from loadtests.bench.inside.world import World
from loadtests.bench.seed import ZONE, synced
from loadtests.bench.usage import memory_bytes
from rules.refusal import Refusal
from rules.user.commands import Profile
from rules.user.events import UserRegistered

AT_ONCE = 500


class InMemory:
    """A Journal that knows everybody. Their events are the only thing it makes; nothing is ever written."""

    async def load(self, addresses: Sequence[Address]) -> Sequence[Recorded]:
        now = datetime.now(UTC)
        return [
            Recorded(
                address,
                None,
                0,
                [
                    UserRegistered(now - timedelta(days=2), f"player{address.id[:8]}", f"player{address.id[:8]}", ZONE),
                    *synced(now.date() - timedelta(days=1), 3),
                ],
                [],
            )
            for address in addresses
        ]


async def main(count: int) -> None:
    world = World(InMemory())
    ids = [str(uuid4()) for _ in range(count)]
    await _wake(world, ids[:100])
    gc.collect()
    gc.freeze()  # as the server does when it is ready
    memory, begun = memory_bytes(os.getpid()), time.process_time()
    await _wake(world, ids[100:])
    seconds = time.process_time() - begun
    gc.collect()
    made = count - 100
    assert world.directory.live("user") == count
    print(json.dumps({"bytes": (memory_bytes(os.getpid()) - memory) / made, "microseconds": seconds / made * 1e6}))


async def _wake(world: World, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        replies: list[Reply] = []
        for user_id in ids[start : start + AT_ONCE]:
            world.tell(user_id, Profile(user_id), replies.append)
        await world.directory.settled()
        assert not any(isinstance(reply, Refusal) for reply in replies)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
