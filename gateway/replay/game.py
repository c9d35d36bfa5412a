"""One run of a plan against a running server.

admin, host, everyone → `most` and `race` opened and joined → hour by hour: the clock to its last second, then every
sync of the hour, all answered → the clock past the end and settling → standings and rewards
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

from rich.console import Console

from gateway.client.accounts import account, insist, open_socket
from gateway.client.errors import Refused
from gateway.client.http import Api, Session
from gateway.client.notes import Notes
from gateway.client.socket import GauntletSocket
from gateway.replay import report
from gateway.replay.clock import GameClock, stamp
from gateway.replay.options import Options
from gateway.replay.own_server import OwnServer
from gateway.replay.plan import RACE_TARGET, SETTLING, Hour, Plan, Sync
from gateway.replay.players import Player, enter, leave, traffic
from gateway.replay.progress import DayByDay

_TITLES = {"most": "Most steps", "race": f"Race to {RACE_TARGET:,}"}
_DONE_WITHIN = 60.0  # real seconds in which what is due must have happened
_LOOK_EVERY = 0.05
_HOUR = timedelta(hours=1)


class ReplayFailed(Exception):
    """The replay can't go on; the message says why and what to do."""


class Replay:
    """One run of a plan against a running server."""

    def __init__(self, options: Options, planned: Plan, api: Api, own: OwnServer | None, notes: Notes) -> None:
        self.options = options
        self.plan = planned
        self.api = api
        self.own = own
        self.notes = notes
        self.random = Random()
        self.console = Console()
        self.players: dict[str, Player] = {}
        self.refusals: list[str] = []
        self.skipped = 0

    async def play(self) -> int:
        clock = GameClock(await self._admin(), self.api, self.random)
        await clock.read()
        host_session = await account(self.api, "replay_host", "Replay host", self.notes.password, self.random)
        host = open_socket(host_session, "host", "json", self.random)
        try:
            await host.start()
            await enter(self.api, self.plan.people, self.notes.password, self.random, self.players)
            most = await self._challenge(host, "most", clock)
            race = await self._challenge(host, "race", clock)
            await self._walk(host_session, clock, [most, race])
            await clock.move_to(self.plan.over_at)
            for challenge_id in (most, race):
                await self._reaches(host_session, challenge_id, "finished")
            await asyncio.gather(*(self._knows(player, {most, race}) for player in self.players.values()))
            await self._report(host, {"most": most, "race": race})
        finally:
            await host.close()
            await leave(self.players)
        return 1 if self.refusals else 0

    # --- before the start ---

    async def _admin(self) -> Session | str:
        options = self.options
        if options.admin_token is not None:
            return options.admin_token
        if options.admin_email is not None:
            email, password = options.admin_email, options.admin_password or ""
            return await insist(lambda: self.api.login(email, password), self.random)
        if self.own is None:
            raise ReplayFailed(
                "moving the clock of another server needs --admin-token, or --admin-email and a password"
            )
        session = await account(self.api, "replay_admin", "Replay admin", self.notes.password, self.random)
        if session.user.get("role") == "admin":
            return session
        await self.own.run_between("grant", "replay_admin", "admin")
        return await insist(lambda: self.api.login("replay_admin@example.org", self.notes.password), self.random)

    async def _challenge(self, host: GauntletSocket, mode: str, clock: GameClock) -> str:
        """The id of our challenge of this mode: created, opened and joined, in this run or an earlier one."""
        challenge_id = self.notes.challenges.get(mode)
        if challenge_id is None:
            if clock.now >= self.plan.starts_at:
                raise ReplayFailed(
                    f"the server's clock stands at {clock.now:%Y-%m-%d %H:%M}, after the first day of the file "
                    f"({self.plan.first_day}): a challenge over it can't be joined any more. Use a fresh database."
                )
            created = await host.request("challenge:create", self._settings_of(mode), self._key(mode, "create"))
            challenge_id = self.notes.challenges[mode] = str(created["id"])
            self.notes.write()
        if clock.now < self.plan.starts_at:
            about = {"challengeId": challenge_id}
            await _once(host, "challenge:open", about, self._key(mode, "open"), done="WRONG_STATE")
            joins = (
                _once(player.socket, "challenge:join", about, self._key(mode, "join"), done="ALREADY_JOINED")
                for player in self.players.values()
            )
            await asyncio.gather(*joins)
        return challenge_id

    def _settings_of(self, mode: str) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "name": f"{_TITLES[mode]}, {self.plan.first_day} to {self.plan.last_day}",
            "metric": "steps",
            "mode": mode,
            "startsAt": stamp(self.plan.starts_at),
            "endsAt": stamp(self.plan.ends_at),
            "visibility": "public",
            "joinPolicy": "beforeStart",
            "settleMinutes": int(SETTLING.total_seconds() // 60),
        }
        return settings | ({"target": RACE_TARGET} if mode == "race" else {})

    def _key(self, mode: str, what: str) -> str:
        return f"replay-{self.plan.name}-{mode}-{what}"

    # --- hour by hour ---

    async def _walk(self, host: Session, clock: GameClock, challenge_ids: list[str]) -> None:
        with DayByDay(self.console, self.plan.syncs) as progress:
            if clock.now < self.plan.starts_at:
                await clock.move_to(self.plan.starts_at)
                for challenge_id in challenge_ids:
                    await self._reaches(host, challenge_id, "live")
            for hour in self.plan.hours:
                # an earlier run moved the clock on only when all of an hour was answered
                if hour.at + _HOUR <= clock.now and not self.options.resend:
                    self.skipped += len(hour.syncs)
                else:
                    await clock.move_to(hour.at)
                    await self._send(hour)
                progress.advance(hour)

    async def _send(self, hour: Hour) -> None:
        """Every sync of the hour; returns when all are answered."""
        await asyncio.gather(*(self._sync(sync) for sync in hour.syncs))

    async def _sync(self, sync: Sync) -> None:
        data = {"date": sync.day.isoformat(), "steps": sync.steps, "device": "fitbit"}
        try:
            await self.players[sync.person].socket.request("steps:sync", data, sync.key)
        except Refused as refusal:
            self.refusals.append(f"{sync.person} {sync.key}: {refusal}")

    async def _reaches(self, host: Session, challenge_id: str, state: str) -> None:
        """Returns when the challenge is in that state; a due start or end takes the server a moment."""

        async def reached() -> bool:
            challenge = await insist(lambda: host.call("GET", f"/challenges/{challenge_id}"), self.random)
            return bool(challenge["state"] == state)

        await _until(reached, f"challenge {challenge_id} should be {state}")

    async def _knows(self, player: Player, challenge_ids: set[str]) -> None:
        """Returns when the player was told that these are over, and so has their rewards."""

        async def told() -> bool:
            me = await insist(lambda: player.session.call("GET", "/users/me"), self.random)
            return challenge_ids.isdisjoint(me["challenges"])

        await _until(told, f"{player.person} should have heard that the challenges are over")

    # --- at the end ---

    async def _report(self, host: GauntletSocket, challenge_ids: dict[str, str]) -> None:
        result: dict[str, Any] = {"plan": self.plan.name, "challenges": {}, "people": {}}
        for mode, challenge_id in challenge_ids.items():
            board = await report.standings(host, challenge_id)
            rows = report.name_rows(board, self.players)
            result["challenges"][mode] = {**board, "id": challenge_id, "rows": rows}
            report.show(self.console, _TITLES[mode], board, rows)
        for person, player in self.players.items():
            result["people"][person] = await insist(_reading(player, self.plan), self.random)
        report.show_people(self.console, result["people"])
        result["skipped"] = self.skipped
        result["refused"] = self.refusals
        result["traffic"] = traffic(self.players)
        result["serverDeaths"] = self.own.deaths if self.own is not None else 0
        if self.refusals:
            self.console.print(f"{len(self.refusals)} syncs were refused, the first: {self.refusals[0]}", style="red")
        self.console.print(
            f"{self.plan.syncs:,} syncs of {len(self.plan.people)} people, {self.skipped:,} of them by an earlier run; "
            f"{result['traffic']['resent']} sent again after a reconnect"
        )
        if self.options.json is not None:
            self.options.json.write_text(json.dumps(result, indent=1))


def _reading(player: Player, planned: Plan) -> Callable[[], Any]:
    return lambda: report.person(player.session, planned.first_day, planned.last_day)


async def _until(done: Callable[[], Awaitable[bool]], expected: str) -> None:
    try:
        async with asyncio.timeout(_DONE_WITHIN):
            while True:
                if await done():
                    return
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError:
        raise ReplayFailed(f"{expected}, and is not after {_DONE_WITHIN:.0f} s; see the server's log") from None


async def _once(socket: GauntletSocket, type: str, about: dict[str, str], key: str, *, done: str) -> None:
    """`done` is the refusal that says that an earlier run did it, longer ago than keys are kept."""
    try:
        await socket.request(type, about, key)
    except Refused as refusal:
        if refusal.code != done:
            raise
