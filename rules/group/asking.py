"""Who asks a group for something, and what a decision may depend on beside its state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from rules.group.events import Event
from rules.ids import UserId
from rules.known import Known
from rules.refusal import Refusal

Decision: TypeAlias = list[Event] | Refusal


@dataclass(frozen=True, slots=True)
class Asking:
    """`known` is there for commands that come by way of the sender's own actor. Ids are fresh UUIDs as text."""

    by: UserId
    at: datetime  # game time
    known: Known | None
    new_id: Callable[[], str]
    new_code: Callable[[], str]

    @property
    def sender(self) -> Known:
        assert self.known is not None, "this command comes by way of its sender's actor"
        return self.known
