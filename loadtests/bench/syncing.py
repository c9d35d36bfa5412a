"""Players who walk: one `steps:sync` after the other, each with more steps than before."""

from datetime import UTC, datetime

from loadtests.bench.wire import framed

STEPS = 25  # more at each sync: an XP comes with every fourth, as it does for people
APART = 1_009  # steps between one walker and the next: they reach a goal or a badge one by one, as people do
MOST_APART = 20_000


class Walkers:
    def __init__(self, count: int) -> None:
        self._steps = [number * APART % MOST_APART for number in range(count)]
        self._day = datetime.now(UTC).date().isoformat().encode()

    def next_frame(self, number: int) -> bytes:
        """What walker `number` sends next."""
        self._steps[number] += STEPS
        return sync_frame(self._day, self._steps[number])


def sync_frame(day: bytes, steps: int) -> bytes:
    return framed(b'{"id":1,"type":"steps:sync","data":{"date":"%b","steps":%d}}' % (day, steps))
