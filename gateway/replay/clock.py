"""The server's driven clock, as an admin moves it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from gateway.client.accounts import insist
from gateway.client.http import Api, Session

_UNREAD = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class GameClock:
    """The server's driven clock. It only ever moves forward."""

    admin: Session | str  # an access token, when that is all we were given
    api: Api
    random: Random
    now: datetime = _UNREAD

    async def read(self) -> datetime:
        self.now = datetime.fromisoformat((await insist(lambda: self._call("GET", None), self.random))["now"])
        return self.now

    async def move_to(self, to: datetime) -> None:
        if to > self.now:
            await insist(lambda: self._call("PUT", {"now": stamp(to)}), self.random)
            self.now = to

    async def _call(self, method: str, body: Any) -> Any:
        if isinstance(self.admin, str):
            return await self.api.call(method, "/admin/clock", json=body, token=self.admin)
        return await self.admin.call(method, "/admin/clock", json=body)


def stamp(moment: datetime) -> str:
    """UTC → `2016-04-12T00:00:00Z`."""
    return moment.isoformat().replace("+00:00", "Z")
