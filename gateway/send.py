"""`gauntlet send TYPE JSON`: one command over the socket, its reply, and what is pushed in the seconds after."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson
from rich.console import Console

from gateway.client.encoding import Encoding
from gateway.client.errors import Closed, Refused, Unreachable
from gateway.client.http import Api
from gateway.client.listeners import Push
from gateway.client.notes import Notes
from gateway.client.socket import GauntletSocket
from gateway.play import NOTES, PLAYER

_ANYWHERE = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """`seconds` None: watch until Ctrl-C. Without `email` the player of `script/play` is used."""

    type: str
    data: Mapping[str, Any]
    key: str | None
    server: str | None
    email: str | None
    password: str | None
    encoding: Encoding
    seconds: float | None
    home: Path


def run(sending: Sending) -> int:
    """The exit code: 0 when the command was answered with an ok."""
    console = Console()
    try:
        return asyncio.run(_send(sending, console))
    except KeyboardInterrupt:
        return 0
    except (Refused, Closed, Unreachable) as problem:
        Console(stderr=True).print(f"gauntlet send: {problem}", style="red", markup=False)
        return 1


async def _send(sending: Sending, console: Console) -> int:
    email, password, server = sending.email, sending.password, sending.server
    if email is None:
        if not (sending.home / NOTES).exists():
            raise Refused("UNAUTHENTICATED", "give --email and --password, or run script/play in this folder first")
        notes = Notes.read(sending.home / NOTES)
        email, password, server = f"{PLAYER}@example.org", notes.password, server or notes.url
    async with Api(server or _ANYWHERE) as api:
        session = await api.login(email, password or "")
        socket = GauntletSocket(
            api.socket_url, session.token, random=Random(), device="send", encoding=sending.encoding
        )
        early: list[Push] = []
        end_of_early = socket.on("*", early.append)  # the reply comes first, on the wire as here
        async with socket:
            code = await _ask(sending, socket, console)
            end_of_early()
            for push in early:
                _print(console, push)
            socket.on("*", lambda push: _print(console, push))
            if sending.seconds is None:
                await asyncio.Event().wait()
            elif code == 0:
                await asyncio.sleep(sending.seconds)
    return code


async def _ask(sending: Sending, socket: GauntletSocket, console: Console) -> int:
    try:
        reply = await socket.request(sending.type, sending.data, sending.key)
    except Refused as refusal:
        error = {"code": refusal.code, "message": refusal.message, "details": dict(refusal.details)}
        console.print_json(orjson.dumps({"error": error}).decode())
        return 1
    console.print_json(orjson.dumps({"ok": reply}).decode())
    return 0


def _print(console: Console, push: Push) -> None:
    where = push.topic or "connection"
    if push.offset is not None:
        where += f" #{push.offset}"
    console.print(f"{where}  {push.type}  {orjson.dumps(push.data).decode()}", soft_wrap=True, markup=False)
