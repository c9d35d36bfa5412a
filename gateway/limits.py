"""How often and how many: token buckets and counts. Time is passed in; no timers, bounded tables."""

from collections import OrderedDict
from dataclasses import dataclass

_ROUNDING = 1e-6  # whoever waits as long as they were told is granted


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on average, `burst` at once."""

    per_second: float
    burst: float


class Bucket:
    """The tokens of one thing that is limited by a `Rate`."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._tokens = rate.burst
        self._at = now

    def take(self, rate: Rate, now: float) -> float:
        """0 when granted, else the seconds until one would be."""
        tokens = min(rate.burst, self._tokens + (now - self._at) * rate.per_second)
        self._at = now
        if tokens >= 1 - _ROUNDING:
            self._tokens = tokens - 1
            return 0.0
        self._tokens = tokens
        return (1 - tokens) / rate.per_second


class Buckets:
    """One bucket per key; beyond `capacity` the one unused for longest is forgotten."""

    def __init__(self, rate: Rate, *, capacity: int = 100_000) -> None:
        self._rate = rate
        self._capacity = capacity
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float) -> float:
        """0 when granted, else the seconds until one would be."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._rate, now)
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(self._rate, now)


class Counts:
    """How many of something each key holds at once, up to `most`. Holds only keys that hold something."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, key: str) -> bool:
        """Whether there was room for one more. Each True needs its `release`."""
        held = self._held.get(key, 0)
        if held >= self._most:
            return False
        self._held[key] = held + 1
        return True

    def release(self, key: str) -> None:
        held = self._held[key] - 1
        if held:
            self._held[key] = held
        else:
            del self._held[key]


_BURST_SECONDS = 3  # 20 a second come with a burst of 60: users get the same proportion


class SocketLimits:
    """All limits of sockets, with the protocol's defaults."""

    def __init__(
        self,
        *,
        commands_per_second: float = 20,
        command_burst: float = 60,
        user_commands_per_second: float = 40,
        hellos_per_minute: float = 10,
        sockets_without_hello: int = 20,
    ) -> None:
        self.commands = Rate(commands_per_second, command_burst)
        """Of one connection."""
        self.warnings = Rate(1, 20)
        """RATE_LIMITED answers to one connection before it is closed: a client just over its rate stays open."""
        self.control = Rate(20, 1000)
        """Control frames and fragments of one connection; a fragmented 64 KiB message passes."""
        self.user_commands = Buckets(Rate(user_commands_per_second, user_commands_per_second * _BURST_SECONDS))
        self.hellos = Buckets(Rate(hellos_per_minute / 60, hellos_per_minute))
        """By user."""
        self.without_hello = Counts(sockets_without_hello)
        """By address."""
