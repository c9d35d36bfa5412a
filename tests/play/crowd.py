"""Many players under load, who write down what they said and what they were told.

Each player has several devices, each with a socket of its own. What must stay in order (a device's totals of a day, a
name, coming and going) is a lane (`lanes.py`), always with its key.
"""

from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from gateway.client.http import Api, Session
from gateway.client.socket import GauntletSocket
from rules.days import stamp
from tests.play.databases import set_game_time
from tests.play.lanes import Lanes, Said
from tests.play.players import guest, user_id
from tests.play.running import RunningServer

FIRST_DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
LAST_DAY = datetime(2026, 5, 6, 12, tzinfo=UTC)
ENDS = datetime(2026, 5, 20, tzinfo=UTC)
DAYS = [date(2026, 5, 5), date(2026, 5, 6)]
DRIVEN = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": FIRST_DAY.isoformat()}

DEVICES = ("phone", "watch")
FASTEST = 250  # steps more at once: what fair play lets pass while game time stands


@dataclass
class Crowd(Lanes):
    """`players` walk in the `challenges`, come and go in the `lobby`; the host talks, opens more, and plays with a ghost."""

    days: list[date] = field(default_factory=lambda: DAYS)
    sessions: list[Session] = field(default_factory=list)
    challenges: list[str] = field(default_factory=list)
    lobby: str = ""

    # --- before the load ---

    async def gather(self, api: Api, now: datetime, ends: datetime) -> None:
        """Accounts, and live challenges with everyone in them, which count from `now` on."""
        self.sessions = [await guest(api, f"Player {n}") for n in range(self.players + 2)]
        plan = {"metric": "steps", "mode": "most", "startsAt": stamp(now + timedelta(hours=1)), "endsAt": stamp(ends)}
        for name in ("One", "Two", "Lobby"):
            made = await self.host.call("POST", "/challenges", json={**plan, "name": name})
            self.challenges.append(made["id"])
            await self.host.call("POST", f"/challenges/{made['id']}/open")
            await self.host.call("POST", f"/challenges/{made['id']}/start")
        self.lobby = self.challenges.pop()
        for walker in (*self.walkers, self.ghost):
            for challenge in self.challenges:
                await walker.call("POST", f"/challenges/{challenge}/join")

    @property
    def host(self) -> Session:
        return self.sessions[0]

    @property
    def ghost(self) -> Session:
        """Takes part and never moves."""
        return self.sessions[1]

    @property
    def walkers(self) -> list[Session]:
        return self.sessions[2:]

    # --- the load ---

    async def begin(self, stack: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        lanes: list[Coroutine[Any, Any, None]] = []
        for number, session in enumerate(self.walkers):
            sockets = [await stack.enter_async_context(self.socket(session, device)) for device in DEVICES]
            lanes += [
                self._lane(socket, session, self._syncs(device, day))
                for socket, device in zip(sockets, DEVICES, strict=True)
                for day in self.days
            ]
            lanes.append(self._lane(sockets[0], session, _names(number)))
            lanes.append(self._lane(sockets[1], session, self._visits()))
        socket = await stack.enter_async_context(self.socket(self.host, "desk"))
        lanes += [
            self._lane(socket, self.host, steps)
            for steps in (self._announcements(), self._whims(), self._new_challenges())
        ]
        return lanes

    async def _lane(self, socket: GauntletSocket, session: Session, commands: Iterator[tuple[str, Any]]) -> None:
        for type, data in commands:
            if self.over:
                return
            await self.say(socket, user_id(session), type, data)

    # --- what they say ---

    def _syncs(self, device: str, day: date) -> Iterator[tuple[str, Any]]:
        """A day's totals: mostly more, now and then corrected downwards. `calories` counts the syncs, to know them by."""
        steps = 0
        for number in count(1):
            less = steps > FASTEST and self.random.random() < 0.1
            steps += -self.random.randrange(1, 100) if less else self.random.randrange(1, FASTEST)
            steps %= 90_000  # what a person can walk in a day
            yield "steps:sync", {"date": day.isoformat(), "steps": steps, "calories": number, "device": device}

    def _visits(self) -> Iterator[tuple[str, Any]]:
        while True:
            yield "challenge:join", {"challengeId": self.lobby}
            yield "challenge:leave", {"challengeId": self.lobby}

    def _announcements(self) -> Iterator[tuple[str, Any]]:
        for number in count(1):
            yield "challenge:announce", {"challengeId": self.challenges[number % 2], "text": f"word {number}"}

    def _whims(self) -> Iterator[tuple[str, Any]]:
        for number in count(1):
            about = {"challengeId": self.challenges[0], "userId": user_id(self.ghost), "reason": f"whim {number}"}
            yield "challenge:disqualify", about
            yield "challenge:reinstate", about

    def _new_challenges(self) -> Iterator[tuple[str, Any]]:
        for number in count(1):
            yield (
                "challenge:create",
                {
                    "name": f"Idea {number}",
                    "metric": "steps",
                    "mode": "most",
                    "startsAt": "2026-06-01T00:00:00Z",
                    "endsAt": "2026-06-02T00:00:00Z",
                },
            )

    # --- what must have come of it ---

    def effects(self) -> Counter[tuple[str, ...]]:
        """Of every acknowledged command, the mark that its event bears in the journal."""
        return Counter(_mark(said) for said in self.acknowledged)

    def totals(self) -> dict[tuple[str, str], int]:
        """(user, day) → steps: the highest of what each device said last."""
        last: dict[tuple[str, str, str], int] = {}
        for said in self.acknowledged:
            if said.type == "steps:sync":
                last[said.user, said.data["date"], said.data["device"]] = said.data["steps"]
        found: dict[tuple[str, str], int] = {}
        for (user, day, _), steps in last.items():
            found[user, day] = max(steps, found.get((user, day), 0))
        return found

    def scores(self) -> dict[str, int]:
        """user → score in the challenges that they walk in."""
        found = {user_id(self.ghost): 0, **{user_id(walker): 0 for walker in self.walkers}}
        for (user, _), steps in self.totals().items():
            found[user] += steps
        return found

    def names(self) -> dict[str, str]:
        """user → the name they gave themselves last."""
        named = {user_id(walker): str(walker.user["displayName"]) for walker in (*self.walkers, self.ghost)}
        for said in self.acknowledged:
            if said.type == "profile:update":
                named[said.user] = said.data["displayName"]
        return named

    def visitors(self) -> set[str]:
        """Who is in the lobby."""
        last = {
            said.user: said.type for said in self.acknowledged if said.type in ("challenge:join", "challenge:leave")
        }
        return {user for user, type in last.items() if type == "challenge:join"}


async def prepare(crowd: Crowd, server: RunningServer, api: Api) -> None:
    """The challenges begin on the first day; the crowd plays on the last."""
    await crowd.gather(api, FIRST_DAY, ENDS)
    assert await server.terminate() == 0
    assert server.database_url is not None
    await set_game_time(server.database_url, LAST_DAY)
    await server.start()


def _names(player: int) -> Iterator[tuple[str, Any]]:
    for number in count(1):
        yield "profile:update", {"displayName": f"Player {player} the {number}th"}


def _mark(said: Said) -> tuple[str, ...]:
    data = said.data
    match said.type:
        case "steps:sync":
            return "StepsSynced", said.user, data["date"], data["device"], str(data["calories"])
        case "profile:update":
            return "ProfileUpdated", said.user, data["displayName"]
        case "challenge:join":
            return "ParticipantJoined", data["challengeId"], said.user
        case "challenge:leave":
            return "ParticipantLeft", data["challengeId"], said.user
        case "challenge:announce":
            return "AnnouncementMade", data["challengeId"], data["text"]
        case "challenge:disqualify":
            return "ParticipantDisqualified", data["challengeId"], data["reason"]
        case "challenge:reinstate":
            return "ParticipantReinstated", data["challengeId"], data["reason"]
        case "challenge:create":
            return "ChallengeCreated", said.user, data["name"]
        case _:
            raise AssertionError(said.type)
