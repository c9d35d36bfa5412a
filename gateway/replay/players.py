"""The people of a replay: an account and a real socket each."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from gateway.client.accounts import account, open_socket
from gateway.client.http import Api, Session
from gateway.client.socket import GauntletSocket


@dataclass(slots=True)
class Player:
    """A person of the file on the server."""

    person: str
    session: Session
    socket: GauntletSocket

    @property
    def user_id(self) -> str:
        return self.socket.user_id


async def enter(api: Api, people: tuple[str, ...], password: str, random: Random, players: dict[str, Player]) -> None:
    """Everyone signed in and connected, half of them speaking MessagePack; fills `players` as they come."""

    async def one(index: int, person: str) -> None:
        session = await account(api, f"fitbit_{person}", f"Fitbit {person[-4:]}", password, random)
        player = Player(person, session, open_socket(session, "fitbit", "msgpack" if index % 2 else "json", random))
        players[person] = player
        await player.socket.start()

    await asyncio.gather(*(one(index, person) for index, person in enumerate(people)))


async def leave(players: Mapping[str, Player]) -> None:
    await asyncio.gather(*(player.socket.close() for player in players.values()))


def traffic(players: Mapping[str, Player]) -> dict[str, Any]:
    """What the sockets went through, summed up."""
    sockets = [player.socket for player in players.values()]
    return {
        "connections": sum(socket.traffic.connections for socket in sockets),
        "resent": sum(socket.traffic.resent for socket in sockets),
        "gaps": sum(socket.offsets.counts.gaps for socket in sockets),
        "duplicates": sum(socket.offsets.counts.duplicates for socket in sockets),
        "outOfOrder": sum(socket.offsets.counts.out_of_order for socket in sockets),
        "unrecovered": sum(socket.offsets.counts.unrecovered for socket in sockets),
    }
