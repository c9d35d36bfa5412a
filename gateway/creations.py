"""How much each user may create: a limit on what is made, not on what is said about it."""

from __future__ import annotations

import time
from collections import OrderedDict
from math import ceil
from typing import TYPE_CHECKING

from gateway.limits import Buckets, Rate
from rules.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

CREATED_PER_HOUR = 200  # of each kind, by one user
MOST_KEYS = 50_000  # remembered; one longer ago is charged again


class Creations:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets = Buckets(Rate(CREATED_PER_HOUR / 3600, CREATED_PER_HOUR))
        self._charged: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def charge(self, kind: str, user_id: str, key: str | None) -> Refusal | None:
        """RATE_LIMITED past the limit. A repeated idempotency key makes nothing new, and costs nothing."""
        if key is not None and (kind, user_id, key) in self._charged:
            return None
        wait = self._buckets.take(f"{kind} {user_id}", self._monotonic())
        if wait > 0:
            seconds = ceil(wait)
            text = f"{CREATED_PER_HOUR} {kind}s an hour are all that one may create: create the next in {seconds} s"
            return Refusal(Code.RATE_LIMITED, text, {"retryAfter": seconds})
        if key is not None:
            self._charged[kind, user_id, key] = None
            if len(self._charged) > MOST_KEYS:
                self._charged.popitem(last=False)
        return None
