"""Commands that are answered from what is stored: each in a task of its own, which always replies."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from gateway.sockets.answers import INTERNAL
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from actors.messages import Command, Reply

log = structlog.get_logger()

_AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: send it again in a moment", {"retryAfter": 2})


class Answering:
    """The tasks that are under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, command: Command, work: Coroutine[None, None, Reply]) -> None:
        """`work` comes to the reply; it raises ConnectionError while the database is away."""
        task = asyncio.get_running_loop().create_task(_answer(command, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _answer(command: Command, work: Coroutine[None, None, Reply]) -> None:
    try:
        reply = await work
    except ConnectionError:
        reply = _AWAY
    except Exception:  # nobody waits for this task: without an answer the client would hang
        log.exception("no answer", command=type(command.command).__name__, user=command.by.user_id)
        reply = INTERNAL
    command.reply(reply)
