"""Receipts: what the live user says of rewards, and what the journal says of challenges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actors.messages import Address, Command, Reply
from gateway.answer import Answer
from gateway.answering import Answering
from rules.challenge.receipts import scores
from rules.refusal import Refusal
from rules.user.receipts import MOST, matches

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gateway.dispatch import Directory
    from rules.challenge.receipts import Tally
    from rules.resources import Receipt


class Records:
    def __init__(
        self,
        *,
        directory: Directory,
        tallies: Callable[..., Awaitable[Sequence[Tally]]],
        removal: Callable[[str, str], Awaitable[Receipt | None]],
    ) -> None:
        """`tallies` reads what a challenge made of a participant's activities; see `persistence/tallies.py`.

        `removal` says what became of a user's activity that was deleted; see `persistence/removals.py`.
        """
        self._directory = directory
        self._tallies = tallies
        self._removal = removal
        self._answering = Answering()

    def answer(self, command: Command) -> None:
        """Replies to `receipt:explain`."""
        self._answering.start(command, self._receipts(command))

    async def _receipts(self, command: Command) -> Reply:
        own = Answer()
        self._directory.tell(Address("user", command.by.user_id), replace(command, reply=own))
        answer = await own
        if isinstance(answer, Refusal):
            return answer
        receipts: list[Receipt] = list(answer["receipts"])
        asked = command.command
        if asked.challenge_id is not None and asked.subject in (None, "challenge"):
            found = await self._tallies(
                asked.challenge_id, command.by.user_id, day=asked.date, activity_id=asked.activity_id, limit=MOST
            )
            whole = asked.activity_id is None and len(found) < MOST
            receipts = scores(asked.challenge_id, found, whole=whole) + receipts
        elif asked.challenge_id is None and asked.activity_id is not None and not receipts:
            removed = await self._removal(command.by.user_id, asked.activity_id)
            if removed is not None and matches(removed, asked):
                receipts = [removed]
        return {"receipts": receipts[:MOST]}
