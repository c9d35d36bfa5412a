"""Which idempotency keys an actor has seen, as digests: 8 bytes each, where a set takes about a hundred."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FEW = 128  # in the set before they are sorted in …
_SHARE = 32  # … or that part of what is sorted in, so that sorting stays cheap


class Digests:
    """A set of 64-bit integers."""

    __slots__ = ("_new", "_sorted")

    def __init__(self, digests: Iterable[int] = ()) -> None:
        self._new = set(digests)
        self._sorted: array[int] | None = None
        self._sort_in()

    def __len__(self) -> int:
        return len(self._new) + (len(self._sorted) if self._sorted is not None else 0)

    def __contains__(self, digest: int) -> bool:
        return digest in self._new or self._place(digest) is not None

    def add(self, digest: int) -> None:
        if digest not in self:
            self._new.add(digest)
            self._sort_in()

    def discard(self, digest: int) -> None:
        self._new.discard(digest)
        if self._sorted is not None and (place := self._place(digest)) is not None:
            del self._sorted[place]

    def _place(self, digest: int) -> int | None:
        if self._sorted is None:
            return None
        place = bisect_left(self._sorted, digest)
        return place if place < len(self._sorted) and self._sorted[place] == digest else None

    def _sort_in(self) -> None:
        known = self._sorted or ()
        if len(self._new) > max(_FEW, len(known) // _SHARE):
            self._sorted = array("q", sorted((*known, *self._new)))
            self._new = set()
