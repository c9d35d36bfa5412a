"""Bots: real clients that walk in a challenge at human paces, each after its own manner.

A bot alternates between walking and resting. It syncs its day's total every few seconds while it walks, and takes it
easier once it has walked as much as it likes to in a day, which stays far below what fair play takes for human.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from gateway.client.accounts import insist, open_socket
from gateway.client.errors import Closed, ConnectionLost, Refused
from gateway.client.http import Api
from gateway.client.notes import Notes
from gateway.client.socket import GauntletSocket

NAMES = (
    *(
        "Ada",
        "Bela",
        "Chidi",
        "Dana",
        "Emre",
        "Femi",
        "Greta",
        "Hana",
        "Ivo",
        "Jun",
        "Kofi",
        "Lena",
        "Mina",
        "Nico",
        "Oda",
    ),
    *(
        "Pia",
        "Quim",
        "Rosa",
        "Sami",
        "Tove",
        "Uma",
        "Vik",
        "Wanda",
        "Ximena",
        "Yuki",
        "Zeno",
        "Alva",
        "Bruno",
        "Cleo",
        "Dario",
    ),
)
_EASY = 0.1  # of its pace, once it has had enough for the day
_OVER = frozenset({"WRONG_STATE", "NOT_FOUND"})  # there is no challenge to join any more


@dataclass(frozen=True, slots=True)
class Manner:
    """How a bot walks: steps a minute, how long it walks and rests (seconds), its syncs, and its day's fill."""

    pace: float
    walks_for: float
    rests_for: float
    syncs_every: float
    enough: int


def manner(random: Random) -> Manner:
    """A stroller, a hiker, a runner, … Never above 180 steps a minute; fair play asks questions at 300."""
    return Manner(
        pace=random.triangular(55, 150, 100),
        walks_for=random.uniform(40, 400),
        rests_for=random.uniform(5, 120),
        syncs_every=random.uniform(3, 8),
        enough=int(random.triangular(8_000, 32_000, 14_000)),
    )


class Walk:
    """A bot's day so far. No clock of its own: it is told the time."""

    def __init__(self, manner: Manner, day: date, steps: int, random: Random) -> None:
        self.manner = manner
        self.day = day
        self.steps = float(steps)
        self._random = random
        self._walking = random.random() < 0.8
        self._left = self._span()

    def advance(self, seconds: float, day: date) -> int:
        """So much time has passed, and it is `day` now → the day's total."""
        if day != self.day:
            self.day, self.steps = day, 0.0
        if self._walking:
            pace = self.manner.pace * (_EASY if self.steps >= self.manner.enough else 1)
            self.steps += min(180.0, self._random.gauss(pace, pace / 8)) * max(0.0, min(seconds, self._left)) / 60
        self._left -= seconds
        if self._left <= 0:
            self._walking = not self._walking
            self._left = self._span()
        return math.floor(self.steps)

    def _span(self) -> float:
        mean = self.manner.walks_for if self._walking else self.manner.rests_for
        return self._random.uniform(0.5, 1.5) * mean


async def walk(
    socket: GauntletSocket,
    manner: Manner,
    random: Random,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Walk until cancelled, from what the server has of today. The socket has started, in the time zone UTC."""
    loop = asyncio.get_running_loop()
    ahead = datetime.fromisoformat(socket.server_time) - datetime.now(UTC)
    today = socket.me["today"]
    path = Walk(manner, date.fromisoformat(today["date"]), today["steps"], random)
    sent, then = today["steps"], loop.time()
    while True:
        await sleep(manner.syncs_every * random.uniform(0.7, 1.3))
        now = loop.time()
        steps, then = path.advance(now - then, _day(ahead)), now
        if steps == sent:
            continue
        data = {"date": path.day.isoformat(), "steps": steps, "device": "bot"}
        try:
            await socket.request("steps:sync", data, f"bot-{path.day:%Y%m%d}-{steps}")
            sent = steps
        except Refused as refusal:
            if refusal.code == "UNAUTHENTICATED":
                raise
            await sleep(refusal.retry_after or 5.0)  # whatever it was, the next total replaces this one


async def join(socket: GauntletSocket, challenge_id: str) -> bool:
    """Take part. False when the challenge is over."""
    if challenge_id in socket.me.get("challenges", ()):
        return True
    try:
        await socket.request("challenge:join", {"challengeId": challenge_id}, f"bot-join-{challenge_id}")
    except Refused as refusal:
        return refusal.code not in _OVER
    return True


async def run_bot(api: Api, name: str, device_id: str, challenge_id: str, random: Random) -> None:
    """Sign in as a guest, join, walk until cancelled. Returns when the challenge is over at the start."""
    session = await insist(lambda: api.guest(device_id, displayName=name, timezone="UTC", device="bot"), random)
    async with open_socket(session, "bot", "msgpack", random) as socket:
        if await join(socket, challenge_id):
            await walk(socket, manner(Random(name)), random)


async def run_bots(api: Api, notes: Notes, challenge_id: str, count: int, random: Random) -> None:
    """All of them, until cancelled; one that fails leaves the others walking."""
    bots = (run_bot(api, name, notes.device_id(name), challenge_id, random) for name in names(count))
    results = await asyncio.gather(*bots, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refused | Closed | ConnectionLost):
            raise result


def names(count: int) -> list[str]:
    """Ada, Bela, … Dario, Ada 2, Bela 2, …"""
    return [NAMES[n % len(NAMES)] + (f" {n // len(NAMES) + 1}" if n >= len(NAMES) else "") for n in range(count)]


def _day(ahead: timedelta) -> date:
    return (datetime.now(UTC) + ahead).date()
