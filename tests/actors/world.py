"""A node without a database or sockets: real directory, memory journal, a clock and timers turned by hand."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from actors.directory import Directory
from actors.messages import Address, Attend, Caller, Command, Key, Permission, Push, Reply, Veil
from actors.ports import Batch, Fenced, Recorded
from actors.reminders import Reminders
from actors.runtime import Deps
from tests.actors.counter import CounterActor
from tests.rules.own_exercises import OWN

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class HandClock:
    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now


class HandTimers:
    """Real time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self._timers: list[HandTimer] = []

    def after(self, seconds, call):
        timer = HandTimer(self.now + seconds, call)
        self._timers.append(timer)
        return timer

    def pass_by(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [timer for timer in self._timers if timer.at <= until]:
            first = min(due, key=lambda timer: timer.at)
            self._timers.remove(first)
            self.now = max(self.now, first.at)
            if not first.cancelled:
                first.call()
        self.now = until


@dataclass
class HandTimer:
    at: float
    call: object
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class CountingIds:
    def __init__(self) -> None:
        self._n = 0

    def new(self) -> str:
        self._n += 1
        return str(UUID(int=self._n))

    def code(self) -> str:
        self._n += 1
        return f"code{self._n}"


@dataclass
class HeardAudience:
    """Remembers what was published."""

    pushes: list[Push] = field(default_factory=list)
    attendance: list[Attend] = field(default_factory=list)
    watched: set[str] = field(default_factory=set)
    present: dict[str, str] = field(default_factory=dict)
    veils: list[Veil] = field(default_factory=list)
    looking: dict[str, set[str]] = field(default_factory=dict)  # by user: the topics of their connections

    def publish(self, push: Push) -> None:
        self.pushes.append(push)

    def attend(self, attend: Attend) -> None:
        self.attendance.append(attend)

    def is_watched(self, topic: str) -> bool:
        return topic in self.watched

    def presence(self, user_id: str) -> str:
        return self.present.get(user_id, "offline")

    def veil(self, veil: Veil) -> None:
        self.veils.append(veil)

    def seen(self, user_id: str) -> str:
        veils = [veil.on for veil in self.veils if veil.user_id == user_id]
        return "offline" if veils and veils[-1] else self.presence(user_id)

    def watched_by(self, user_id: str) -> set[str]:
        return self.looking.get(user_id, set())


@dataclass
class Notebook:
    """An Observer that writes down what it is told."""

    lines: list[tuple] = field(default_factory=list)

    def __getattr__(self, name):
        def note(*args):
            self.lines.append((name, *args))

        return note

    def said(self, name: str) -> list[tuple]:
        return [line for line in self.lines if line[0] == name]


class MemoryJournal:
    """The journal's port in memory; it can be slow, away, or held before a commit."""

    def __init__(self) -> None:
        self.events: dict[Address, list] = {}
        self.snapshots: dict[Address, tuple[int, object]] = {}
        self.keys: dict[tuple[Address, str, str], tuple[str, dict]] = {}
        self.reminders: dict[tuple[Address, str], datetime] = {}
        self.dead_letters: list = []
        self.commits: list[Batch] = []
        self.away = False
        self.fence: type[Exception] | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.load_gate = asyncio.Event()
        self.load_gate.set()

    async def load(self, addresses):
        await self.load_gate.wait()
        if self.away:
            raise ConnectionError("away")
        return [self._recorded(address) for address in addresses]

    def _recorded(self, address):
        seq, state = self.snapshots.get(address, (0, None))
        keys = [(user_id, key) for (of, user_id, key) in self.keys if of == address]
        return Recorded(address, state, seq, self.events.get(address, [])[seq:], keys)

    def prepare(self, batch: Batch) -> Batch:
        return batch

    async def commit(self, batch: Batch) -> None:
        await self.gate.wait()
        if self.away:
            raise ConnectionError("away")
        if self.fence is not None:
            raise self.fence
        for change in batch.changes:
            if change.events and change.first_seq != len(self.events.get(change.address, ())) + 1:
                raise Fenced("somebody else wrote")
        for change in batch.changes:
            self.events.setdefault(change.address, []).extend(change.events)
            for remind in change.reminders.values():
                if remind.due is None:
                    self.reminders.pop((change.address, remind.name), None)
                else:
                    self.reminders[change.address, remind.name] = remind.due
        for address, key, reply in batch.keys:
            self.keys[address, key.user_id, key.key] = (key.fingerprint, dict(reply))
        self.dead_letters += batch.dead_letters
        self.commits.append(batch)

    async def first_reply(self, address, user_id, key):
        if self.away:
            raise ConnectionError("away")
        return self.keys.get((address, user_id, key))

    async def due_by(self, until):
        found = [(address, name, due) for (address, name), due in self.reminders.items() if due <= until]
        return sorted(found, key=lambda reminder: reminder[2])


class World:
    """Everything a test needs to send messages to actors and see what comes of it."""

    def __init__(self, journal=None, kinds=None, rules=None, **limits) -> None:
        self.journal = journal or MemoryJournal()
        self.clock, self.timers = HandClock(), HandTimers()
        self.audience, self.observer = HeardAudience(), Notebook()
        self.replies: list[tuple[object, Reply]] = []
        self.directory = Directory(
            kinds=kinds or {"counter": CounterActor},
            deps=Deps(CountingIds(), self.audience, rules, OWN),
            journal=self.journal,
            clock=self.clock,
            timers=self.timers,
            observer=self.observer,
            loop=asyncio.get_running_loop(),
            **limits,
        )
        self.reminders = Reminders(
            store=self.journal, clock=self.clock, timers=self.timers, deliver=self.directory.tell
        )
        self.directory.stage.reminders = self.reminders

    def send(
        self,
        id: str,
        command,
        *,
        by: str = "ann",
        key: str | None = None,
        may=Permission.VIEWER,
        kind="counter",
        reads=False,
        onward=False,
    ):
        """Send without waiting; the reply lands in `replies` as (command, reply). Onward: by way of the sender's actor."""
        claim = None if key is None else Key(by, key, repr(command))

        def replied(reply) -> None:
            self._replied(command, reply)

        address = Address(kind, id)
        message = Command(
            command, Caller(by), may, self.clock.now(), replied, claim, reads, address if onward else None
        )
        self.directory.tell(Address("user", by) if onward else address, message)

    def _replied(self, command, reply) -> None:
        self.replies.append((command, reply))
        self.audience.pushes.append("reply")  # one list, so that their order shows

    async def ask(self, id: str, command, **options) -> Reply:
        before = len(self.replies)
        self.send(id, command, **options)
        await self.directory.settled()
        assert len(self.replies) == before + 1
        return self.replies[-1][1]

    async def hours_later(self, hours: float) -> None:
        """Game time goes on; what is due happens."""
        self.clock.set(self.clock.now() + timedelta(hours=hours))
        await self.reminders.next_due(self.clock.now())
        self.reminders.deliver_due()
        await self.directory.settled()


async def breathe(turns: int = 5) -> None:
    """Let the loop run so many turns."""
    for _ in range(turns):
        await asyncio.sleep(0)
