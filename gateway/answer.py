"""A reply to wait for, on the event loop."""

import asyncio
from collections.abc import Generator

from actors.messages import Reply


class Answer:
    """Call it with the reply, await it for the reply."""

    __slots__ = ("_future",)

    def __init__(self) -> None:
        self._future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def __call__(self, reply: Reply) -> None:
        if not self._future.done():  # whoever waited may have gone
            self._future.set_result(reply)

    def __await__(self) -> Generator[None, None, Reply]:
        return self._future.__await__()
