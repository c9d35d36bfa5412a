"""When Python looks for reference cycles: among what is new often and briefly, among all else while nobody waits.

A collection stops the loop: among 5,000 new objects for 1 to 4 ms, among a million for some 300 ms. It finds next to
nothing, since connections, cells and actors take their own cycles apart; what counts is that it comes at a good moment.
"""

import gc
import time
from collections.abc import Callable

NEW_OBJECTS = 5_000  # more than were freed, between two looks at what is new
QUIET = 0.05  # of a core, since the last look
WORTH_IT = 10.0  # s of CPU since the last time: an idle server has nothing new to find
LONGEST = 6 * 3600.0  # s; a server that is never quiet gets its pause all the same

_NEVER = 1_000_000


class Garbage:
    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
        collect: Callable[[], object] = gc.collect,
    ) -> None:
        """`clock` and `cpu` are seconds: of real time, and of CPU time that this process has used."""
        self._clock, self._cpu, self._collect = clock, cpu, collect
        self._looked = self._collected = (clock(), cpu())

    def settle(self) -> None:
        """The start is over: what is here now stays, and need not be looked at again."""
        self._collect()
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS, _NEVER, _NEVER)

    def look(self) -> None:
        """Call it every half minute or so."""
        (then, used), (when, worked) = self._looked, self._collected
        self._looked = now, uses = self._clock(), self._cpu()
        quiet = uses - used < QUIET * (now - then)
        if (quiet and uses - worked >= WORTH_IT) or now - when >= LONGEST:
            self._collect()
            self._collected = self._clock(), self._cpu()
