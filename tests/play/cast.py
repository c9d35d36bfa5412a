"""Everyone who may come to a challenge, in front of one running server, and what each of them was told.

host ── cohost ── judge ── announcer      roles of the challenge
participant   stranger   admin            people without one
"""

import json
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import asyncpg

from actors.messages import Permission
from gateway.client.http import Api, Session
from tests.fakes_http import Answered
from tests.play.asking import Web
from tests.play.players import PASSWORD, Bare, ok, registered, user_id
from tests.play.running import RunningServer

START = "2026-05-01T08:00:00Z"  # the driven clock of a server with a cast: it stands still there
TODAY = "2026-05-01"
LATER = "2026-05-03T08:00:00Z"

Visibility = Literal["public", "invite"]
Phase = Literal["draft", "open", "live", "paused"]

STAFF = ("cohost", "judge", "announcer")
PEOPLE = ("stranger", "participant", *STAFF, "host", "admin")

_EVERYONE = frozenset({Permission.ANYONE, Permission.USER, Permission.SELF})
_HOST = frozenset({Permission.PARTICIPANT, Permission.ANNOUNCER, Permission.JUDGE, Permission.HOST})
POWERS: Mapping[str, frozenset[Permission]] = {
    "stranger": frozenset(),
    "participant": frozenset({Permission.PARTICIPANT}),
    "announcer": frozenset({Permission.ANNOUNCER}),
    "judge": frozenset({Permission.JUDGE}),
    "cohost": _HOST,
    "host": _HOST,
    "admin": frozenset({Permission.ADMIN}),
}
"""What each may do in a challenge that they can see."""

_GOAL = re.compile(r"dailyStepGoal\W+(\d+)")  # by its name: a bare number may be part of any id or time


@dataclass(frozen=True)
class Scene:
    """A challenge with everybody in their place."""

    id: str
    visibility: Visibility
    phase: Phase

    def sees(self, person: str) -> bool:
        if person in ("host", *STAFF, "admin"):
            return True
        return self.phase != "draft" and (self.visibility == "public" or person == "participant")

    def powers(self, person: str) -> frozenset[Permission]:
        if person not in PEOPLE:
            return frozenset({Permission.ANYONE})
        return _EVERYONE | ({Permission.VIEWER} | POWERS[person] if self.sees(person) else frozenset())


@dataclass
class Cast:
    """Use as `async with Cast(server) as cast`."""

    server: RunningServer
    sessions: dict[str, Session] = field(default_factory=dict)
    sockets: dict[str, Bare] = field(default_factory=dict)
    heard: dict[str, list[str]] = field(default_factory=dict)  # by person: every answer, as text
    codes: set[str] = field(default_factory=set)  # spectator codes: for hosts and co-hosts
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        enter = self._stack.enter_async_context
        self.api = await enter(Api(self.server.url))
        self.web = await enter(Web(self.server.url))
        for at, person in enumerate(PEOPLE):
            name = self.name(person)
            self.sessions[person] = await registered(self.api, name)
            self.heard[person] = []
            if person == "admin":
                assert (await self.server.command("grant", name, "admin"))[0] == 0
                self.sessions[person] = await self.api.login(self.email(person), PASSWORD)  # tokens carry the role
            bare = Bare(self.server.socket_url, encoding="json" if at % 2 else "msgpack")
            self.sockets[person] = await enter(bare)
            await bare.hello(self.sessions[person])
            await self.tell(person, "preferences:update", {"dailyStepGoal": self.goal(person)})
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    def id(self, person: str) -> str:
        return user_id(self.sessions[person])

    def name(self, person: str) -> str:
        return f"the_{person}"

    def email(self, person: str) -> str:
        return f"the_{person}@example.org"

    def goal(self, person: str) -> int:
        """Their daily step goal: a number that stands nowhere else."""
        return 54_321 + 1_111 * PEOPLE.index(person)

    async def token(self, person: str) -> str | None:
        """None for nobody, and no token at all for whoever brings garbage."""
        if person == "garbage":
            return "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl"
        return (await self.sessions[person].token()).text if person in self.sessions else None

    # --- asking, over both ways in ---

    async def say(self, person: str, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Over the socket → the reply frame."""
        frame = await self.sockets[person].ask(type, data)
        self.heard[person].append(json.dumps(frame))
        return frame

    async def tell(self, person: str, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        return ok(await self.say(person, type, data))

    async def ask(self, person: str, method: str, path: str, json: Any = None, **more: Any) -> Answered:
        """Over HTTP; with another `token`, or with none where that is empty."""
        token = more.pop("token", None)
        if token is None:
            token = await self.token(person)
        answered = await self.web.ask(method, path, json, token or None, **more)
        if person in self.heard:
            self.heard[person].append(f"{answered.body}")
        return answered

    # --- challenges ---

    async def scene(self, visibility: Visibility = "public", phase: Phase = "live") -> Scene:
        draft = {
            "name": f"A walk that is {phase}",
            "metric": "steps",
            "mode": "most",
            "startsAt": "2026-05-02T08:00:00Z",
            "endsAt": LATER,
            "visibility": visibility,
        }
        made = await self.tell("host", "challenge:create", draft)
        self.codes.add(made["spectatorCode"])
        here = {"challengeId": made["id"]}
        for role in STAFF:
            await self.tell("host", "challenge:role", {**here, "userId": self.id(role), "role": role})
        if phase != "draft":
            await self.tell("host", "challenge:open", here)
            await self.tell("host", "challenge:invite", {**here, "userIds": [self.id("participant")]})
            await self.tell("participant", "challenge:join", here)
        if phase in ("live", "paused"):
            await self.tell("host", "challenge:start", here)
        if phase == "paused":
            await self.tell("host", "challenge:pause", here)
        return Scene(made["id"], visibility, phase)

    # --- what must hold in the end ---

    def secrets_heard(self) -> dict[str, set[str]]:
        """By person: what they were told of others that is none of their business."""
        found: dict[str, set[str]] = {}
        for person, answers in self.heard.items():
            others = [other for other in PEOPLE if other != person]
            secrets = {self.email(other) for other in others}
            if person not in ("host", "cohost"):
                secrets |= self.codes
            text = "\n".join(answers)
            goals = set(map(int, _GOAL.findall(text))) & {self.goal(other) for other in others}
            found[person] = {secret for secret in secrets if secret in text} | set(map(str, goals))
        return {person: secrets for person, secrets in found.items() if secrets}


async def everything_stored(database_url: str) -> dict[str, str]:
    """Each table's rows as a hash; without what is no fact (snapshots, the marks of commits)."""
    connection = await asyncpg.connect(database_url)
    try:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('snapshots', 'commits')"
        )
        return {
            name: await connection.fetchval(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")
            for (name,) in tables
        }
    finally:
        await connection.close()
