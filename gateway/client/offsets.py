"""Where a client stands in each topic: what it has seen, what it missed, what to resume from."""

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["next", "gap", "late", "duplicate"]

_REMEMBERED = 10_000  # missing offsets a topic; older ones count as lost for good


@dataclass(slots=True)
class Counts:
    """What went wrong on the way, over all topics and connections. A healthy run has zeros."""

    gaps: int = 0  # offsets that were skipped
    out_of_order: int = 0  # of these, those that came later
    duplicates: int = 0
    unrecovered: int = 0  # topics whose missed pushes were gone at a resume


@dataclass(slots=True)
class _Position:
    offset: int
    epoch: str | None
    missing: set[int] = field(default_factory=set)


class Offsets:
    """The positions of one client. Give it every hello, subscribe reply and push; it tells what they mean."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._positions: dict[str, _Position] = {}

    def resume(self) -> dict[str, dict[str, Any]]:
        """The `resume` of a hello. A topic whose epoch was never told is left out."""
        return {
            topic: {"epoch": at.epoch, "offset": at.offset}
            for topic, at in self._positions.items()
            if at.epoch is not None
        }

    def since(self, topic: str) -> dict[str, Any] | None:
        return self.resume().get(topic)

    def subscribed(self, topic: str, epoch: str, offset: int, recovered: bool) -> bool:
        """Take a topic's entry of a hello or subscribe reply. False: pushes are lost, read the state again.

        When recovered, what was missed comes as pushes after our own position, which therefore stays.
        """
        at = self._positions.get(topic)
        if at is not None and at.epoch == epoch and recovered:
            return True
        self._positions[topic] = _Position(offset, epoch)
        # on the connection that brought our last push the reply stands where we do, though we never knew the epoch
        if at is None or (at.epoch is None and at.offset == offset):
            return True
        self.counts.unrecovered += 1
        return False

    def pushed(self, topic: str, offset: int) -> Verdict:
        """Take one push's offset. A duplicate must not be handled again."""
        at = self._positions.get(topic)
        if at is None:  # nobody told us where the topic stands
            self._positions[topic] = _Position(offset, None)
            return "next"
        if offset == at.offset + 1:
            at.offset = offset
            return "next"
        if offset > at.offset:
            self.counts.gaps += offset - at.offset - 1
            at.missing.update(range(max(at.offset + 1, offset - _REMEMBERED), offset))
            at.offset = offset
            return "gap"
        if offset in at.missing:
            at.missing.remove(offset)
            self.counts.out_of_order += 1
            return "late"
        self.counts.duplicates += 1
        return "duplicate"

    def unsubscribed(self, topic: str) -> None:
        self._positions.pop(topic, None)
