"""A page of a user's inbox: the live user knows which notices there are and what was read, their table what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from actors.messages import Address, Command, Reply
from gateway.answer import Answer
from gateway.answering import Answering
from rules.notices.views import filled
from rules.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gateway.dispatch import Directory
    from rules.notices.events import Notified


class Stored(Protocol):
    """See `persistence/notice_reads.py`. Raises ConnectionError."""

    async def of(self, user_id: str, numbers: Collection[int]) -> Mapping[int, Notified]: ...


class Notices:
    """Answers `notification:list`, with the user's help."""

    def __init__(self, *, directory: Directory, stored: Stored) -> None:
        self._directory = directory
        self._stored = stored
        self._answering = Answering()

    def answer(self, command: Command) -> None:
        self._answering.start(command, self._page(command))

    async def _page(self, command: Command) -> Reply:
        """The live answer waits for the commit of what it shows, so that all of it is in the table by then."""
        live = Answer()
        self._directory.tell(Address("user", command.by.user_id), replace(command, reply=live))
        page: Reply = await live
        if isinstance(page, Refusal):
            return page
        stored = await self._stored.of(command.by.user_id, page["stored"]) if page["stored"] else {}
        return dict(filled(page, stored))
