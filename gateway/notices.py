"""A page of a user's inbox: the live user knows which notices there are and what was read, their table what they say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import structlog

from actors.messages import Address, Command, Reply
from gateway.answer import Answer
from gateway.sockets.answers import INTERNAL
from rules.notices.views import filled
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gateway.dispatch import Directory
    from rules.notices.events import Notified

log = structlog.get_logger()

_AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: ask again in a moment", {"retryAfter": 2})


class Stored(Protocol):
    """See `persistence/notice_reads.py`. Raises ConnectionError."""

    async def of(self, user_id: str, numbers: Collection[int]) -> Mapping[int, Notified]: ...


class Notices:
    """Answers `notification:list`, with the user's help."""

    def __init__(self, *, directory: Directory, stored: Stored) -> None:
        self._directory = directory
        self._stored = stored
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, command: Command) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(command))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, command: Command) -> None:
        try:
            command.reply(await self._page(command))
        except ConnectionError:
            command.reply(_AWAY)
        except Exception:  # nobody waits for this task: without an answer the client would hang
            log.exception("notices could not be read", user=command.by.user_id)
            command.reply(INTERNAL)

    async def _page(self, command: Command) -> Reply:
        """The live answer waits for the commit of what it shows, so that all of it is in the table by then."""
        live = Answer()
        self._directory.tell(Address("user", command.by.user_id), replace(command, reply=live))
        page: Reply = await live
        if isinstance(page, Refusal):
            return page
        stored = await self._stored.of(command.by.user_id, page["stored"]) if page["stored"] else {}
        return dict(filled(page, stored))
