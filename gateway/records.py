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
from rules.ids import derived
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
    Why.PRIVATE: "it is private, and the standings would show it to everybody",
    Why.TOO_MANY: "a challenge counts so many activities of one participant and no more",
    Why.FINAL: "it arrived after the results were final",
}
_EARLIER = "it arrived before the challenge was live, or before you joined"
_OF_ACTIVITIES = {
    **_WHY_NOT,
    Why.OUTSIDE: "not all of its time was between the challenge's start and end",
    Why.NOT_LIVE: _EARLIER,
}
_OF_THE_DAY = (Why.OUTSIDE, Why.BEFORE_JOINING)
_CORRECTED, _TAKEN_BACK = "it was corrected later", "it was taken back"


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
            whole = asked.activity_id is None and len(found) < MOST
            receipts = scores(asked.challenge_id, found, whole=whole) + receipts
        return {"receipts": receipts[:MOST]}


def scores(challenge_id: str, tallies: Sequence[Tally], *, whole: bool = True) -> list[Receipt]:
    """What was said of an activity before it was corrected or taken back counts no more.

    `tallies`: the newest first. `whole`: all that there are of each day, so that the first says what was there before.
    """
    later: dict[str, str] = {}  # activity → what has become of what was said of it before
    first = {tally.event.date: tally for tally in tallies if isinstance(tally.event, DayTallied)}
    found = []
    for tally in tallies:
        event = tally.event
        if isinstance(event, DayTallied):
            found.append(_score(challenge_id, tally, _WHY_NOT.get(event.why)))
            if whole and event.before and first[event.date] is tally:
                found.append(_earlier(challenge_id, tally, event))
            continue
        undone = later.get(event.activity_id)
        taken_back = event.why is Why.TAKEN_BACK
        later[event.activity_id] = _TAKEN_BACK if taken_back else _CORRECTED
        if not taken_back:  # which is said of what it took back
            found.append(_score(challenge_id, tally, _OF_ACTIVITIES.get(event.why) or undone))
    return found


def _earlier(challenge_id: str, tally: Tally, event: DayTallied) -> Receipt:
    """Of what a day had before the challenge heard of it for the first time."""
    made = score_receipt(
        event.user_id,
        challenge_id,
        event.activity_id,
        event.date,
        event.zone,
        event.at,
        tally.rule_version,
        metric=tally.metric,
        amount=event.before,
        why_not=_WHY_NOT[event.why] if event.why in _OF_THE_DAY else _EARLIER,
    )
    made["id"] = derived(made["id"], "earlier")
    return made


def _score(challenge_id: str, tally: Tally, why_not: str | None) -> Receipt:
    event = tally.event
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
        why_not=why_not,
        review=event.review and event.counted,
    )
