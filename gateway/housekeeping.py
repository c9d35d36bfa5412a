"""What a running server does now and then: let idle actors go, sweep what is old."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()

PASSIVATE_EVERY = 30.0  # s
SWEEP_EVERY = 3600.0


class Housekeeping:
    """Safe to stop without start, and twice."""

    def __init__(self, *, passivate: Callable[[], None], sweeps: list[Callable[[], Awaitable[None]]]) -> None:
        self._passivate = passivate
        self._sweeps = sweeps
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._passivating()), loop.create_task(self._sweeping())]

    async def stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _passivating(self) -> None:
        while True:
            await asyncio.sleep(PASSIVATE_EVERY)
            self._passivate()

    async def _sweeping(self) -> None:
        while True:
            for sweep in self._sweeps:
                try:
                    await sweep()
                except ConnectionError as error:
                    log.warning("sweep put off", error=str(error))
            await asyncio.sleep(SWEEP_EVERY)
