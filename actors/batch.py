"""The open batch: what actors have staged since the last commit began, and who waits for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from actors.messages import Address, Effect, Key, Replied, Reply, Resource
from actors.ports import ActorChange, Batch, DeadLetter

if TYPE_CHECKING:
    from actors.cell import Cell


@dataclass(slots=True, eq=False)
class OpenBatch:
    """Grows while the batch before it commits; closed only when every tell in it has been handled."""

    changes: dict[Address, tuple[Cell, ActorChange]] = field(default_factory=dict)
    keys: list[tuple[Address, Key, Resource]] = field(default_factory=list)
    keyed: list[tuple[Cell, int]] = field(default_factory=list)  # whose digests are in flight until the commit
    dead_letters: list[DeadLetter] = field(default_factory=list)
    replies: list[tuple[Replied, Reply]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    commands: int = 0
    unhandled: int = 0  # tells on their way, and actors being rebuilt

    @property
    def worth_committing(self) -> bool:
        """Also without a change: those may have been told something who changed nothing."""
        return bool(self.changes or self.keys or self.dead_letters or self.replies or self.effects)

    def change_of(self, cell: Cell) -> ActorChange:
        """The cell's part of this batch, made on first use."""
        found = self.changes.get(cell.address)
        if found is not None:
            return found[1]
        assert cell.actor is not None
        change = ActorChange(cell.address, cell.seq + 1, [], cell.actor.state, set(), {})
        self.changes[cell.address] = (cell, change)
        if cell.staged is None:
            cell.staged = []
        cell.staged.append((self, change))
        return change

    def closed(self) -> Batch:
        """The part that goes to the journal."""
        return Batch([change for _, change in self.changes.values()], self.keys, self.dead_letters)
