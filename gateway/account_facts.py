"""What only the account knows of a user (e-mail, role), remembered so that it can be added to a live `Me` at once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from sys import intern
from typing import Any, NamedTuple

from actors.messages import Replied, Reply
from rules.refusal import Refusal

MOST = 20_000  # users remembered; the rest is looked up again


class _Account(NamedTuple):
    """Kept for every user who is there, so it is small."""

    email: str | None
    email_verified: bool | None
    role: str | None

    def shown(self) -> dict[str, Any]:
        known = {"email": self.email, "emailVerified": self.email_verified, "role": self.role}
        return {name: value for name, value in known.items() if value is not None}


class AccountFacts:
    """As of each user's last sign-in on this node."""

    def __init__(self, look_up: Callable[[str], Awaitable[Mapping[str, Any]]]) -> None:
        self._look_up = look_up
        self._known: OrderedDict[str, _Account] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def refresh(self, user_id: str) -> None:
        facts = await self._look_up(user_id)
        role = facts.get("role")
        self._known[user_id] = _Account(
            facts.get("email"), facts.get("emailVerified"), None if role is None else intern(role)
        )
        self._known.move_to_end(user_id)
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def completing(self, reply: Replied) -> Replied:
        """Hands on a `Me` with these facts added."""

        def complete(answer: Reply) -> None:
            if isinstance(answer, Refusal):
                reply(answer)
            elif answer["id"] in self._known:
                reply({**answer, **self._known[answer["id"]].shown()})
            else:
                task = asyncio.get_running_loop().create_task(self._complete_later(answer, reply))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

        return complete

    async def _complete_later(self, answer: Mapping[str, Any], reply: Replied) -> None:
        await self.refresh(answer["id"])
        reply({**answer, **self._known[answer["id"]].shown()})
