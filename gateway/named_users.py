"""Commands that name other users: who names somebody that is not there is told so, and no actor is made for the id.

The database knows who is there. While one of a sender's commands waits for it, what they send after it waits too: their
commands take effect in their order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from gateway.sockets.answers import INTERNAL
from rules.refusal import Code, Refusal, all_invalid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from actors.messages import Replied

log = structlog.get_logger()

MOST_WAITING = 1_000  # commands of one sender

_AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: send it again in a moment", {"retryAfter": 2})
_BUSY = Refusal(Code.BUSY, "too many commands of yours are waiting: send it again in a moment", {"retryAfter": 1})
_NO_SUCH = Refusal(Code.NOT_FOUND, "no such user: check userId")


class _Waiting(NamedTuple):
    command: Any | None  # one that names users; None: it only waits for an earlier one
    go: Callable[[], None]
    reply: Replied


class NamedUsers:
    def __init__(self, existing: Callable[[Sequence[str]], Awaitable[Collection[str]]]) -> None:
        """`existing`: those of the ids that are somebody's. Raises ConnectionError."""
        self._existing = existing
        self._lines: dict[str, deque[_Waiting]] = {}  # by sender
        self._tasks: set[asyncio.Task[None]] = set()

    def keeps_waiting(self, sender: str) -> bool:
        """Must the next command of this sender stand in line?"""
        return sender in self._lines

    def let_pass(self, sender: str, command: Any | None, go: Callable[[], None], reply: Replied) -> None:
        """`go` when everybody named in `command.user_id` or `.user_ids` is there, and it is its turn; else `reply`."""
        line = self._lines.get(sender)
        if line is None:
            line = self._lines[sender] = deque()
            task = asyncio.get_running_loop().create_task(self._work(sender, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if len(line) >= MOST_WAITING:
            reply(_BUSY)
        else:
            line.append(_Waiting(command, go, reply))

    async def _work(self, sender: str, line: deque[_Waiting]) -> None:
        while line:
            first = line[0]
            try:
                refusal = None if first.command is None else await self._problem(first.command)
                if refusal is None:
                    first.go()
                else:
                    first.reply(refusal)
            except ConnectionError:
                first.reply(_AWAY)
            except Exception:  # nobody waits for this task: without an answer the client would hang
                log.exception("no answer", command=type(first.command).__name__, user=sender)
                first.reply(INTERNAL)
            line.popleft()  # only now: what comes meanwhile goes behind it
        del self._lines[sender]

    async def _problem(self, command: Any) -> Refusal | None:
        """A name that nobody goes by: NOT_FOUND for the only one, VALIDATION_FAILED for those of a list."""
        one: str | None = getattr(command, "user_id", None)
        ids: Sequence[str] = command.user_ids if one is None else [one]
        there = await self._existing(ids)
        nobody = {f"userIds.{at}": "no such user" for at, id in enumerate(ids) if id not in there}
        if not nobody:
            return None
        return all_invalid(nobody) if one is None else _NO_SUCH
