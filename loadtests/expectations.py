"""Pushes that a connection's commands must cause, until they are heard: none missing, none before its reply."""

from collections.abc import Iterator
from dataclasses import dataclass

from loadtests.causes import Cause, Push

WITHIN = 5.0  # s; a push later than that counts as missing


@dataclass(slots=True, eq=False)
class Expected:
    """One push. `sent` is when its command went out, in seconds of any one clock."""

    command: str
    cause: Cause
    sent: float
    since: float  # from when on it is waited for
    answered: bool = False
    again: bool = False  # the connection went in between: the time says little, and so does the order


class Expectations:
    def __init__(self) -> None:
        self._by_type: dict[str, list[Expected]] = {}

    def add(self, command: str, cause: Cause, now: float) -> Expected:
        expected = Expected(command, cause, now, now)
        self._by_type.setdefault(cause.type, []).append(expected)
        return expected

    def drop(self, expected: Expected) -> None:
        """Its command was refused, or will never be answered."""
        waiting = self._by_type.get(expected.cause.type, [])
        if expected in waiting:
            waiting.remove(expected)

    def heard(self, topic: str, type: str, data: Push) -> list[Expected]:
        """The ones that this push fulfils."""
        waiting = self._by_type.get(type)
        if not waiting:
            return []
        met = [each for each in waiting if each.cause.topic == topic and each.cause.shows(data)]
        for each in met:
            waiting.remove(each)
        return met

    def wait_anew(self, now: float) -> None:
        """The connection went, or is back: what was missed comes then, and before the reply to what is sent again."""
        for expected in self._all():
            expected.since, expected.again, expected.answered = now, True, True

    def forget(self, topic: str) -> None:
        """Its missed pushes are gone for good."""
        for waiting in self._by_type.values():
            waiting[:] = [each for each in waiting if each.cause.topic != topic]

    def overdue(self, now: float) -> list[Expected]:
        """Those that should have come by now; they are not waited for any longer."""
        late = [each for each in self._all() if each.answered and now - each.since > WITHIN]
        for each in late:
            self.drop(each)
        return late

    def _all(self) -> Iterator[Expected]:
        for waiting in self._by_type.values():
            yield from waiting
