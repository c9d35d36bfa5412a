"""What concerns groups and is stored rather than live: whose access code it is, and messages of long ago."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Protocol

import structlog

from actors.messages import Address, Command, Reply
from gateway.answer import Answer
from gateway.limits import Buckets, Rate
from gateway.sockets.answers import INTERNAL
from rules.group.commands import Join, Messages
from rules.group.membership import NO_SUCH_CODE
from rules.refusal import Code, Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from gateway.dispatch import Directory
    from rules.resources import GroupMessage

log = structlog.get_logger()

CODES_A_MINUTE = 10  # that one user may try

_AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: send it again in a moment", {"retryAfter": 2})
_WHICH = invalid("accessCode", "is required, where there is no groupId")


class Stored(Protocol):
    """See `persistence/group_reads.py`. Raises ConnectionError."""

    async def group_of(self, access_code: str) -> str | None: ...

    async def messages(self, group_id: str, first: int, last: int) -> Sequence[GroupMessage]: ...


class Groups:
    """Answers `group:join` and `group:messages`, with the group's help."""

    def __init__(
        self, *, directory: Directory, stored: Stored, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory = directory
        self._stored = stored
        self._monotonic = monotonic
        self._tried = Buckets(Rate(CODES_A_MINUTE / 60, CODES_A_MINUTE))
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, command: Command) -> None:
        match command.command:
            case Join(group_id=None, access_code=None):
                command.reply(_WHICH)
            case Join(group_id=None, access_code=str(code)):
                wait = self._tried.take(command.by.user_id, self._monotonic())
                if wait > 0:
                    command.reply(_too_many_codes(wait))
                else:
                    self._spawn(command, self._join(command, code))
            case Join(group_id=str(group_id)):
                self._send_on(command, group_id)
            case Messages() as query:
                self._spawn(command, self._page(command, query))

    def _spawn(self, command: Command, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._safely(command, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _safely(self, command: Command, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except ConnectionError:
            command.reply(_AWAY)
        except Exception:  # nobody waits for this task: without an answer the client would hang
            log.exception("a group's records failed", user=command.by.user_id)
            command.reply(INTERNAL)

    async def _join(self, command: Command, code: str) -> None:
        """The group looks at the code once more: it may have been changed meanwhile."""
        group_id = await self._stored.group_of(code)
        if group_id is None:
            command.reply(NO_SUCH_CODE)
        else:
            self._send_on(command, group_id)

    def _send_on(self, command: Command, group_id: str) -> None:
        onward = replace(command, onward=Address("group", group_id))
        self._directory.tell(Address("user", command.by.user_id), onward)

    async def _page(self, command: Command, query: Messages) -> None:
        """The live group has the last messages, and says which of the page it has not."""
        live = Answer()
        self._directory.tell(Address("group", query.group_id), replace(command, reply=live))
        page: Reply = await live
        if not isinstance(page, Refusal) and "stored" in page:
            first, last = page["stored"]
            older = await self._stored.messages(query.group_id, first, last)
            page = {name: value for name, value in page.items() if name != "stored"}
            page["messages"] = [*page["messages"], *older]
        command.reply(page)


def _too_many_codes(wait: float) -> Refusal:
    seconds = ceil(wait)
    text = f"{CODES_A_MINUTE} access codes a minute are all that one may try: try the next in {seconds} s"
    return Refusal(Code.RATE_LIMITED, text, {"retryAfter": seconds})
