"""How many requests each account (or address, without one) may make in a quarter of an hour."""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

SECONDS = 900
CAPACITY = 100_000  # windows kept; the oldest is forgotten, to the advantage of its owner


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    reset: int  # seconds until the window is new
    granted: bool

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit};w={SECONDS}",
        }


class Windows:
    """Fixed windows, each starting with the first request. Time is passed in, in seconds."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()  # key → start, used; in the order of starts

    def take(self, key: str, limit: int, now: float) -> Allowance:
        start, used = self._windows.get(key, (now, 0))
        if now - start >= SECONDS:
            start, used = now, 0
            self._windows.pop(key)
        granted = used < limit
        used += granted
        self._windows[key] = (start, used)
        if len(self._windows) > self._capacity:
            self._windows.popitem(last=False)
        return Allowance(limit, max(0, limit - used), max(1, ceil(start + SECONDS - now)), granted)
