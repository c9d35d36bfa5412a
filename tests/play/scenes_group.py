"""A group with everybody in their place: the people of the cast, in other roles than in a challenge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from actors.messages import Permission
from tests.play.cast import Cast

PLACES: Mapping[str, str] = {
    "host": "admin of the group",
    "cohost": "moderator",
    "participant": "member",
    "judge": "invited",
    "announcer": "banned",
    "stranger": "nobody",
    "admin": "admin of the site",
}

_EVERYONE = frozenset({Permission.ANYONE, Permission.USER})
_MEMBER = frozenset({Permission.VIEWER, Permission.MEMBER})
_POWERS: Mapping[str, frozenset[Permission]] = {
    "host": _MEMBER | {Permission.MODERATOR},
    "cohost": _MEMBER | {Permission.MODERATOR},
    "participant": _MEMBER,
    "judge": frozenset({Permission.VIEWER}),
    "admin": frozenset({Permission.VIEWER}),
}

CHECK_IN = {"productive": 7, "satisfied": 8, "body": 6, "care": 3}

EXAMPLES: Mapping[str, Callable[[Cast], dict[str, Any]]] = {
    "group:create": lambda cast: {"name": "Mine"},
    "group:update": lambda cast: {"name": "Renamed"},
    "group:delete": lambda cast: {},
    "group:join": lambda cast: {},
    "group:leave": lambda cast: {},
    "group:invite": lambda cast: {"userIds": [cast.id("stranger")]},
    "group:remove": lambda cast: {"userId": cast.id("judge")},
    "group:role": lambda cast: {"userId": cast.id("participant"), "role": "moderator"},
    "group:message": lambda cast: {"text": "Hello"},
    "group:typing": lambda cast: {"isTyping": True},
    "checkin:submit": lambda cast: CHECK_IN,
    "checkin:update": lambda cast: {"activityId": cast.id("host"), "care": 1},
    "group:get": lambda cast: {},
    "group:members": lambda cast: {},
    "group:messages": lambda cast: {},
    "group:checkins": lambda cast: {},
    "group:participation": lambda cast: {},
    "group:view": lambda cast: {},
}
"""Good data for each command, beside the id of the group."""


@dataclass(frozen=True)
class GroupScene:
    id: str
    private: bool
    code: str

    def powers(self, person: str) -> frozenset[Permission]:
        if person == "stranger" and not self.private:
            return _EVERYONE | {Permission.VIEWER}
        return _EVERYONE | _POWERS.get(person, frozenset())


async def group_scene(cast: Cast, *, private: bool) -> GroupScene:
    made = await cast.tell("host", "group:create", {"name": "Circle", "isPrivate": private})
    here = {"groupId": made["id"]}
    members = ("cohost", "participant", "announcer")
    await cast.tell("host", "group:invite", {**here, "userIds": [cast.id(person) for person in members]})
    for person in members:
        await cast.tell(person, "group:join", here)
    await cast.tell("host", "group:role", {**here, "userId": cast.id("cohost"), "role": "moderator"})
    await cast.tell("host", "group:remove", {**here, "userId": cast.id("announcer"), "ban": True})
    await cast.tell("host", "group:invite", {**here, "userIds": [cast.id("judge")]})
    return GroupScene(made["id"], private, made["accessCode"])
