"""Receipts: what the live user says of rewards, and what the journal says of challenges."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import structlog

from actors.messages import Address, Command, Replied, Reply
from gateway.answer import Answer
from gateway.sockets.answers import INTERNAL
from rules.challenge.events import DayTallied
from rules.counting import Why
from rules.receipts import score_receipt
from rules.refusal import Code, Refusal
from rules.user.receipts import MOST

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gateway.dispatch import Directory
    from rules.challenge.events import ActivityTallied
    from rules.resources import Receipt

log = structlog.get_logger()

_AWAY = Refusal(Code.UNAVAILABLE, "the database does not answer: ask again in a moment", {"retryAfter": 2})
_WHY_NOT = {
    Why.OUTSIDE: "the day is not one of the challenge's",
    Why.BEFORE_JOINING: "the day was over before you joined",
    Why.NOT_LIVE: "it did not arrive while the challenge was live",
    Why.IN_PAUSE: "some of its time was in a pause of the challenge",
    Why.ROUND_OVER: "that round was decided",
    Why.DROPPED_OUT: "you had dropped out",
    Why.TOO_MANY: "a challenge counts so many activities of one participant and no more",
    Why.FINAL: "it arrived after the results were final",
}
_OF_ACTIVITIES = {
    **_WHY_NOT,
    Why.OUTSIDE: "not all of its time was between the challenge's start and end",
    Why.TAKEN_BACK: "it was taken back",
}


class Tally(Protocol):
    @property
    def metric(self) -> str: ...
    @property
    def rule_version(self) -> str: ...
    @property
    def event(self) -> DayTallied | ActivityTallied: ...


class Records:
    def __init__(self, *, directory: Directory, tallies: Callable[..., Awaitable[Sequence[Tally]]]) -> None:
        """`tallies` reads what a challenge made of a participant's activities; see `persistence/tallies.py`."""
        self._directory = directory
        self._tallies = tallies
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, command: Command) -> None:
        """Replies to `receipt:explain`."""
        task = asyncio.get_running_loop().create_task(self._answer(command, command.reply))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, command: Command, reply: Replied) -> None:
        try:
            reply(await self._receipts(command))
        except Exception:  # nobody waits for this task: without an answer the client would hang
            log.exception("receipts failed", user=command.by.user_id)
            reply(INTERNAL)

    async def _receipts(self, command: Command) -> Reply:
        own = Answer()
        self._directory.tell(Address("user", command.by.user_id), replace(command, reply=own))
        answer = await own
        if isinstance(answer, Refusal):
            return answer
        receipts: list[Receipt] = list(answer["receipts"])
        asked = command.command
        if asked.challenge_id is not None and asked.subject in (None, "challenge"):
            try:
                found = await self._tallies(
                    asked.challenge_id,
                    command.by.user_id,
                    day=asked.date,
                    activity_id=asked.activity_id,
                    limit=MOST,
                )
            except ConnectionError:
                return _AWAY
            receipts = [self._score(asked.challenge_id, tally) for tally in found] + receipts
        return {"receipts": receipts[:MOST]}

    @staticmethod
    def _score(challenge_id: str, tally: Tally) -> Receipt:
        event = tally.event
        whole_day = isinstance(event, DayTallied)
        return score_receipt(
            event.user_id,
            challenge_id,
            event.activity_id,
            event.date,
            event.zone,
            event.at,
            tally.rule_version,
            metric=tally.metric,
            amount=event.after - event.before if isinstance(event, DayTallied) else event.amount,
            why_not=(_WHY_NOT if whole_day else _OF_ACTIVITIES).get(event.why),
            review=event.review and event.counted,
        )
