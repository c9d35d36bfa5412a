"""Who is there: users with a connection, and those whose last one has just gone and may well be back.

offline ─came─▶ online ─left─▶ away ─came─▶ online         away ─grace over─▶ offline

Only the ways to online from offline, and to offline, are told.
"""

from collections.abc import Callable

from gateway.sockets.wheel import Timed, Wheel


class _Leaving(Timed):
    """One whose last connection has gone."""

    __slots__ = ("at", "over", "user_id")

    def __init__(self, user_id: str, at: float, over: Callable[["_Leaving"], None]) -> None:
        super().__init__()
        self.user_id = user_id
        self.at = at
        self.over = over

    def due(self, now: float) -> float | None:
        if now < self.at:
            return self.at
        self.over(self)
        return None


class Presence:
    def __init__(
        self, *, clock: Callable[[], float], wheel: Wheel, grace: float, tell: Callable[[str, bool], None]
    ) -> None:
        """`tell` hears (user id, online); `grace` in seconds."""
        self._clock = clock
        self._wheel = wheel
        self._grace = grace
        self._tell = tell
        self._leaving: dict[str, _Leaving] = {}

    def came(self, user_id: str) -> None:
        """Their first connection."""
        if self._leaving.pop(user_id, None) is None:
            self._tell(user_id, True)

    def left(self, user_id: str) -> None:
        """Their last connection."""
        leaving = self._leaving[user_id] = _Leaving(user_id, self._clock() + self._grace, self._over)
        self._wheel.at(leaving.at, leaving)

    def is_away(self, user_id: str) -> bool:
        return user_id in self._leaving

    def _over(self, leaving: _Leaving) -> None:
        if self._leaving.get(leaving.user_id) is leaving:  # else they were back, and may have left again since
            del self._leaving[leaving.user_id]
            self._tell(leaving.user_id, False)
