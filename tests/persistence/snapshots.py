"""A state as it comes back from its snapshot."""

from typing import TypeVar

from persistence.codec import SnapshotCodec, dump

T = TypeVar("T")


def through_snapshot(state: T) -> T:
    found: T = SnapshotCodec(type(state)).decode(dump(state))
    return found
