"""Who a user's friends are: from what is stored, under the names they go by now, and whether they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from gateway.answering import Answering
from rules.days import stamp
from rules.social.commands import Friends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from actors.messages import Command
    from actors.ports import Presence


class Relations(Protocol):
    """See `persistence/social_reads.py`. Raises ConnectionError."""

    async def of(self, user_id: str, *statuses: str) -> Sequence[Mapping[str, Any]]: ...


class People:
    """Answers `friend:list` and `friend:requests`."""

    def __init__(self, relations: Relations, presence: Callable[[str], Presence]) -> None:
        self._relations = relations
        self._presence = presence
        self._answering = Answering()

    def answer(self, command: Command) -> None:
        ask = self._friends if isinstance(command.command, Friends) else self._requests
        self._answering.start(command, ask(command.by.user_id))

    async def _friends(self, user_id: str) -> dict[str, Any]:
        rows = await self._relations.of(user_id, "friends")
        return {"friends": [{**self._friend(row), "since": stamp(row["since"])} for row in rows]}

    async def _requests(self, user_id: str) -> dict[str, Any]:
        rows = await self._relations.of(user_id, "received", "requested")
        waiting: dict[str, list[dict[str, Any]]] = {"received": [], "requested": []}
        for row in rows:
            waiting[row["status"]].append({"user": _public(row), "at": stamp(row["since"])})
        return {"received": waiting["received"], "sent": waiting["requested"]}

    def _friend(self, row: Mapping[str, Any]) -> dict[str, Any]:
        friend = _public(row)
        if row["profile_privacy"] != "private":
            friend["presence"] = self._presence(friend["id"])
        return friend


def _public(row: Mapping[str, Any]) -> dict[str, Any]:
    user: dict[str, Any] = {
        "id": str(row["id"]),
        "username": row["username"],
        "displayName": row["display_name"],
        "level": row["level"],
    }
    if row["avatar_url"] is not None:
        user["avatarUrl"] = row["avatar_url"]
    return user
