"""A day in the life of a few people: one server on driven game time, everybody's devices, and what is seen on them.

async with a_day(database_url, "2026-05-01T06:00:00Z") as day:
    ann = await day.arrives("Ann", "Europe/Berlin")
    await ann.tell("steps:sync", {"date": "2026-05-01", "steps": 1200})
    assert await ann.sees() == ["stats:update steps 1200", …]
    await day.until("2026-05-01T22:00:00Z")

Pushes are shown as lines (`lines.py`), with names for ids. When the day is over, every device has heard every topic without a
gap, the log has nothing to regret, and `gauntlet verify` finds the tables to be what the journal says.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

from gateway.client.encoding import Encoding
from gateway.client.http import Api, Session
from tests.play.databases import set_game_time
from tests.play.lines import line
from tests.play.players import PASSWORD, Bare, error, guest, ok, registered, user_id
from tests.play.running import RunningServer

IN_REAL_TIME = frozenset({"challenge:leaderboard", "challenge:rank", "workout:stats"})
"""Sent some moments after what they show, by timers in real time: waited for by `Person.board` and `Person.stands`."""

OF_FRIENDS = frozenset({"friend:activity", "friend:puff"})


@asynccontextmanager
async def a_day(database_url: str, begins: str, **settings: str) -> AsyncIterator["Day"]:
    """`settings` are those of the server, by their names in the environment."""
    driven = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": begins, **settings}
    async with (
        RunningServer(database_url, driven) as server,
        Api(server.url) as api,
        AsyncExitStack() as stack,
    ):
        day = Day(server, api, stack)
        await registered(api, "timekeeper")
        assert (await server.command("grant", "timekeeper", "admin"))[0] == 0
        day.timekeeper = await api.login("timekeeper@example.org", PASSWORD)
        yield day
        await day.ends()


class Day:
    timekeeper: Session

    def __init__(self, server: RunningServer, api: Api, stack: AsyncExitStack) -> None:
        self.server = server
        self.api = api
        self.stack = stack
        self.people: list[Person] = []
        self.names: dict[str, str] = {}  # of ids: people, challenges, teams

    async def arrives(
        self, name: str, timezone: str = "UTC", *, device: str = "phone", encoding: Encoding = "json"
    ) -> "Person":
        """Somebody new, with one device in their hands."""
        person = Person(self, name, await guest(self.api, name, timezone))
        self.people.append(person)
        self.names[person.id] = name
        await person.opens(device, encoding)
        return person

    async def until(self, moment: str) -> None:
        """Let game time pass. What falls due on the way happens at its time."""
        await self.timekeeper.call("PUT", "/admin/clock", json={"now": moment})

    async def power_cut(self, until: str) -> None:
        """The server is killed, and back when it is `until`. Everybody's connections are gone: `opens` makes new ones."""
        self.server.kill9()
        await self.server.ended()
        for person in self.people:
            for device in [*person.devices]:
                await person.loses(device)
        assert self.server.database_url is not None
        await set_game_time(self.server.database_url, datetime.fromisoformat(until))
        await self.server.start()

    async def befriend(self, one: "Person", other: "Person") -> None:
        await one.tell("friend:request", {"userId": other.id})
        assert (await other.tell("friend:accept", {"userId": one.id}))["status"] == "friends"

    async def challenge(self, host: "Person", **terms: Any) -> str:
        """Planned and opened by its host → its id."""
        made = await host.tell("challenge:create", terms)
        self.names[made["id"]] = terms["name"]
        self.names.update({team["id"]: team["name"] for team in made.get("teams", ())})
        await host.tell("challenge:open", {"challengeId": made["id"]})
        return str(made["id"])

    async def everyone_sees(self) -> dict[str, list[str]]:
        """What has come since they looked last, by name: of those who are connected and for whom something has."""
        seen = {person.name: await person.sees() for person in self.people if person.devices}
        return {name: lines for name, lines in seen.items() if lines}

    async def everyone_looks(self) -> dict[str, dict[str, list[str]]]:
        """The same, for each of them by where it belongs (`Person.looks`)."""
        seen = {person.name: await person.looks() for person in self.people if person.devices}
        return {name: places for name, places in seen.items() if places}

    async def all_read(self) -> None:
        """Everybody has read what came until now."""
        for person in self.people:
            for device in person.devices:
                await person.sees(device)

    async def ends(self) -> None:
        for person in self.people:
            for device in person.devices.values():
                await device.heard()
                assert gaps(device.frames) == [], person.name
        await self.stack.aclose()
        assert await self.server.terminate() == 0
        assert "Traceback" not in self.server.log, self.server.log
        code, printed = await self.server.command("verify")
        assert code == 0, printed


class Person:
    def __init__(self, day: Day, name: str, session: Session) -> None:
        self.day = day
        self.name = name
        self.session = session
        self.id = user_id(session)
        self.devices: dict[str, Bare] = {}
        self._read: dict[str, int] = {}  # frames, by device

    async def opens(
        self, device: str, encoding: Encoding = "json", resume: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Connect a device → the `ok` of its hello. What was missed since `resume` is still to be seen."""
        bare = await self.day.stack.enter_async_context(Bare(self.day.server.socket_url, encoding=encoding))
        told = await bare.hello(self.session, device=device, resume=resume)
        self.devices[device], self._read[device] = bare, len(bare.frames)
        return told

    async def loses(self, device: str) -> dict[str, dict[str, Any]]:
        """A device drops off the net → where it stood in each topic, to resume from."""
        bare = self.devices.pop(device)
        stood = {
            topic: {"epoch": told["epoch"], "offset": told["offset"]}
            for topic, told in ok(await bare.reply(0))["topics"].items()
        }
        for frame in bare.frames:
            if frame.get("type") == "server:subscribed":
                stood[frame["topic"]] = {name: frame["data"][name] for name in ("epoch", "offset")}
            elif "offset" in frame and frame["topic"] in stood:
                stood[frame["topic"]]["offset"] = frame["offset"]
        await bare.socket.close()
        return stood

    # --- saying ---

    async def tell(self, type: str, data: Mapping[str, Any], *, on: str | None = None) -> dict[str, Any]:
        """Say something on the first device, or on another one → the `ok` of the reply."""
        return ok(await self._device(on).ask(type, data))

    async def refused(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The same of what is not to be had → the `error` of the reply."""
        return error(await self._device(None).ask(type, data))

    async def me(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.session.call("GET", "/users/me")
        return found

    async def receipts(self, **about: str) -> list[str]:
        """What `receipt:explain` says: `+` or `-` (it did not count), and the sentence."""
        told = await self.tell("receipt:explain", about)
        return [f"{'+' if receipt['counted'] else '-'} {receipt['text']}" for receipt in told["receipts"]]

    def _device(self, name: str | None) -> Bare:
        return self.devices[name] if name is not None else next(iter(self.devices.values()))

    # --- seeing ---

    async def sees(self, on: str | None = None) -> list[str]:
        """What has come and is kept since they looked last, in order: the same on all their devices, or on one."""
        return [line(frame, self.day.names) for frame in await self._fresh(on)]

    async def looks(self, on: str | None = None) -> dict[str, list[str]]:
        """The same by where it belongs: `own` things, what `friends` do, and each challenge or group by its name."""
        found: dict[str, list[str]] = {}
        for frame in await self._fresh(on):
            place = self.day.names.get(frame["topic"].partition(":")[2], "")
            if frame["topic"] == f"user:{self.id}":
                place = "friends" if frame["type"] in OF_FRIENDS else "own"
            found.setdefault(place, []).append(line(frame, self.day.names))
        return found

    async def _fresh(self, on: str | None) -> list[dict[str, Any]]:
        seen = [await self._read_on(device) for device in ([on] if on is not None else self.devices)]
        assert all(one == other for one, other in pairwise(seen)), seen
        return seen[0] if seen else []

    async def _read_on(self, device: str) -> list[dict[str, Any]]:
        bare = self.devices[device]
        await bare.heard()
        fresh, self._read[device] = bare.frames[self._read[device] :], len(bare.frames)
        return [frame for frame in fresh if "offset" in frame and frame["type"] not in IN_REAL_TIME]

    def heard_of(self, type: str) -> list[dict[str, Any]]:
        """The data of all pushes of a type, on the first device."""
        return [frame["data"] for frame in self._device(None).frames if frame.get("type") == type]

    async def board(self, challenge: str, **scores: float) -> None:
        """Wait until the pushed standings of a challenge, put together, show these scores, and 0 for all others."""
        bare = self._device(None)
        while (shown := self._shown(bare, challenge)) != scores:
            try:
                await bare.frame()
            except TimeoutError:
                raise AssertionError(f"{self.name} sees {shown}, not {scores}") from None

    def _shown(self, bare: Bare, challenge: str) -> dict[str, float]:
        topic, shown = f"challenge:{challenge}", {}
        for frame in bare.frames:
            if frame.get("topic") == topic and frame["type"] == "challenge:leaderboard":
                shown.update({row["name"]: row["score"] for row in frame["data"]["changed"]})
        return {name: score for name, score in shown.items() if score}

    async def stands(self, challenge: str, score: float, *, rank: int | None = None) -> dict[str, Any]:
        """Wait for their own rank window with that score (and rank) → its data."""
        bare = self._device(None)
        while True:
            for window in reversed(self._windows(bare, challenge)):
                if window["me"]["score"] == score and rank in (None, window["me"]["rank"]):
                    return window
            try:
                await bare.frame()
            except TimeoutError:
                raise AssertionError(f"{self.name} was never shown {score} at {rank or 'any rank'}") from None

    @staticmethod
    def _windows(bare: Bare, challenge: str) -> list[dict[str, Any]]:
        return [
            frame["data"]
            for frame in bare.frames
            if frame.get("type") == "challenge:rank" and frame["data"]["challengeId"] == challenge
        ]


def gaps(frames: list[dict[str, Any]]) -> list[str]:
    """Topics whose pushes do not follow each other by one."""
    last: dict[str, int] = {}
    found = []
    for frame in frames:
        if "offset" in frame:
            topic, offset = frame["topic"], frame["offset"]
            if offset != last.get(topic, offset - 1) + 1:
                found.append(f"{topic} jumps from {last[topic]} to {offset}")
            last[topic] = offset
    return found
