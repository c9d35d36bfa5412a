"""A part of what a user does: which messages it handles, and how it reacts to what changes about the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from actors.messages import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from actors.messages import Command, Due, Tell, Tick
    from actors.user.actor import UserActor
    from rules.user import Event

OnCommand: TypeAlias = "Callable[[UserActor, Any, Command], Outcome]"
OnTell: TypeAlias = "Callable[[UserActor, Any, Tell], Outcome]"
OnDue: TypeAlias = "Callable[[UserActor, Due], Outcome]"
OnTick: TypeAlias = "Callable[[UserActor, Tick], Outcome]"
Reaction: TypeAlias = "Callable[[UserActor, Any, Turn], None]"


@dataclass(slots=True)
class Turn:
    """One message being handled: how the user was before, and what it has caused so far."""

    at: datetime  # game time
    alarms: dict[str, datetime]
    profile: tuple[int, int]  # XP, level
    late: bool = False  # it is about a day gone by, a correction, or something kept private: no news for friends
    then: Sequence[Event] = ()  # what follows, when all parts have reacted to what there was
    outcome: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class Part:
    """The second argument of a handler is the command or told message itself."""

    commands: Mapping[type, OnCommand] = field(default_factory=dict)
    tells: Mapping[type, OnTell] = field(default_factory=dict)
    dues: Mapping[str, OnDue] = field(default_factory=dict)  # by the name of the reminder
    ticks: Mapping[str, OnTick] = field(default_factory=dict)  # by the name of the timer
    reactions: Mapping[type, Reaction] = field(default_factory=dict)  # by the kind of change
