"""What a running server does now and then: let idle actors go, see what others have changed, sweep what is old."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import structlog

log = structlog.get_logger()

PASSIVATE_EVERY = 30.0  # s
REFRESH_EVERY = 30.0
SWEEP_EVERY = 3600.0

Job: TypeAlias = Callable[[], Awaitable[None]]


class Housekeeping:
    """Safe to stop without start, and twice."""

    def __init__(self, *, passivate: Callable[[], None], refreshes: Sequence[Job], sweeps: Sequence[Job]) -> None:
        self._passivate = passivate
        self._refreshes = refreshes
        self._sweeps = sweeps
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._passivating()),
            loop.create_task(_repeating(REFRESH_EVERY, self._refreshes)),
            loop.create_task(_repeating(SWEEP_EVERY, self._sweeps)),
        ]

    async def stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _passivating(self) -> None:
        while True:
            await asyncio.sleep(PASSIVATE_EVERY)
            self._passivate()


async def _repeating(every: float, jobs: Sequence[Job]) -> None:
    while True:
        for job in jobs:
            try:
                await job()
            except ConnectionError as error:
                log.warning("housekeeping put off", error=str(error))
        await asyncio.sleep(every)
