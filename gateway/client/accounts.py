"""Accounts and sockets of the people that our tools play: found again where they exist, patient with the server."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from gateway.client.encoding import Encoding
from gateway.client.errors import Refused, Unreachable
from gateway.client.http import Api, Session
from gateway.client.reconnect import BackOff
from gateway.client.socket import GauntletSocket

T = TypeVar("T")

RETRIED = frozenset({"RATE_LIMITED", "BUSY", "UNAVAILABLE"})  # nothing has changed, and it may work later
_TAKEN = frozenset({"EMAIL_ALREADY_EXISTS", "USERNAME_TAKEN"})
_BACK_OFF = BackOff(first=0.1, most=2.0)


async def insist(call: Callable[[], Awaitable[T]], random: Random, patience: float = 120.0) -> T:
    """Call until it is answered: while the server is away, and when it asks to come later. Only for what may repeat."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    attempt = 0
    while True:
        wait = _BACK_OFF.delay(attempt, random)
        try:
            return await call()
        except Unreachable:
            if loop.time() + wait > deadline:
                raise
        except Refused as refusal:
            wait = refusal.retry_after or wait
            if refusal.code not in RETRIED or loop.time() + wait > deadline:
                raise
        attempt += 1
        await asyncio.sleep(wait)


async def account(api: Api, username: str, display_name: str, password: str, random: Random) -> Session:
    """The account with this name, signed in; made when it is not there yet."""
    email = f"{username}@example.org"

    async def register() -> Session:
        return await api.register(
            email=email, password=password, username=username, displayName=display_name, timezone="UTC"
        )

    try:
        return await insist(register, random)
    except Refused as refusal:
        if refusal.code not in _TAKEN:
            raise
    return await insist(lambda: api.login(email, password), random)


def open_socket(session: Session, device: str, encoding: Encoding, random: Random) -> GauntletSocket:
    """A socket that outlives restarts of the server; `start` it."""
    return GauntletSocket(
        session.api.socket_url,
        session.token,
        random=random,
        device=device,
        encoding=encoding,
        back_off=_BACK_OFF,
        retry=RETRIED,
        patience=120.0,
    )
