"""Who is writing in a group: shown while they say so, and for a few seconds after. Lost when the actor goes.

Not to those whom a block keeps apart from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actors.messages import Outcome, Push, Wake

if TYPE_CHECKING:
    from collections.abc import Set

    from rules.ids import UserId

FADES = 5.0  # s between two looks at who still types: who has not said so since the last one does no longer
MOST_TURNS = 2  # pushes about one writer between two looks


@dataclass(slots=True)
class _Writer:
    hidden_from: Set[UserId] = frozenset()
    shown: bool = False  # what watchers were told last
    typing: bool = False
    fresh: bool = False  # said since the last look
    turns: int = 0


class WhoTypes:
    """The writers of one group."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._writers: dict[UserId, _Writer] = {}

    def say(self, user_id: UserId, hidden_from: Set[UserId], outcome: Outcome, *, typing: bool) -> None:
        writer = self._writers.get(user_id)
        if writer is None:
            if not typing:
                return
            if not self._writers:
                outcome.wakes.append(Wake("typing", FADES))
            writer = self._writers[user_id] = _Writer()
        writer.typing, writer.fresh, writer.hidden_from = typing, True, hidden_from
        if writer.turns < MOST_TURNS:
            self._show(user_id, writer, outcome)

    def gone(self, user_id: UserId, outcome: Outcome) -> None:
        """They are a member no longer."""
        writer = self._writers.pop(user_id, None)
        if writer is not None:
            writer.typing = False
            self._show(user_id, writer, outcome)

    def look(self, outcome: Outcome) -> None:
        """Time has passed: who is silent fades, and what was held back is shown."""
        for user_id, writer in list(self._writers.items()):
            writer.typing = writer.typing and writer.fresh
            self._show(user_id, writer, outcome)
            writer.fresh, writer.turns = False, 0
            if not writer.shown:
                del self._writers[user_id]
        if self._writers:
            outcome.wakes.append(Wake("typing", FADES))

    def _show(self, user_id: UserId, writer: _Writer, outcome: Outcome) -> None:
        if writer.typing is writer.shown:
            return
        writer.shown = writer.typing
        writer.turns += 1
        data = {"userId": user_id, "isTyping": writer.shown}
        push = Push(self._topic, "group:typing", data, ephemeral=True, hidden_from=writer.hidden_from)
        outcome.effects.append(push)
