"""What concerns groups and is stored rather than live: whose access code it is, messages and check-ins of long ago."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from actors.messages import Address, Command, Reply
from gateway.answering import Answering
from gateway.limits import Buckets, Rate
from rules.group.commands import CheckIns, Join, Messages, Participation
from rules.group.membership import NO_SUCH_CODE
from rules.group.views import NO_SUCH_PERIOD
from rules.refusal import Code, Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from gateway.dispatch import Directory
    from rules import resources

_Paged: TypeAlias = Messages | Participation | CheckIns

CODES_A_MINUTE = 10  # that one user may try

_WHICH = invalid("accessCode", "is required, where there is no groupId")


class Stored(Protocol):
    """See `persistence/group_reads.py`. Raises ConnectionError."""

    async def group_of(self, access_code: str) -> str | None: ...

    async def messages(self, group_id: str, first: int, last: int) -> Sequence[resources.GroupMessage]: ...

    async def periods(self, group_id: str, before: date, limit: int) -> Sequence[resources.PeriodParticipation]: ...

    async def check_ins(self, query: CheckIns) -> resources.CheckIns | None: ...


class Groups:
    """Answers `group:join`, and pages of messages and check-ins with the group's help."""

    def __init__(
        self, *, directory: Directory, stored: Stored, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._directory = directory
        self._stored = stored
        self._monotonic = monotonic
        self._tried = Buckets(Rate(CODES_A_MINUTE / 60, CODES_A_MINUTE))
        self._answering = Answering()

    def answer(self, command: Command) -> None:
        match command.command:
            case Join() as join:
                self._join(command, join)
            case Messages() | Participation() | CheckIns() as query:
                self._send_on(replace(command, reply=partial(self._complete, command, query)), query.group_id)

    # --- joining ---

    def _join(self, command: Command, join: Join) -> None:
        if join.access_code is None and join.group_id is None:
            command.reply(_WHICH)
            return
        if join.access_code is not None:
            wait = self._tried.take(command.by.user_id, self._monotonic())
            if wait > 0:
                command.reply(_too_many_codes(wait))
                return
        if join.group_id is not None:
            self._send_on(command, join.group_id)
        elif join.access_code is not None:
            looked_up = replace(command, reply=partial(self._looked_up, command))
            self._answering.start(looked_up, self._group_of(join.access_code))

    async def _group_of(self, code: str) -> Reply:
        group_id = await self._stored.group_of(code)
        return {} if group_id is None else {"groupId": group_id}

    def _looked_up(self, command: Command, found: Reply) -> None:
        """The group looks at the code once more: it may have been changed meanwhile."""
        if isinstance(found, Refusal):
            command.reply(found)
        elif "groupId" in found:
            self._send_on(command, found["groupId"])
        elif command.key is None:
            command.reply(NO_SUCH_CODE)
        else:  # the code may have been right the first time: the sender's own actor has the reply that it got then
            self._directory.tell(Address("user", command.by.user_id), command)

    # --- pages ---

    def _complete(self, command: Command, query: _Paged, page: Reply) -> None:
        """The live group has answered, with what it has in memory; `stored` says what the tables are to add."""
        if isinstance(page, Refusal) or "stored" not in page:
            command.reply(page)
        else:
            whole = {name: value for name, value in page.items() if name != "stored"}
            self._answering.start(command, self._whole(query, whole, page["stored"]))

    async def _whole(self, query: _Paged, page: dict[str, Any], stored: Any) -> Reply:
        match query:
            case Messages():
                page["messages"] = [*page["messages"], *await self._stored.messages(query.group_id, *stored)]
            case Participation():
                before, limit = stored
                older = await self._stored.periods(query.group_id, before, limit + 1)
                page["periods"] = [*page["periods"], *older[:limit]]
                if len(older) > limit:
                    page["next"] = page["periods"][-1]["period"]["from"]
            case CheckIns():
                found = await self._stored.check_ins(query)
                return NO_SUCH_PERIOD if found is None else {**found}
        return page

    # --- both ---

    def _send_on(self, command: Command, group_id: str) -> None:
        onward = replace(command, onward=Address("group", group_id))
        self._directory.tell(Address("user", command.by.user_id), onward)


def _too_many_codes(wait: float) -> Refusal:
    seconds = ceil(wait)
    text = f"{CODES_A_MINUTE} access codes a minute are all that one may try: try the next in {seconds} s"
    return Refusal(Code.RATE_LIMITED, text, {"retryAfter": seconds})
