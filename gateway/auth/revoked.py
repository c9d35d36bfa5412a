"""Which sign-ins ended while access tokens of theirs may still be on their way. In memory, so asking costs nothing."""

from datetime import datetime, timedelta

LIMIT = 100_000  # entries; each lives as long as an access token


class Revoked:
    """Told of every revocation on this node. After more than it can hold, `overflowed` says to ask the database."""

    def __init__(self, lifetime: timedelta, limit: int = LIMIT) -> None:
        self._lifetime = lifetime
        self._limit = limit
        self._until: dict[str, datetime] = {}  # in the order of their times
        self._unsure_until: datetime | None = None

    def add(self, session_id: str, now: datetime) -> None:
        self._prune(now)
        if len(self._until) >= self._limit:
            self._until.pop(next(iter(self._until)))
            self._unsure_until = now + self._lifetime
        self._until.pop(session_id, None)
        self._until[session_id] = now + self._lifetime

    def has(self, session_id: str) -> bool:
        return session_id in self._until

    def overflowed(self, now: datetime) -> bool:
        return self._unsure_until is not None and now < self._unsure_until

    def _prune(self, now: datetime) -> None:
        while self._until:
            oldest = next(iter(self._until))
            if self._until[oldest] > now:
                return
            del self._until[oldest]
