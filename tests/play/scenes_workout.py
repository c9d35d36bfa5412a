"""A workout session with everybody in their place, and good data for each of its commands.

host: its owner   participant: an athlete   cohost: invited   judge: a friend of the owner   announcer: blocked by them
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from actors.messages import Permission
from gateway.catalogue import Entry
from tests.play.cast import Cast

SQUAT, BENCH = "back-squat", "bench-press"

Visibility = Literal["public", "friends", "private"]
Phase = Literal["planned", "inProgress", "paused"]

EXAMPLES: Mapping[str, Callable[[Cast], dict[str, Any]]] = {
    "workout:plan": lambda _: {"name": "Legs", "exercises": [{"exerciseId": SQUAT}]},
    "workout:start": lambda _: {},
    "workout:pause": lambda _: {},
    "workout:resume": lambda _: {},
    "workout:complete": lambda _: {},
    "workout:cancel": lambda _: {},
    "workout:invite": lambda cast: {"userIds": [cast.id("stranger")]},
    "workout:join": lambda _: {},
    "exercise:select": lambda _: {"exerciseId": BENCH},
    "set:complete": lambda _: {"weight": 60, "reps": 5},
    "set:undo": lambda _: {},
    "rest:start": lambda _: {"seconds": 60},
    "rest:skip": lambda _: {},
    "session:get": lambda _: {},
    "session:view": lambda _: {},
    "location:update": lambda _: {"points": [{"lat": 52.5, "lon": 13.4, "time": "2026-05-01T08:00:00Z"}]},
    "user:records": lambda _: {},
    "exercise:list": lambda _: {"muscle": "quadriceps"},
    "exercise:get": lambda _: {"exerciseId": SQUAT},
}
"""Without the id of the session."""

PHASES: Mapping[str, Phase] = {"workout:start": "planned", "workout:resume": "paused"}
"""In which a command works, where that is not while it is in progress."""


@dataclass(frozen=True)
class Workout:
    id: str
    visibility: Visibility

    def shared_with(self, person: str) -> bool:
        return {
            "host": True,
            "participant": True,
            "cohost": True,
            "judge": self.visibility != "private",
            "stranger": self.visibility == "public",
        }.get(person, False)

    def code_for(self, entry: Entry, person: str) -> str | None:
        """What this person is turned away with; None when they get through."""
        joins = entry.name == "workout:join"
        if not self.shared_with(person) and (person != "admin" or (joins and self.visibility != "public")):
            return "NOT_FOUND"
        powers = {
            "host": {Permission.HOST, Permission.PARTICIPANT, Permission.VIEWER},
            "participant": {Permission.PARTICIPANT, Permission.VIEWER},
        }.get(person, {Permission.VIEWER})
        needed = Permission.HOST if entry.name == "workout:start" else entry.may
        return None if needed in powers else "FORBIDDEN"


class Stage:
    """One session at a time: whoever trains somewhere can't train elsewhere."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._last: str | None = None

    async def introduce(self) -> None:
        """Who is whose friend, and who is blocked."""
        cast = self._cast
        await cast.tell("host", "friend:request", {"userId": cast.id("judge")})
        await cast.tell("judge", "friend:accept", {"userId": cast.id("host")})
        await cast.tell("host", "friend:block", {"userId": cast.id("announcer")})

    async def workout(self, visibility: Visibility, phase: Phase) -> Workout:
        cast = self._cast
        if self._last is not None:
            await cast.say("host", "workout:cancel", {"sessionId": self._last})
        plan = {**EXAMPLES["workout:plan"](cast), "visibility": visibility}
        self._last = (await cast.tell("host", "workout:plan", plan))["id"]
        here = {"sessionId": self._last}
        invited = [cast.id("participant"), cast.id("cohost")]
        await cast.tell("host", "workout:invite", {**here, "userIds": invited})
        await cast.tell("participant", "workout:join", here)
        if phase != "planned":
            await cast.tell("host", "workout:start", here)
            for athlete in ("host", "participant"):
                await cast.tell(athlete, "set:complete", {**here, "reps": 5})
        if phase == "paused":
            await cast.tell("host", "workout:pause", here)
        return Workout(str(self._last), visibility)
