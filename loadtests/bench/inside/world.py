"""A node without sockets: the real directory, over whatever journal, heard by nobody."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from actors.challenge import ChallengeActor
from actors.directory import Directory
from actors.messages import Address, Attend, Caller, Command, Permission, Push, Reply, Veil
from actors.ports import Presence
from actors.runtime import Deps
from actors.user import UserActor
from gateway.game_time import RealClock
from gateway.ids import RandomIds
from gateway.metrics import Metrics
from gateway.observer import RuntimeObserver
from gateway.rule_file import own_exercises, read_rules

RULES, EXERCISES = read_rules(None), own_exercises()


class Nobody:
    """An Audience that is not there."""

    def publish(self, push: Push) -> None:
        pass

    def attend(self, attend: Attend) -> None:
        pass

    def is_watched(self, topic: str) -> bool:
        return False

    def watched_by(self, user_id: str) -> set[str]:
        return set()

    def veil(self, veil: Veil) -> None:
        pass

    def seen(self, user_id: str) -> Presence:
        return "offline"

    def presence(self, user_id: str) -> Presence:
        return "offline"


@dataclass(frozen=True, slots=True)
class LoopTimers:
    loop: asyncio.AbstractEventLoop

    def after(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, call)


class World:
    """Inside a running loop."""

    def __init__(self, journal: Any, passivate_after: float = 600.0) -> None:
        loop = asyncio.get_running_loop()
        self.clock = RealClock()
        self.directory = Directory(
            kinds={"user": UserActor, "challenge": ChallengeActor},
            deps=Deps(RandomIds(), Nobody(), RULES, EXERCISES),
            journal=journal,
            clock=self.clock,
            timers=LoopTimers(loop),
            observer=RuntimeObserver(Metrics()),
            loop=loop,
            passivate_after=passivate_after,
        )

    def tell(self, user_id: str, command: Any, reply: Callable[[Reply], None]) -> None:
        """A command to a user, as that user."""
        message = Command(command, Caller(user_id), Permission.VIEWER, self.clock.now(), reply)
        self.directory.tell(Address("user", user_id), message)

    async def ask(self, user_id: str, command: Any) -> Reply:
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.tell(user_id, command, answer.set_result)
        return await answer
