"""An actor's place in the node: its mailbox, and what the directory knows of it.

    LOADING → LIVE ⇄ PAUSED → (gone)        LIVE → FAILED → LOADING        FAILED → QUARANTINED

The cell outlives the actor in it: when an actor fails, its memory is thrown away and the mail waits for the next one.
"""

from __future__ import annotations

from collections import deque
from enum import IntEnum
from typing import TYPE_CHECKING

from actors.messages import Command, Message, Tell

if TYPE_CHECKING:
    from actors.batch import OpenBatch
    from actors.digests import Digests
    from actors.directory import Directory
    from actors.messages import Address, Key, Resource
    from actors.ports import ActorChange, Cancellable
    from actors.runtime import JournalledActor


class Phase(IntEnum):
    LOADING = 0  # snapshot and journal are on their way
    LIVE = 1
    PAUSED = 2  # one message waits for the database (a repeated key's first reply)
    FAILED = 3  # waits out the delay before it is rebuilt
    QUARANTINED = 4  # failed too often: an operator decides


class Cell:
    __slots__ = (
        "actor",
        "address",
        "commands",
        "condemned",
        "directory",
        "failures",
        "holds_batch",
        "in_flight_keys",
        "keys",
        "last_used",
        "phase",
        "queued",
        "seq",
        "snapshot_bytes",
        "snapshot_seq",
        "staged",
        "stale",
        "tells",
        "timers",
    )

    def __init__(self, directory: Directory, address: Address, now: float) -> None:
        self.directory = directory
        self.address = address
        self.actor: JournalledActor | None = None
        self.phase = Phase.LOADING
        # made on first use: most of 100,000 cells are idle
        self.tells: deque[Tell] | None = None
        self.commands: deque[Message] | None = None
        self.queued = False  # stands in one of the directory's run queues
        self.seq = 0  # of the last event, staged ones included
        self.snapshot_seq = 0
        self.snapshot_bytes = 0
        self.keys: Digests | None = None  # of kept idempotency keys; None: ask the database
        self.in_flight_keys: dict[int, tuple[Key, Resource, OpenBatch]] | None = None
        self.staged: list[tuple[OpenBatch, ActorChange]] | None = None  # not committed yet, oldest first
        self.stale = False  # something of it was committed while it was being loaded: what was read may lack that
        self.holds_batch = False  # the open batch waits until it is rebuilt
        self.failures: list[float] | None = None  # real times, of the last minute
        self.condemned: Exception | None = None  # to be quarantined once it is rebuilt
        self.timers: dict[str, Cancellable] | None = None
        self.last_used = now

    @property
    def has_mail(self) -> bool:
        return bool(self.tells or self.commands)

    @property
    def is_clean(self) -> bool:
        """Can it be shown at once, since all of it is durable?"""
        return self.phase is Phase.LIVE and not self.staged

    def put(self, message: Message) -> None:
        """Take a message into the mailbox and ask for a turn."""
        if isinstance(message, Tell):
            if self.tells is None:
                self.tells = deque()
            self.tells.append(message)
        else:
            if self.commands is None:
                self.commands = deque()
            self.commands.append(message)
        self.directory.ready(self)

    def take_commands(self) -> list[Command]:
        """Take every waiting command out of the mailbox, to refuse them."""
        if not self.commands:
            return []
        commands = [message for message in self.commands if isinstance(message, Command)]
        self.commands = deque(message for message in self.commands if not isinstance(message, Command))
        return commands
