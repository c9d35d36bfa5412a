"""What a running server does now and then: tidy its memory, see what others have changed, sweep what is old."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import structlog

log = structlog.get_logger()

TIDY_EVERY = 30.0  # s
REFRESH_EVERY = 30.0
SWEEP_EVERY = 3600.0

Job: TypeAlias = Callable[[], Awaitable[None]]


class Housekeeping:
    """Safe to stop without start, and twice."""

    def __init__(
        self, *, tidies: Sequence[Callable[[], None]], refreshes: Sequence[Job], sweeps: Sequence[Job]
    ) -> None:
        self._tidies = tidies
        self._refreshes = refreshes
        self._sweeps = sweeps
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._tidying()),
            loop.create_task(_repeating(REFRESH_EVERY, self._refreshes)),
            loop.create_task(_repeating(SWEEP_EVERY, self._sweeps)),
        ]

    async def stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tidying(self) -> None:
        while True:
            await asyncio.sleep(TIDY_EVERY)
            for tidy in self._tidies:
                tidy()


async def _repeating(every: float, jobs: Sequence[Job]) -> None:
    while True:
        for job in jobs:
            try:
                await job()
            except ConnectionError as error:
                log.warning("housekeeping put off", error=str(error))
        await asyncio.sleep(every)
